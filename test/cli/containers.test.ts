import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { Feed } from '../../src/cli/container/feed.ts'
import { zstdUnits } from '../../src/cli/container/zstd-units.ts'
import { saveImage } from '../qemu/container/recipes.ts'
import { expectComplaint, Folder, json, shell, vfmig } from './support.ts'

const folder = new Folder()
const file = (name: string, bytes: Uint8Array) => folder.file(name, bytes)

const snapshots = (name: string) =>
  file(`${name}.qcow2`, gunzipSync(readFileSync(`fixtures/qemu/snapshots-${name}.qcow2.gz`)))
const [TWO, SMALL] = [snapshots('two'), snapshots('small')]

/** The stream in the image with small clusters, which `migrate exec:` wrote in the same bytes. */
const streamOf = (path: string, ...options: string[]) => {
  const decoded = file('decoded.json', vfmig(['decode', '--json', ...options, path]).bytes)
  return vfmig(['encode', decoded]).bytes
}

describe('a qcow2 image', () => {
  test('gives the stream of its snapshot', () => {
    const decoded = json(['decode', '--json', SMALL])
    expect(decoded.container).toBe('qcow2')
    expect(decoded.format).toBe('qemu-migration')
    expect(decoded.value.machine).toBe('isapc')
    const stream = streamOf(SMALL)
    expect(stream.length).toBe(40863)
    expect(json(['decode', '--json', file('stream.bin', stream)]).value).toEqual(decoded.value)
    expect(vfmig(['decode', SMALL]).stdout).toContain('from qcow2')
    expect(vfmig(['decode', '--hex', SMALL]).stdout).toContain('51 45 56 4d')
  })

  test('with several snapshots wants one to be named', () => {
    const { status, stderr } = vfmig(['decode', TWO])
    expect(status).toBe(2)
    expect(stderr).toContain('found several: 1 "before", 2 "after"; vfmig explain capture/qcow2-snapshot says more.')
    expect(Buffer.compare(streamOf(TWO, '--snapshot', 'after'), streamOf(TWO, '--snapshot', '2'))).toBe(0)
    expect(Buffer.compare(streamOf(TWO, '--snapshot', 'after'), streamOf(TWO, '--snapshot', 'before'))).not.toBe(0)
    expect(vfmig(['diff', '--snapshot', 'before', TWO, TWO]).status).toBe(0)
    const report = JSON.parse(vfmig(['validate', '--format', 'json', TWO]).stdout)
    expect(report.files[0].findings[0].code).toBe('capture/qcow2-snapshot')
    expect(vfmig(['validate', '--snapshot', 'before', TWO]).status).toBe(0)
  })

  test('gives pack and dirty the snapshot that is named', () => {
    const own = (name: string) => file(`${name}.mig`, streamOf(TWO, '--snapshot', name))
    for (const name of ['before', 'after']) {
      const { blocks, passes } = json(['dirty', TWO, '--snapshot', name, '--json'])
      expect({ blocks, passes }).toEqual(
        (({ blocks, passes }) => ({ blocks, passes }))(json(['dirty', own(name), '--json'])),
      )
      const packed = folder.at(`${name}.vfms`)
      expect(vfmig(['pack', TWO, '--snapshot', name, '-o', packed])).toMatchObject({ status: 0, stderr: '' })
      expect(vfmig(['diff', own(name), packed]).status).toBe(0)
    }
    expectComplaint(
      vfmig(['pack', folder.path, '--snapshot', 'before']),
      '--snapshot is for a migration stream of QEMU',
    )
  })

  test('is not read through gzip', () => {
    const { status, stderr } = vfmig(['decode', file('two.gz', gzipSync(readFileSync(TWO)))])
    expect(status).toBe(2)
    expect(stderr).toContain('vfmig explain capture/not-seekable says more.')
  })

  test('is bytes where another format is named', () => {
    expect(json(['decode', '--json', '--as', 'unknown-blob', SMALL]).value.bytes).toMatch(/^514649fb/)
  })
})

