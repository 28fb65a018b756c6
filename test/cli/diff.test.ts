import { describe, expect, it } from 'vitest'
import { guestText, hex, lspci, lspciVerbose, vf, xxd } from './captures.ts'
import { bytesOf, changed, expectComplaint, Folder, IGB, VF, vfmig } from './support.ts'

const folder = new Folder()
const VERDICT = /refuse|accept|harmless|Bad config data/

describe('exit status', () => {
  const other = folder.file('other.bin', changed({ 44: 0x00 }))
  const text = folder.file('vf.xxd', xxd(vf))
  const dump = folder.file('vf.lspci', lspci(vf))
  const verbose = folder.file('verbose.lspci', lspciVerbose(vf).replace('01:10.0', '0000:01:10.0'))
  const guest = folder.file('guest.lspci', guestText)

  it.each<{ what: string; args: string[]; status: number }>([
    { what: 'a file and itself', args: [VF, VF], status: 0 },
    { what: 'bytes and their dump', args: [VF, text], status: 0 },
    { what: 'two texts of one function', args: [dump, verbose], status: 0 },
    { what: 'a file and another', args: [VF, other], status: 1 },
    { what: 'a part and the whole', args: [dump, guest], status: 1 },
    { what: 'as an observer sees it', args: [VF, other, '--as-seen-by', 'vfio-pci'], status: 1 },
  ])('$what: $status', ({ args, status }) => {
    expect(vfmig(['diff', ...args])).toMatchObject({ status, stderr: '' })
    const run = vfmig(['diff', '--json', ...args])
    expect(run).toMatchObject({ status, stderr: '' })
    expect(JSON.parse(run.stdout).differences.length > 0).toBe(status === 1)
  })

  it.each<{ what: string; args: string[]; says: RegExp }>([
    { what: 'different formats', args: [VF, dump], says: /is pci-config-space and .* is lspci-dump/ },
    { what: 'a missing file', args: [VF, folder.at('nowhere')], says: /nowhere: there is no such file/ },
    { what: 'an unknown file', args: [VF, folder.file('prose', 'a\nb\n')], says: /prose: expected raw bytes, xxd/ },
    {
      what: 'a damaged file',
      args: ['--as', 'msix-table', VF, folder.file('t17', vf.slice(0, 17))],
      says: /t17: .*entries\[1\]/,
    },
    { what: 'one path', args: [VF], says: /missing required argument 'b'/ },
    { what: 'standard input twice', args: ['-', '-'], says: /only one of the two/ },
    { what: 'an unknown observer', args: [VF, VF, '--as-seen-by', 'virtio'], says: /vfio-pci,MACHINE, not "virtio"/ },
  ])('$what: 2', ({ args, says }) => {
    expectComplaint(vfmig(['diff', ...args]), says)
  })
})

describe('what is shown', () => {
  const other = folder.file('edited.bin', changed({ 44: 0x00, 115: 0x00, 64: 0x01 }))

  it('is one line a field with its offset and both values', () => {
    const { stdout } = vfmig(['diff', VF, other])
    expect(stdout).toMatch(/^0x02c {2}header\.subsystemVendorId: 0x1af4 -> 0x1a00$/m)
    expect(stdout).toMatch(/^0x072 {2}capabilities.*control\.enable: true -> false$/m)
    expect(stdout).toMatch(/^3 differences$/m)
    expect(stdout).not.toMatch(VERDICT)
    expect(vfmig(['diff', '--json', VF, other]).stdout).not.toMatch(VERDICT)
  })

  it('is the same as JSON', () => {
    const document = JSON.parse(vfmig(['diff', '--json', VF, other]).stdout)
    expect(document).toMatchObject({ vfmig: 1, format: 'pci-config-space', a: VF, b: other, asSeenBy: null })
    expect(document.differences[0]).toEqual({
      path: 'header.subsystemVendorId',
      a: { offset: 0x2c, length: 2, value: 0x1af4 },
      b: { offset: 0x2c, length: 2, value: 0x1a00 },
    })
  })

  it('stands under its function in dumps, which are matched by address', () => {
    const edited = folder.file(
      'edited.lspci',
      guestText.replace(/^01:10\.2 .*\n00: ff ff/m, (row) => row.replace('00: ff', '00: fe')),
    )
    const original = folder.file('original.lspci', guestText)
    const { stdout } = vfmig(['diff', original, edited])
    expect(stdout).toMatch(/^function 0000:01:10\.2\n0x000 {2}header\.vendorId: 0xffff -> 0xfffe\n1 difference$/m)
    const part = folder.file('part.lspci', lspci(vf))
    expect(vfmig(['diff', part, original]).stdout).toMatch(/^function 0000:00:00\.0\nonly in b$/m)
    expect(vfmig(['diff', original, part]).stdout).toMatch(/^only in a$/m)
  })
})

