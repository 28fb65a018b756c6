import { gunzipSync, gzipSync } from 'node:zlib'
import { bytesOf, IGB, VF } from './support.ts'

/** Hex of one byte. */
export const hex = (byte: number, width = 2) => byte.toString(16).padStart(width, '0')

function rows(bytes: Uint8Array, line: (offset: number, row: readonly string[], bytes: Uint8Array) => string): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16)
    lines.push(
      line(
        at,
        Array.from(row, (byte) => hex(byte)),
        row,
      ),
    )
  }
  return `${lines.join('\n')}\n`
}

const ascii = (row: Uint8Array) =>
  Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')

/** Text of `xxd`. */
export const xxd = (bytes: Uint8Array) =>
  rows(bytes, (at, row, raw) => {
    const pairs = row.join('').match(/.{1,4}/g) ?? []
    return `${hex(at, 8)}: ${pairs.join(' ').padEnd(39)}  ${ascii(raw)}`
  })

/** Text of `hexdump -C`: a star for rows like the one before. */
export function hexdump(bytes: Uint8Array): string {
  const all = rows(bytes, (at, row, raw) => {
    const halves = `${row.slice(0, 8).join(' ')}  ${row.slice(8).join(' ')}`
    return `${hex(at, 8)}  ${halves.padEnd(48)}  |${ascii(raw)}|`
  })
  const lines = all.trimEnd().split('\n')
  const isSame = (at: number) => at > 0 && lines[at]?.slice(8) === lines[at - 1]?.slice(8)
  const kept = lines.flatMap((line, at) => (!isSame(at) ? [line] : isSame(at - 1) ? [] : ['*']))
  return `${kept.join('\n')}\n${hex(bytes.length, 8)}\n`
}

/** Text of `od -A x -t x1 -v`. */
export const od = (bytes: Uint8Array) =>
  `${rows(bytes, (at, row) => `${hex(at, 6)} ${row.join(' ')}`)}${hex(bytes.length, 6)}\n`

/** A kernel's hex dump behind time stamps. */
export const kernelLog = (bytes: Uint8Array) =>
  `[   12.000001] vfio-pci 0000:01:10.0: resetting\n${rows(
    bytes,
    (at, row) => `[   12.345678] vfio-pci 0000:01:10.0: ${hex(at, 8)}: ${row.join(' ')}`,
  )}`

/** Text of `lspci -xxxx` for one function. */
export const lspci = (bytes: Uint8Array, address = '01:10.0', title = 'Ethernet controller: Intel VF') =>
  `${address} ${title}\n${rows(bytes, (at, row) => `${hex(at)}: ${row.join(' ')}`)}\n`

/** Text of `lspci -vvv -xxxx`: rows between other lines. */
export const lspciVerbose = (bytes: Uint8Array) =>
  lspci(bytes).replace('\n', '\n\tControl: I/O- Mem+ BusMaster+\n\tCapabilities: [70] MSI-X: Enable+ Count=3\n')

/** A tar archive of a sysfs folder with one function. */
export function sysfsTar(bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(512)
  header.write('devices/0000:01:10.0/config')
  header.write('0000644\0', 100)
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        0', 148)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, bytes, Buffer.alloc(((512 - (bytes.length % 512)) % 512) + 1024)])
}

export const vf = bytesOf(VF)
/** lspci text of all functions of a guest. */
export const guestText = gunzipSync(bytesOf(`${IGB}/lspci-xxxx.txt.gz`)).toString()

/** Every form that one configuration space comes in. */
export const forms: readonly { container: string | null; name: string; content: Uint8Array | string }[] = [
  { container: null, name: 'raw.bin', content: vf },
  { container: null, name: 'raw.bin.gz', content: gzipSync(vf) },
  { container: 'xxd', name: 'xxd.txt', content: xxd(vf) },
  { container: 'xxd', name: 'xxd.txt.gz', content: gzipSync(xxd(vf)) },
  { container: 'hexdump', name: 'hexdump.txt', content: hexdump(vf) },
  { container: 'od', name: 'od.txt', content: od(vf) },
  { container: 'hex', name: 'plain.hex', content: `${Buffer.from(vf).toString('hex')}\n` },
  { container: 'hex', name: 'dmesg.txt', content: kernelLog(vf) },
  { container: 'lspci', name: 'lspci.txt', content: lspci(vf) },
  { container: 'lspci', name: 'domain.txt', content: lspci(vf, '0000:01:10.0') },
  { container: 'lspci', name: 'verbose.txt', content: lspciVerbose(vf) },
  { container: 'lspci', name: 'lspci.txt.gz', content: gzipSync(lspci(vf)) },
  { container: 'sysfs-tar', name: 'sysfs.tar', content: sysfsTar(vf) },
]