describe('a libvirt save image', () => {
  const stream = streamOf(SMALL)
  const front = (format: number, byteOrder: 'little' | 'big' = 'little') =>
    saveImage({ format, byteOrder, xml: '<domain/>', cookie: '<cookie/>', padding: 65536, running: 1 })
  const raw = Buffer.concat([front(0), stream])
  const image = (name: string, format: number, compressed: Uint8Array, byteOrder?: 'little' | 'big') =>
    file(`${name}.img`, Buffer.concat([front(format, byteOrder), compressed]))
  /** The stream compressed with a tool of the system. */
  const by = (command: string) => shell(`${command} < ${file('raw.bin', stream)}`).bytes
  const has = (tool: string) => shell(`command -v ${tool}`).status === 0

  test('is read as it is', () => {
    const decoded = json(['decode', '--json', file('raw.img', raw)])
    expect(decoded.container).toBeNull()
    expect(decoded.value.saveImage).toMatchObject({ byteOrder: 'little', domainXml: '<domain/>', cookie: '<cookie/>' })
    expect(Buffer.compare(streamOf(folder.at('raw.img')), raw)).toBe(0)
  })

  test.each([
    ['gzip', 1, 'gzip -c', 'little'],
    ['gzip', 1, 'gzip -c', 'big'],
    ['xz', 3, 'xz -c', 'little'],
    ['xz', 3, 'xz -9c', 'big'],
    ['zstd', 5, 'zstd -qc', 'little'],
    ['zstd', 5, 'zstd -q19 -c', 'big'],
  ] as const)('compressed with %s (%i, %s, %s) is read as without', (name, format, command, byteOrder) => {
    // Who has not the tool has not its files either.
    if (!has(name)) return
    const path = image(`${name}-${byteOrder}`, format, by(command), byteOrder)
    const decoded = json(['decode', '--json', path])
    expect(decoded.container).toBe(`libvirt-save+${name}`)
    expect(decoded.value.saveImage.header.format).toBe('raw')
    expect(Buffer.compare(streamOf(path), Buffer.concat([front(0, byteOrder), stream]))).toBe(0)
    const { stdout } = vfmig(['validate', path])
    expect(stdout).not.toContain('error')
  })

  test.each([
    ['bzip2', 2],
    ['lzop', 4],
  ] as const)('compressed with %s names the command that takes it off', (name, format) => {
    const path = image(name, format, has(name) ? by(`${name} -c`) : Buffer.alloc(9))
    const { status, stderr } = vfmig(['decode', path])
    expect(status).toBe(2)
    const command = `tail -c +65649 ${name}.img | ${name} -dc | vfmig decode -`
    expect(stderr).toContain(command)
    if (!has(name)) return
    const piped = shell(command, { cwd: folder.path })
    expect(piped.status).toBe(0)
    expect(piped.stdout).toContain('"isapc"')
  })

  test.each([
    ['gzip', 1],
    ['xz', 3],
    ['zstd', 5],
  ] as const)('with damaged %s data is a finding', (name, format) => {
    const report = JSON.parse(vfmig(['validate', '--format', 'json', image('bad', format, Buffer.alloc(99, 7))]).stdout)
    expect(report.files[0].findings.map(({ code }: { code: string }) => code)).toEqual(['capture/compressed-damaged'])
    if (!has(name)) return
    const cut = by(`${name} -c`).subarray(0, 2000)
    expect(vfmig(['validate', image('cut', format, cut)]).stdout).toContain('capture/compressed-damaged')
  })

  test('that was not finished is a finding', () => {
    const partial = Buffer.concat([saveImage({ magic: 'LibvirtQemudPart' }), stream])
    expect(vfmig(['validate', file('partial.img', partial)]).stdout).toContain('error qemu/save-incomplete')
  })
})