/** Bits that QEMU compares of this VF behind a port; each byte with the mask of its compared bits. */
function comparedBits(): Uint8Array {
  const mask = new Uint8Array(4096)
  mask.fill(0xff, 0x00, 0x04)
  mask[0x06] = 0x10
  mask.fill(0xff, 0x08, 0x0c)
  mask[0x0e] = 0xff
  // The type bits of six memory BARs of which the sizes are not known.
  for (let bar = 0x10; bar < 0x28; bar += 4) mask[bar] = 0x0f
  mask[0x34] = 0xff
  mask.fill(0xff, 0x70, 0x7c)
  mask[0x73] = 0x3f
  mask.fill(0xff, 0xa0, 0x100)
  mask.fill(0xff, 0x100, 0x150)
  return mask
}

/** Offsets in QEMU's messages of a comparison, as ranges. */
function refusedBytes(stdout: string): string {
  const messages = stdout.matchAll(/Bad config data: i=0x([0-9a-f]+) /g)
  return ranges(new Set(Array.from(messages, ([, digits]) => Number(`0x${digits}`))))
}

/** `0-3 6 8-b`, short enough to read when a test fails. */
function ranges(offsets: Iterable<number>): string {
  const runs: [first: number, last: number][] = []
  for (const offset of [...offsets].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run?.[1] === offset - 1) run[1] = offset
    else runs.push([offset, offset])
  }
  return runs.map(([first, last]) => (first === last ? hex(first) : `${hex(first)}-${hex(last)}`)).join(' ')
}

describe('--as-seen-by vfio-pci', () => {
  const mask = comparedBits()
  const seen = (source: string, destination = VF, observer = 'vfio-pci') =>
    vfmig(['diff', '--as', 'pci-config-space', source, destination, '--as-seen-by', observer])

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('refuses bit %i of exactly the compared bytes', (bit) => {
    const source = folder.file(
      `bit${bit}.bin`,
      vf.map((byte) => byte ^ (1 << bit)),
    )
    const expected = Array.from(mask.keys()).filter((offset) => ((mask[offset] as number) >> bit) & 1)
    expect(refusedBytes(seen(source).stdout)).toBe(ranges(expected))
  })

  it.each([
    ...[0x00, 0x03, 0x08, 0x0b, 0x0e, 0x34, 0x70, 0x7b, 0xa0, 0xd3, 0xd4, 0xff, 0x100, 0x104, 0x147, 0x14f].map(
      (at) => [at, 0x01] as const,
    ),
    ...([
      [0x06, 0x10],
      [0x06, 0x20],
      [0x73, 0x80],
      [0x73, 0x40],
      [0x73, 0x20],
      [0x10, 0x08],
      [0x10, 0x10],
    ] as const),
    ...[
      0x04, 0x07, 0x0c, 0x0d, 0x0f, 0x2c, 0x2f, 0x30, 0x35, 0x3c, 0x3d, 0x40, 0x6f, 0x7c, 0x9f, 0x150, 0x154, 0xfff,
    ].map((at) => [at, 0x01] as const),
  ])('byte %i, bits %i alone', (offset, bits) => {
    const source = folder.file('single.bin', changed({ [offset]: (vf[offset] as number) ^ bits }))
    const { stdout, status } = seen(source)
    expect(status).toBe(1)
    const isRefused = ((mask[offset] as number) & bits) !== 0
    expect(refusedBytes(stdout)).toBe(isRefused ? hex(offset) : '')
    expect(stdout).toMatch(
      isRefused ? /, [1-9]\d* that the destination refuses$/m : /, 0 that the destination refuses$/m,
    )
  })

  it('speaks in the words of QEMU', () => {
    const source = folder.file('words.bin', changed({ 115: 0x01 }))
    const message = 'Bad config data: i=0x73 read: 1 device: 80 cmask: ff wmask: c0 w1cmask:0'
    expect(vf[0x73]).toBe(0x80)
    expect(seen(source).stdout).toContain(message)
    const document = JSON.parse(vfmig(['diff', '--json', source, VF, '--as-seen-by', 'vfio-pci']).stdout)
    expect(document.asSeenBy).toBe('vfio-pci')
    const verdicts = document.differences.map(({ verdict, refusals }: Record<string, unknown>) => ({
      verdict,
      refusals,
    }))
    expect(verdicts).toContainEqual({ verdict: 'refused', refusals: [message] })
    expect(verdicts).toContainEqual({ verdict: 'accepted', refusals: [] })
  })

  it('judges dumps function by function', () => {
    const source = folder.file('source.lspci', lspci(changed({ 164: 0x00 })))
    const destination = folder.file('destination.lspci', lspci(vf))
    const { stdout } = vfmig(['diff', source, destination, '--as-seen-by', 'vfio-pci'])
    expect(refusedBytes(stdout)).toBe('a4')
  })

  it('refuses the bytes of a capability that only moved', () => {
    const moved = vf.slice()
    moved.set(vf.subarray(0x70, 0x7c), 0x50)
    moved.fill(0, 0x70, 0x7c)
    moved[0xa1] = 0x50
    const differs = (at: number) => ((moved[at] as number) ^ (vf[at] as number)) & (mask[at] as number)
    expect(refusedBytes(seen(folder.file('moved.bin', moved)).stdout)).toBe(ranges([...moved.keys()].filter(differs)))
  })

  it('a machine on a conventional bus compares nothing from 0x100 on', () => {
    const source = folder.file('extended.bin', changed({ 256: 0x02, 260: 0x10 }))
    expect(refusedBytes(seen(source).stdout)).not.toBe('')
    expect(refusedBytes(seen(source, VF, 'vfio-pci,pc-i440fx-10.0').stdout)).toBe('')
  })
})

