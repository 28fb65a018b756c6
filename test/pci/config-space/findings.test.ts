import { describe, expect, test } from 'vitest'
import { EncodeError, type Path, printPath } from '../../../src/findings/index.ts'
import { configSpaceCodes } from '../../../src/pci/config-space/codes.ts'
import { type ConfigSpace, configSpaceFormat } from '../../../src/pci/index.ts'
import { EXPRESS, listAt, type Patches, space } from './support.ts'

interface Case {
  readonly code: string
  readonly name: string
  readonly bytes: Uint8Array
  readonly message: string
  readonly place: readonly [offset: number, length: number]
  readonly path: string
  /** Where it is not that of the code. */
  readonly severity?: string
  /** Further findings of the same bytes. */
  readonly also?: readonly string[]
}

const PM = '01 00 03 00 00 00 00 00'
const MSI = '05 00 01 00 00 00 e0 fe 41 00'
const MSIX = '11 00 00 80 00 00 00 00 00 08 00 00'

/** Null heads of the extended list, one every four bytes. */
function nulls(count: number): Patches {
  const head = (at: number) => `00 00 ${byte(1 | ((at & 0xf) << 4))} ${byte(at >> 4)}`
  const byte = (value: number) => value.toString(16).padStart(2, '0')
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [0x100 + 4 * n, head(0x104 + 4 * n)]))
}

