import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CaptureError,
  openInflated,
  readSysfs,
  readTar,
  type SysfsCapture,
  type SysfsFile,
  type SysfsFunction,
} from '../../src/capture/index.ts'
import { configs, damaged, encode, fixtureText, GUESTS, type Guest, isInstalled } from './support.ts'

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

interface Attributes {
  readonly resource: readonly (readonly [number, number, number])[]
  readonly [name: string]: unknown
}

function sysfsOf(guest: Guest): Record<string, Attributes> {
  return JSON.parse(fixtureText(guest, guest === 'g3-zoo-q10' ? 'sysfs.json.gz' : 'sysfs.json'))
}

/** The tree as the kernel shows it below /sys/devices, from what was collected inside the guest. */
function treeOf(guest: Guest): SysfsFile[] {
  const files: SysfsFile[] = []
  const spaces = configs(guest)
  for (const [address, attributes] of Object.entries(sysfsOf(guest))) {
    const folder = `sys/devices/pci0000:00/${address}`
    const put = (name: string, text: string): void =>
      void files.push({ path: `${folder}/${name}`, bytes: encode(text) })
    const link = (name: string, target: string): void =>
      void files.push({ path: `${folder}/${name}`, bytes: new Uint8Array(), link: target })
    files.push({ path: `${folder}/config`, bytes: spaces.get(address) as Uint8Array })
    const hex = (value: number): string => `0x${value.toString(16).padStart(16, '0')}`
    put('resource', attributes.resource.map((row) => `${row.map(hex).join(' ')}\n`).join(''))
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value !== 'string') continue
      if (name === 'driver') link(name, `../../../../bus/pci/drivers/${value}`)
      else if (name === 'physfn' || name.startsWith('virtfn')) link(name, `../${value}`)
      else put(name, `${value}\n`)
    }
  }
  return files
}

function withFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'vfmig-'))
  try {
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function tarOf(files: readonly SysfsFile[], args: readonly string[]): Uint8Array {
  return withFolder((folder) => {
    for (const { path, bytes, link } of files) {
      const file = join(folder, path)
      mkdirSync(dirname(file), { recursive: true })
      if (link === undefined) writeFileSync(file, bytes)
      else symlinkSync(link, file)
    }
    const options = { cwd: folder, maxBuffer: 2 ** 28, stdio: 'pipe' as const }
    return Uint8Array.from(execFileSync('tar', [...args, '-cf', '-', '.'], options))
  })
}

function expectGuest(guest: Guest, functions: readonly SysfsFunction[]): void {
  const attributes = sysfsOf(guest)
  expect(new Map(functions.map(({ address, bytes }) => [address, bytes]))).toEqual(configs(guest))
  for (const entry of functions) {
    const known = attributes[entry.address] as Attributes
    const number = (name: string, radix: number): number | undefined =>
      known[name] === undefined ? undefined : Number.parseInt(known[name] as string, radix)
    expect(entry.vendorId).toBe(number('vendor', 16))
    expect(entry.deviceId).toBe(number('device', 16))
    expect(entry.driver).toBe(known.driver)
    expect(entry.isVirtual).toBe(known.physfn !== undefined)
    expect(entry.physicalFunction).toBe(known.physfn)
    expect(entry.sriov.totalVfs).toBe(number('sriov_totalvfs', 10))
    expect(entry.sriov.numVfs).toBe(number('sriov_numvfs', 10))
    expect(entry.sriov.offset).toBe(number('sriov_offset', 10))
    expect(entry.sriov.stride).toBe(number('sriov_stride', 10))
    expect(entry.sriov.vfDevice).toBe(number('sriov_vf_device', 16))
    const sizes = known.resource.map(([start, end]) => (end === 0 ? undefined : end - start + 1))
    expect(entry.barSizes?.bars).toEqual(sizes.slice(0, 6))
    expect(entry.barSizes?.rom).toBe(sizes[6])
    expect(entry.barSizes?.vfBars).toEqual(sizes.slice(7, 13))
  }
}

describe('a sysfs tree', () => {
  test.each(GUESTS)('of %s', (guest) => {
    expectGuest(guest, readSysfs(treeOf(guest)))
  })

  test('an igb port with eight VFs in hardware, of which the driver allows seven', () => {
    const port = readSysfs(treeOf('g1-igb-q10')).find(({ address }) => address === '0000:01:00.0')
    const K = 1024
    expect(port?.sriov).toEqual({ totalVfs: 7, numVfs: 3, offset: 128, stride: 2, vfDevice: 0x10ca })
    expect(port?.barSizes).toEqual({
      bars: [128 * K, 128 * K, 32, 16 * K, undefined, undefined],
      rom: undefined,
      vfBars: [8 * 16 * K, undefined, undefined, 8 * 16 * K, undefined, undefined],
    })
  })

  test('files besides the configuration space may be missing, padded or links', () => {
    const at = (name: string, content: Uint8Array | string): SysfsFile => ({
      path: `x/0000:01:10.0/${name}`,
      bytes: typeof content === 'string' ? encode(content) : content,
    })
    const [bare] = readSysfs([at('config', Uint8Array.of(1, 2))])
    expect(bare).toMatchObject({ address: '0000:01:10.0', bus: 1, device: 16, isVirtual: false, sriov: {} })
    expect(bare).toMatchObject({ vendorId: undefined, barSizes: undefined, vpd: undefined, driver: undefined })
    const [full] = readSysfs([
      at('config', Uint8Array.of(1, 2)),
      at('vendor', `0x8086\n${'\0'.repeat(4089)}`),
      at('vpd', Uint8Array.of(0x82, 1)),
      at('physfn/config', Uint8Array.of(3)),
      at('sriov_vf_msix_count', ''),
    ])
    expect(full).toMatchObject({ vendorId: 0x8086, vpd: Uint8Array.of(0x82, 1), isVirtual: true })
  })

  test('a kernel without SR-IOV has no rows for VFs', () => {
    const bridge = Array.from({ length: 11 }, (_, row) => `0x1000 0x${(0x1000 + row).toString(16)} 0x0`).join('\n')
    const [entry] = readSysfs([
      { path: '0000:00:01.0/config', bytes: Uint8Array.of(1) },
      { path: '0000:00:01.0/resource', bytes: encode(bridge) },
    ])
    expect(entry?.barSizes).toEqual({ bars: [1, 2, 3, 4, 5, 6], rom: 7, vfBars: Array(6).fill(undefined) })
  })

  test.each([
    [[], 'Expected files such as 0000:01:10.0/config, found none among 0 entries.'],
    [
      [{ path: 'a/config', bytes: new Uint8Array() }],
      'Expected files such as 0000:01:10.0/config, found none among 1 entry.',
    ],
    [
      [{ path: '0000:01:20.0/config', bytes: new Uint8Array() }],
      'Expected files such as 0000:01:10.0/config, found none among 1 entry.',
    ],
  ])('capture/no-functions, case %#', (files, message) => {
    expect(() => readSysfs(files)).toThrow(message)
  })

  test.each([
    ['vendor', '8086', 'Expected an ID such as 0x8086 in "0000:01:10.0/vendor", found "8086".'],
    ['sriov_numvfs', 'x', 'Expected a decimal number in "0000:01:10.0/sriov_numvfs", found "x".'],
    [
      'sriov_vf_device',
      '0x1',
      'Expected up to four hexadecimal digits in "0000:01:10.0/sriov_vf_device", found "0x1".',
    ],
    [
      'resource',
      '0x0 0x0 0x0\n12',
      'Expected rows of start, end and flags in "0000:01:10.0/resource", found "12" in row 2.',
    ],
  ])('capture/bad-attribute: %s', (name, text, message) => {
    const files = [
      { path: '0000:01:10.0/config', bytes: Uint8Array.of(1) },
      { path: `0000:01:10.0/${name}`, bytes: encode(text) },
    ]
    expect(() => readSysfs(files)).toThrow(message)
  })
})

describe.skipIf(!isInstalled('tar'))('archives of tar (skipped without tar)', () => {
  const FORMATS = ['ustar', 'pax', 'gnu', 'oldgnu', 'v7']
  test.each(FORMATS)('a sysfs tree in format %s', (format) => {
    const archive = tarOf(treeOf('g1-igb-q10'), ['--format', format])
    const capture = openInflated(archive) as SysfsCapture
    expect(capture).toMatchObject({ container: 'sysfs-tar', gzip: false })
    expectGuest('g1-igb-q10', capture.functions)
    for (const { offset, bytes } of capture.functions)
      expect(archive.subarray(offset, (offset as number) + bytes.length)).toEqual(bytes)
  })

  const LONG = [
    { path: `${'folder/'.repeat(20)}short`, bytes: encode('one') },
    { path: `folder/${'n'.repeat(180)}`, bytes: encode('two') },
    { path: 'umlaut-ä', bytes: new Uint8Array(1025).fill(7) },
    { path: 'empty', bytes: new Uint8Array() },
    { path: 'link', bytes: new Uint8Array(), link: `../${'t'.repeat(150)}` },
  ]
  test.each(['pax', 'gnu', 'oldgnu'])('long names in format %s', (format) => {
    const entries = [...readTar(tarOf(LONG, ['--format', format]))].filter(({ kind }) => kind !== 'directory')
    const found = entries.map(({ path, bytes, link }) => ({ path: path.replace(/^\.\//, ''), bytes, link }))
    const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1)
    expect(found.sort(byPath)).toEqual(LONG.map((file) => ({ link: undefined, ...file })).sort(byPath))
  })

  test('a prefix in format ustar', () => {
    const archive = tarOf(LONG.slice(0, 1), ['--format', 'ustar'])
    expect([...readTar(archive)].at(-1)?.path).toBe(`./${LONG[0]?.path}`)
  })

  test('damage never ends in anything but a value or a CaptureError', () => {
    for (const format of ['pax', 'gnu'])
      fc.assert(
        fc.property(damaged(tarOf(LONG, ['--format', format])), (input) => {
          try {
            for (const { bytes } of readTar(input)) expect(bytes.length).toBeLessThanOrEqual(input.length)
          } catch (error) {
            expect(error).toBeInstanceOf(CaptureError)
          }
        }),
        { numRuns: 150 },
      )
  })
})

/** A header block made from POSIX's table of the ustar format. */
function header(fields: {
  name?: string
  size?: string
  type?: string
  magic?: string
  checksum?: number
}): Uint8Array {
  const block = new Uint8Array(512)
  const put = (at: number, text: string): void => block.set(encode(text), at)
  put(0, fields.name ?? 'name')
  put(124, fields.size ?? '00000000000')
  put(148, '        ')
  put(156, fields.type ?? '0')
  put(257, fields.magic ?? 'ustar\x0000')
  const sum = fields.checksum ?? block.reduce((total, byte) => total + byte, 0)
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `)
  return block
}

const joined = (...blocks: Uint8Array[]): Uint8Array => Uint8Array.from(blocks.flatMap((block) => [...block]))
const content = (text: string): Uint8Array => {
  const block = new Uint8Array(512)
  block.set(encode(text))
  return block
}

describe('headers', () => {
  test('a hand-made archive', () => {
    const archive = joined(
      header({ size: '00000000003' }),
      content('abc'),
      header({ type: '5', name: 'd' }),
      new Uint8Array(1024),
    )
    expect([...readTar(archive)].map(({ path, kind, bytes, offset }) => [path, kind, decode(bytes), offset])).toEqual([
      ['name', 'file', 'abc', 512],
      ['d', 'directory', '', 1536],
    ])
  })

  test('records of pax override name, size and target', () => {
    const pax = '18 path=long name\n10 size=2\n'
    const size = pax.length.toString(8).padStart(11, '0')
    const archive = joined(header({ type: 'x', size }), content(pax), header({ size: '00000000000' }), content('ab'))
    expect([...readTar(archive)].map(({ path, bytes }) => [path, decode(bytes)])).toEqual([['long name', 'ab']])
  })

  test.each([
    [
      'a wrong checksum',
      header({ checksum: 1 }),
      /^At offset 0x0: expected a tar header with the checksum \d+, found the checksum 1\.$/,
    ],
    [
      'a size that is no number',
      header({ size: '0000000009x' }),
      'At offset 0x0: expected octal digits in a tar header, found "0000000009x".',
    ],
    ['a sparse file', header({ type: 'S' }), 'At offset 0x0: expected a member of a known kind, found a sparse file.'],
    [
      'damaged pax records',
      joined(header({ type: 'x', size: '00000000010' }), content('99 a=b\n')),
      'At offset 0x0: expected pax records with their length, found a damaged one.',
    ],
    [
      'a pax record without its end',
      joined(header({ type: 'x', size: '00000000012' }), content('10 path=xy')),
      'At offset 0x0: expected pax records with their length, found a damaged one.',
    ],
    [
      'a pax size that is no number',
      joined(header({ type: 'x', size: '00000000012' }), content('10 size=x\n')),
      'At offset 0x0: expected a size in decimal digits, found "x".',
    ],
    [
      'a member longer than the archive',
      joined(header({ size: '00000002000' }), content('')),
      'At offset 0x200: expected 1024 bytes of the archive, found 512.',
    ],
    [
      'half a header',
      joined(header({}), encode('half')),
      'At offset 0x200: expected 512 bytes of the archive, found 4.',
    ],
  ])('%s', (_, archive, message) => {
    expect(() => [...readTar(archive)]).toThrow(message)
    const code = `${message}`.includes('of the archive') ? 'capture/tar-truncated' : 'capture/tar-damaged'
    expect(() => [...readTar(archive)]).toThrow(expect.objectContaining({ name: 'CaptureError', code }))
  })
})