describe('sizes of base address registers', () => {
  // BAR 0 decodes 16 KiB of memory: bits 13:0 are fixed, the address above them is the guest's.
  const device = changed({ 0: 0x86, 1: 0x80, 16: 0x00, 17: 0x40, 18: 0xbf, 19: 0xfe })
  const fixed = device.with(0x11, 0x50)
  const free = device.with(0x11, 0x80)
  const text = (bytes: Uint8Array) =>
    lspci(bytes).replace('\n', '\n\tRegion 0: Memory at febf4000 (32-bit, non-prefetchable) [size=16K]\n')
  const tree = (bytes: Uint8Array) => {
    folder.file('sizes/0000:01:10.0/resource', '0x00000000febf4000 0x00000000febf7fff 0x0000000000040200\n')
    folder.file('sizes/0000:01:10.0/config', bytes)
    return folder.at('sizes')
  }

  it.each([
    { from: 'the text of lspci -v', destination: folder.file('sizes.txt', text(device)), refused: '11' },
    { from: 'the attributes of sysfs', destination: tree(device), refused: '11' },
    { from: 'the text of lspci -x, which has none', destination: folder.file('none.txt', lspci(device)), refused: '' },
  ])('come from $from', ({ destination, refused }) => {
    const seen = (bytes: Uint8Array) =>
      vfmig(['diff', folder.file('bars.txt', lspci(bytes)), destination, '--as-seen-by', 'vfio-pci'])
    expect(seen(free)).toMatchObject({ status: 1, stderr: '' })
    expect(refusedBytes(seen(free).stdout)).toBe('')
    const { stdout } = seen(fixed)
    expect(refusedBytes(stdout)).toBe(refused)
    if (refused !== '') expect(stdout).toContain('i=0x11 read: 50 device: 40 cmask: ff wmask: c0 w1cmask:0')
  })
})

describe('vendor capabilities', () => {
  // At 0x40, 16 bytes: ID, next, length, then the vendor's own. The list goes on from MSI-X.
  const vendor = vf.slice()
  vendor.set([0x09, 0x00, 0x10], 0x40)
  vendor[0x71] = 0x40
  const destination = folder.file('vendor.bin', vendor)

  it.each([
    { observer: 'vfio-pci', own: false },
    { observer: 'vfio-pci,pc-q35-9.1', own: false },
    { observer: 'vfio-pci,pc-q35-10.0', own: false },
    { observer: 'vfio-pci,pc-q35-9.0', own: true },
    { observer: 'vfio-pci,pc-q35-8.2', own: true },
    { observer: 'vfio-pci,pc-i440fx-7.2', own: true },
  ])('$observer compares their own bytes: $own', ({ observer, own }) => {
    for (const [offset, isRefused] of [
      [0x42, true],
      [0x43, own],
      [0x4f, own],
    ] as const) {
      const bytes = vendor.slice()
      bytes[offset] = (bytes[offset] as number) ^ 0x04
      const source = folder.file('vendor-source.bin', bytes)
      const { stdout } = vfmig(['diff', source, destination, '--as-seen-by', observer])
      expect(refusedBytes(stdout), hex(offset)).toBe(isRefused ? hex(offset) : '')
    }
  })
})

describe('real functions', () => {
  it('two VFs of one card differ in nothing that is refused', () => {
    const { stdout } = vfmig(['diff', VF, `${IGB}/config/0000-01-10.2.bin`, '--as-seen-by', 'vfio-pci'])
    const [a, b] = [vf, bytesOf(`${IGB}/config/0000-01-10.2.bin`)]
    const mask = comparedBits()
    const expected = Array.from(mask.keys()).filter(
      (at) => (((a[at] as number) ^ (b[at] as number)) & (mask[at] as number)) !== 0,
    )
    expect(refusedBytes(stdout)).toBe(ranges(expected))
  })
})