const cases: readonly Case[] = [
  {
    code: 'pci/odd-size',
    name: 'a byte is missing',
    bytes: space(4095),
    message: 'The capture has 4095 bytes, not 64, 256 or 4096.',
    place: [0, 4095],
    path: 'size',
  },
  {
    code: 'pci/odd-size',
    name: 'the region of the sample mediated device',
    bytes: space(255),
    severity: 'info',
    message: 'The capture has 255 bytes, not 64, 256 or 4096.',
    place: [0, 255],
    path: 'size',
  },
  {
    code: 'pci/odd-size',
    name: 'a byte too many',
    bytes: space(65),
    message: 'The capture has 65 bytes, not 64, 256 or 4096.',
    place: [0, 65],
    path: 'size',
  },
  {
    code: 'pci/trailing-bytes',
    name: 'one byte behind the end',
    bytes: space(4097),
    message: '1 byte follows the 4096 bytes of configuration space.',
    place: [4096, 1],
    path: 'trailing',
  },
  {
    code: 'pci/no-response',
    name: 'nothing but ones',
    bytes: new Uint8Array(64).fill(0xff),
    message: 'All 64 bytes are 0xff.',
    place: [0, 64],
    path: 'value',
  },
  {
    code: 'pci/vf-identity',
    name: 'a VF',
    bytes: space(64, { 0: 'ff ff ff ff' }),
    message: 'Vendor and device ID read 0xffff: a VF takes them from its PF.',
    place: [0, 2],
    path: 'header.vendorId',
  },
  {
    code: 'pci/retry-status',
    name: 'a request retry',
    bytes: space(64, { 0: '01 00 ff ff' }),
    message: 'The first four bytes ask the reader to try again.',
    place: [0, 2],
    path: 'header.vendorId',
  },
  {
    code: 'pci/header-layout',
    name: 'layout 3 of a function among others',
    bytes: space(64, { 14: '83' }),
    message: 'The header layout 3 does not exist.',
    place: [14, 1],
    path: 'header.headerType.layout',
  },
  {
    code: 'pci/bar-64-last',
    name: 'BAR 5 of an endpoint',
    bytes: space(64, { 36: '04 00 00 f0' }),
    message: 'BAR 5 is 64 bits wide, but it is the last register.',
    place: [36, 4],
    path: 'header.bars[5]',
  },
  {
    code: 'pci/bar-64-last',
    name: 'BAR 1 of a bridge',
    bytes: space(64, { 14: '01', 20: '04 00 00 f0' }),
    message: 'BAR 1 is 64 bits wide, but it is the last register.',
    place: [20, 4],
    path: 'header.bars[1]',
  },
  {
    code: 'pci/bar-memory-type',
    name: 'memory type 3',
    bytes: space(64, { 16: '06 00 00 f0' }),
    message: 'BAR 0 has the reserved memory type 3.',
    place: [16, 4],
    path: 'header.bars[0]',
  },
  {
    code: 'pci/bar-io-reserved',
    name: 'bit 1 of an I/O register',
    bytes: space(64, { 20: '03 e0 00 00' }),
    message: 'BAR 1 is an I/O register with the reserved bit 1 set.',
    place: [20, 4],
    path: 'header.bars[1]',
  },
  {
    code: 'pci/interrupt-pin',
    name: 'pin 5',
    bytes: space(64, { 61: '05' }),
    message: 'The interrupt pin is 5.',
    place: [61, 1],
    path: 'header.interruptPin',
    also: ['layout/unknown-value'],
  },
  {
    code: 'pci/bus-master-without-decode',
    name: 'DMA alone',
    bytes: space(64, { 4: '04 00' }),
    message: 'Bus mastering is on while memory and I/O decoding are off.',
    place: [4, 2],
    path: 'header.command',
  },
  {
    code: 'pci/capability-list-off',
    name: 'a pointer without Status.CapList',
    bytes: space(256, { 52: '40', 64: PM }),
    message: 'The capabilities pointer is 0x40, but Status says that there is no list.',
    place: [52, 1],
    path: 'capabilities',
  },
  {
    code: 'pci/capability-list-empty',
    name: 'Status.CapList without a pointer',
    bytes: space(256, listAt('00')),
    message: 'Status says that there is a capability list, but the pointer to it is 0.',
    place: [52, 1],
    path: 'capabilities',
  },
  {
    code: 'pci/capability-pointer-in-header',
    name: 'the first pointer',
    bytes: space(256, listAt('3c')),
    message: 'The pointer 0x3c leads into the header; the list ends here.',
    place: [52, 1],
    path: 'capabilities',
  },
  {
    code: 'pci/capability-pointer-in-header',
    name: 'a later pointer',
    bytes: space(256, { ...listAt('40'), 64: PM, 65: '10' }),
    message: 'The pointer 0x10 leads into the header; the list ends here.',
    place: [65, 1],
    path: 'capabilities',
  },
  {
    code: 'pci/capability-pointer-unaligned',
    name: 'low bits of the first pointer',
    bytes: space(256, { ...listAt('43'), 64: PM }),
    message: 'The pointer 0x43 is not a multiple of 4; 0x40 is used.',
    place: [52, 1],
    path: 'capabilities',
  },
  {
    code: 'pci/capability-pointer-unaligned',
    name: 'nothing but low bits',
    bytes: space(256, listAt('02')),
    message: 'The pointer 0x2 is not a multiple of 4; 0x0 is used.',
    place: [52, 1],
    path: 'capabilities',
  },
  {
    code: 'pci/capability-pointer-unaligned',
    name: 'low bits of an extended pointer',
    bytes: space(4096, { ...EXPRESS, 256: '00 00 21 20', 512: '00 00 01 00' }),
    message: 'The pointer 0x202 is not a multiple of 4; 0x200 is used.',
    place: [0x100, 4],
    path: 'extendedCapabilities',
  },
  {
    code: 'pci/capability-loop',
    name: 'two capabilities point at each other',
    bytes: space(256, { ...listAt('40'), 64: '00 48', 72: '00 40' }),
    message: 'The list leads back to 0x40: 0x40 -> 0x48 -> 0x40.',
    place: [73, 1],
    path: 'capabilities',
  },
  {
    code: 'pci/capability-loop',
    name: 'the cycle starts behind the first capability',
    bytes: space(256, { ...listAt('40'), 64: '00 48', 72: '00 48' }),
    message: 'The list leads back to 0x48: 0x48 -> 0x48.',
    place: [73, 1],
    path: 'capabilities',
  },
  {
    code: 'pci/capability-loop',
    name: 'an extended capability points at itself',
    bytes: space(4096, { ...EXPRESS, 256: '00 00 01 10' }),
    message: 'The extended list leads back to 0x100: 0x100 -> 0x100.',
    place: [0x100, 4],
    path: 'extendedCapabilities',
  },
  {
    code: 'pci/capability-id-ff',
    name: 'a pointer to bytes that nothing answered for',
    bytes: space(256, { ...listAt('40'), 64: 'ff ff' }),
    message: 'The capability at 0x40 has the ID 0xff: the chain is broken.',
    place: [64, 1],
    path: 'capabilities',
  },
  {
    code: 'pci/capability-too-many',
    name: '481 heads',
    bytes: space(4096, { ...EXPRESS, ...nulls(481) }),
    message: 'The extended list has more than 480 capabilities; the rest is not read.',
    place: [0x100 + 4 * 479, 4],
    path: 'extendedCapabilities',
  },
  {
    code: 'pci/capability-not-captured',
    name: '64 bytes',
    bytes: space(64, listAt('50')),
    message: 'The next capability is at 0x50, beyond the 64 bytes captured.',
    place: [52, 1],
    path: 'capabilities',
  },
  {
    code: 'pci/capability-not-captured',
    name: 'an extended list that was cut',
    bytes: space(0x200, { ...EXPRESS, 256: '00 00 01 20' }),
    message: 'The next capability is at 0x200, beyond the 512 bytes captured.',
    place: [0x100, 4],
    path: 'extendedCapabilities',
    also: ['pci/odd-size'],
  },
  {
    code: 'pci/extended-pointer-in-legacy',
    name: 'a pointer to 0x40',
    bytes: space(4096, { ...EXPRESS, 256: '00 00 01 04' }),
    message: 'The pointer 0x40 leads back into the first 256 bytes; the list ends here.',
    place: [0x100, 4],
    path: 'extendedCapabilities',
  },
  {
    code: 'pci/extended-ends-in-void',
    name: 'a pointer to zeros',
    bytes: space(4096, { ...EXPRESS, 256: '00 00 01 20' }),
    message: 'The pointer to 0x200 leads to a head that is all zeros.',
    place: [0x100, 4],
    path: 'extendedCapabilities',
  },
  {
    code: 'pci/extended-ends-in-void',
    name: 'a pointer to ones',
    bytes: space(4096, { ...EXPRESS, 256: '00 00 01 20', 512: 'ff ff ff ff' }),
    message: 'The pointer to 0x200 leads to a head that is all ones.',
    place: [0x100, 4],
    path: 'extendedCapabilities',
  },
  {
    code: 'pci/extended-without-express',
    name: 'a head at 0x100 of a conventional function',
    bytes: space(4096, { 256: '03 00 01 00' }),
    message: 'There are extended capabilities, but neither a PCI Express nor a PCI-X capability.',
    place: [0x100, 4],
    path: 'extendedCapabilities',
  },
  {
    code: 'pci/capability-truncated',
    name: 'Power Management in the last four bytes',
    bytes: space(256, { ...listAt('fc'), 252: '01 00 03 00' }),
    message:
      'The PM capability at 0xfc does not decode: control at offset 0x2: expected 2 bytes, found the end of the input.',
    place: [0xfc, 4],
    path: 'capabilities[0]',
  },
  {
    code: 'pci/capability-damaged',
    name: '0x14 that is neither Enhanced Allocation nor the proposal of 2015',
    bytes: space(256, { ...listAt('40'), 64: '14 00 00 01' }),
    message: 'The EA capability at 0x40 has registers that no description of it fits.',
    place: [0x40, 0xc0],
    path: 'capabilities[0]',
  },
  {
    code: 'pci/capability-overlap',
    name: 'a Null capability inside another one',
    bytes: space(256, { ...listAt('40'), 64: '01 44 03 00 00 00 00 00' }),
    message: 'PM at 0x40 reaches to 0x48 and shares bytes with ID 0x0 at 0x44.',
    place: [0x44, 2],
    path: 'capabilities[1]',
  },
  {
    code: 'pci/capability-duplicate',
    name: 'Power Management twice',
    bytes: space(256, { ...listAt('40'), 64: PM, 65: '48', 72: PM }),
    message: 'PM at 0x48 repeats PM at 0x40.',
    place: [0x48, 8],
    path: 'capabilities[1]',
  },
  {
    code: 'pci/capability-duplicate',
    name: 'a serial number twice',
    bytes: space(4096, { ...EXPRESS, 256: '03 00 01 11', 272: '03 00 01 00' }),
    message: 'DSN at 0x110 repeats DSN at 0x100.',
    place: [0x110, 12],
    path: 'extendedCapabilities[1]',
  },
  {
    code: 'pci/msi-and-msix-enabled',
    name: 'both kinds of interrupts',
    bytes: space(256, { ...listAt('40'), 64: MSI, 65: '50', 80: MSIX }),
    message: 'MSI at 0x40 and MSI-X at 0x50 are both enabled.',
    place: [0x52, 2],
    path: 'capabilities[1].control',
  },
]