describe('encode --base takes the stream from what decode took it from', () => {
  /** A page of more than 64 KiB does not come as one run, so the run is at the end: bytes behind the stream. */
  const long = Buffer.alloc(70_000, 'vfmig')
  const stream = Buffer.concat([streamOf(SMALL), long])
  const front = (format: number) => saveImage({ format, padding: 4096 })
  const has = (tool: string) => shell(`command -v ${tool}`).status === 0
  const by = (command: string) => shell(`${command} < ${file('long.bin', stream)}`).bytes
  const again = (path: string, options: readonly string[] = []) => {
    const document = vfmig(['decode', '--json', ...options, path]).stdout
    expect(document).toContain('"$bytes"')
    return vfmig(['encode', '-', '--base', path, ...options], { input: document })
  }

  test('gzip', () => {
    const { status, stderr, bytes } = again(file('long.mig.gz', gzipSync(stream)))
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(Buffer.compare(bytes, stream)).toBe(0)
  })

  test.each([
    ['gzip', 1],
    ['xz', 3],
    ['zstd', 5],
  ] as const)('a save image compressed with %s comes back as raw', (name, format) => {
    if (!has(name)) return
    const path = file(`long-${name}.img`, Buffer.concat([front(format), by(`${name} -c`)]))
    expect(Buffer.compare(again(path).bytes, Buffer.concat([front(0), stream]))).toBe(0)
  })

  test('standard input', () => {
    const document = folder.file('long.json', vfmig(['decode', '--json', file('long.mig', stream)]).stdout)
    expect(Buffer.compare(vfmig(['encode', document, '--base', '-'], { input: stream }).bytes, stream)).toBe(0)
    expectComplaint(vfmig(['encode', '-', '--base', '-']), 'Standard input (-) can be read only once.')
  })

  test('a snapshot of a qcow2 image', () => {
    const document = vfmig(['decode', '--json', '--snapshot', 'after', TWO]).stdout
    const bytes = streamOf(TWO, '--snapshot', 'after')
    const back = vfmig(['encode', '-', '--base', TWO, '--snapshot', 'after'], { input: document })
    expect(Buffer.compare(back.bytes, bytes)).toBe(0)
    expectComplaint(vfmig(['encode', '-', '--base', TWO], { input: document }), 'capture/qcow2-snapshot')
    expectComplaint(vfmig(['encode', '-', '--snapshot', 'after'], { input: document }), '--base')
  })

  test('says that another stream is none', () => {
    const document = folder.file('long.json', vfmig(['decode', '--json', file('long.mig', stream)]).stdout)
    const other = file('other.mig', Buffer.concat([stream.subarray(0, -1), Buffer.of(0)]))
    expectComplaint(vfmig(['encode', document, '--base', other, '-o', folder.at('o')]), 'names another stream')
    expectComplaint(vfmig(['encode', document, '--base', SMALL, '-o', folder.at('o')]), 'names another stream')
    expectComplaint(vfmig(['encode', document, '--base', folder.path, '-o', folder.at('o')]), 'is a folder')
    const cut = file('cut.mig.gz', gzipSync(stream).subarray(0, 3000))
    expectComplaint(vfmig(['encode', document, '--base', cut, '-o', folder.at('o')]), 'cut.mig.gz')
  })
})

test('a zstd window larger than 8 MiB is refused before memory is taken for it', async () => {
  const units = async (hex: string) => {
    const pieces = []
    const input = (async function* () {
      for (const byte of Buffer.from(hex, 'hex')) yield Uint8Array.of(byte)
    })()
    for await (const unit of zstdUnits(new Feed(input))) pieces.push(Buffer.from(unit).toString('hex'))
    return pieces
  }
  // A skippable frame, then one with a window of 8 MiB, a run of 5 bytes and a checksum.
  expect(await units('532a4d1802000000aaaa28b52ffd04682b000061deadbeef')).toEqual([
    '28b52ffd0468',
    '2b000061',
    'deadbeef',
  ])
  await expect(units('28b52ffd0470')).rejects.toThrow('a zstd window of at most 8 MiB, found 16 MiB.')
  await expect(units('28b52ffde0ffffffffffffffff')).rejects.toThrow('a zstd window of at most 8 MiB')
  await expect(units('28b52ffd04680900')).rejects.toThrow('an early end')
  await expect(units('28b52ffd0468fdffff')).rejects.toThrow('a block of more than 128 KiB')
  await expect(units('00000000')).rejects.toThrow('something else than a frame')
})

test('a stream behind 4096 bytes is found, also in gzip', () => {
  const bytes = Buffer.concat([Buffer.alloc(4096), streamOf(SMALL)])
  for (const path of [file('offset.bin', bytes), file('offset.bin.gz', gzipSync(bytes))]) {
    expect(vfmig(['validate', path]).stdout).toContain(
      'info qemu/leading-bytes: 4096 zero bytes stand before the stream.',
    )
  }
})
