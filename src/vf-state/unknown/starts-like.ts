import { hexOffset } from '../../findings/index.ts'
import { toView } from '../../layout/index.ts'

/** First bytes of files that turn up where a state is expected. */
const MAGICS: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['Zstandard', [0x28, 0xb5, 0x2f, 0xfd]],
  ['LZ4', [0x04, 0x22, 0x4d, 0x18]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['an ELF image', [0x7f, 0x45, 0x4c, 0x46]],
  ['a QEMU migration stream', [0x51, 0x45, 0x56, 0x4d]],
  ['a flattened device tree', [0xd0, 0x0d, 0xfe, 0xed]],
  ['a packet capture (pcap)', [0xd4, 0xc3, 0xb2, 0xa1]],
  ['a packet capture (pcapng)', [0x0a, 0x0d, 0x0d, 0x0a]],
  ['JSON', [0x7b, 0x22]],
]

/** Vendors of devices that migrate, as configuration space starts with them. */
const VENDORS: ReadonlyMap<number, string> = new Map([
  [0x1002, 'AMD'],
  [0x1022, 'AMD'],
  [0x10de, 'NVIDIA'],
  [0x144d, 'Samsung'],
  [0x15b3, 'Mellanox'],
  [0x19e5, 'HiSilicon'],
  [0x1af4, 'virtio'],
  [0x1dd8, 'Pensando'],
  [0x8086, 'Intel'],
])

/** What the first bytes are like, as far as that can be guessed. */
export function startsLike(bytes: Uint8Array): string[] {
  const guesses = MAGICS.filter(([, magic]) => magic.every((byte, at) => bytes[at] === byte)).map(([name]) => name)
  const view = toView(bytes)
  if (bytes.length >= 4) guesses.push(...lengthGuesses(view))
  const id = bytes.length >= 64 ? view.getUint16(0, true) : 0
  const vendor = VENDORS.get(id)
  if (vendor !== undefined && ((bytes[14] as number) & 0x7f) <= 1) {
    guesses.push(`configuration space of ${vendor} (${hexOffset(id)})`)
  }
  return guesses
}

/** Bytes that a length in front of the rest may leave out: itself, or a header. */
const HEADERS = [0, 4, 8, 16]

function lengthGuesses(view: DataView): string[] {
  const total = view.byteLength
  const words: readonly (readonly [name: string, value: number | bigint])[] = [
    ['little-endian 32-bit', view.getUint32(0, true)],
    ['big-endian 32-bit', view.getUint32(0, false)],
    ...(total < 8 ? [] : [['little-endian 64-bit', view.getBigUint64(0, true)] as const]),
  ]
  return words.flatMap(([name, value]) =>
    HEADERS.filter((header) => total > header && Number(value) === total - header).map((header) =>
      header === 0 ? `its own length, ${name}` : `the length of what follows ${header} bytes, ${name}`,
    ),
  )
}