describe('the smallest input of each finding', () => {
  test.each(cases)('$code: $name', ({ code, bytes, message, place: [offset, length], path, severity, also = [] }) => {
    const { findings } = configSpaceFormat.inspect(bytes)
    expect(findings.map((finding) => finding.code).sort()).toEqual([code, ...also].sort())
    const found = findings.find((finding) => finding.code === code)
    expect(found).toMatchObject({ message, offset, length, ...(severity === undefined ? {} : { severity }) })
    expect(printPath(found?.path as Path)).toBe(path)
    expect(configSpaceFormat.encode(configSpaceFormat.decode(bytes))).toEqual(bytes)
  })
})

interface Refusal {
  readonly code: string
  readonly name: string
  readonly change: (value: ConfigSpace) => ConfigSpace
  readonly message: unknown
}

const [first, second] = [0, 1]
const overlapping = space(256, { ...listAt('40'), 64: '01 44 03 00 0d 00 00 00 34 12 78 56' })

function changed(value: ConfigSpace, index: number, members: object): ConfigSpace {
  const capabilities = value.capabilities.map((entry, at) => (at === index ? { ...entry, ...members } : entry))
  return { ...value, capabilities }
}

const refusals: readonly Refusal[] = [
  {
    code: 'pci/overlap-disagrees',
    name: 'one of two parts that share bytes is changed',
    change: (value) => changed(value, second, { id: 0x0e }),
    message: 'capabilities[1]: expected 0xd at offset 0x44, as capabilities[0] has it, found 0xe',
  },
  {
    code: 'pci/overlap-disagrees',
    name: 'a capability is moved into the header',
    change: (value) => changed(value, first, { offset: 0x3c }),
    message: 'capabilities[0]: expected 0x0 at offset 0x3c, as header has it, found 0x1',
  },
  {
    code: 'pci/uncovered',
    name: 'a gap is left out',
    change: (value) => ({ ...value, gaps: [] }),
    message: 'gaps: expected bytes for every offset below 256, found none at 0x4c',
  },
  {
    code: 'pci/contradiction',
    name: 'a name of another capability',
    change: (value) => changed(value, first, { name: 'MSI' }),
    message: 'capabilities[0].name: expected "PM", which follows from the ID, found "MSI"',
  },
  {
    code: 'layout/value-out-of-range',
    name: 'a capability that reaches past the end',
    change: (value) => changed(value, second, { offset: 0xfc }),
    message: 'capabilities[1].offset: expected a place within 256 bytes, found 6 bytes at 254',
  },
  {
    code: 'layout/value-out-of-range',
    name: 'a size that no configuration space has',
    change: (value) => ({ ...value, size: 63 }),
    message: 'size: expected a number from 64 to 4096, found 63',
  },
  {
    code: 'layout/value-out-of-range',
    name: 'a pointer of more than eight bits',
    change: (value) => changed(value, first, { next: 0x100 }),
    message: 'capabilities[0].next: expected 0 to 255, found 256',
  },
  {
    code: 'layout/unknown-tag',
    name: 'a layout that does not exist',
    change: (value) => changed(value, first, { layout: 'pci-cap-nothing' }),
    message: expect.stringMatching(
      /^capabilities\[0\]\.layout: expected one of pci-cap-pm, .*, found "pci-cap-nothing"$/,
    ),
  },
  {
    code: 'layout/missing-field',
    name: 'neither a layout nor bytes',
    change: (value) => changed(value, first, { layout: undefined }),
    message: 'capabilities[0].opaque: expected bytes, where no layout is named, found nothing',
  },
  {
    code: 'layout/length-mismatch',
    name: 'bytes behind a space of 256',
    change: (value) => ({ ...value, trailing: new Uint8Array(3) }),
    message: 'trailing: expected nothing behind 256 bytes, found 3 bytes',
  },
  {
    code: 'layout/wrong-type',
    name: 'no list at all',
    change: (value) => ({ ...value, capabilities: undefined as unknown as [] }),
    message: 'capabilities: expected an array, found nothing',
  },
]

describe('what encode refuses', () => {
  test.each(refusals)('$code: $name', ({ code, change, message }) => {
    const value = configSpaceFormat.decode(overlapping)
    let refused: unknown
    try {
      configSpaceFormat.encode(change(value))
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(EncodeError)
    expect(refused).toMatchObject({ code, message })
  })

  test('parts that share bytes and agree are written', () => {
    const value = configSpaceFormat.decode(overlapping)
    expect(configSpaceFormat.encode(value)).toEqual(overlapping)
  })
})

test('every code has a case', () => {
  const tried = new Set([...cases, ...refusals].map(({ code }) => code))
  expect(Object.keys(configSpaceCodes.entries).filter((code) => !tried.has(code))).toEqual([])
})
