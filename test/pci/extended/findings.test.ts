import { describe, expect, test } from 'vitest'
import { DecodeError } from '../../../src/findings/index.ts'
import { extendedCapabilities, extendedNames } from '../../../src/pci/extended/index.ts'
import { read } from './support.ts'

/** Each code with the smallest input that causes it, and close neighbours that do not. */
interface Case {
  readonly name: string
  readonly bytes: string
  readonly around?: Parameters<typeof read>[1]
  /** `severity code path` of every finding, in order. */
  readonly found: readonly string[]
}

/** An SR-IOV capability without faults (8 VFs, 2 enabled), changed at some offsets. */
function sriov(changes: Readonly<Record<number, string>>): string {
  const bytes = `10 00 01 00 00 00 00 00 19 00 00 00 08 00 08 00 02 00 00 00 80 00 02 00 00 00 ca 10
    53 05 00 00 01 00 00 00 0c 00 00 fe 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    00 00 00 00`.split(/\s+/)
  for (const [offset, text] of Object.entries(changes)) {
    for (const [index, byte] of text.split(' ').entries()) bytes[Number(offset) + index] = byte
  }
  return bytes.join(' ')
}

const CAPABLE = { 4: '01' }
const capableOnly = 'warning pci/sriov-migration-capable capability.vfMigration'
const outside = 'error pci/sriov-migration-array-outside'

const sriovCases: readonly Case[] = [
  { name: 'a sound PF', bytes: sriov({}), found: [] },
  { name: 'a PF without VFs enabled', bytes: sriov({ 8: '00', 16: '00', 20: '00 00 00 00' }), found: [] },
  {
    name: 'more VFs at first than in all',
    bytes: sriov({ 12: '09' }),
    found: ['error pci/sriov-initial-above-total initialVfs'],
  },
  {
    name: 'fewer VFs at first than in all',
    bytes: sriov({ 12: '07' }),
    found: ['error pci/sriov-initial-differs initialVfs'],
  },
  { name: 'the same, with migration', bytes: sriov({ ...CAPABLE, 12: '07' }), found: [capableOnly] },
  {
    name: 'more VFs than there are',
    bytes: sriov({ 16: '09' }),
    found: ['error pci/sriov-num-vfs numVfs'],
  },
  { name: 'as many VFs as there are', bytes: sriov({ 16: '08' }), found: [] },
  {
    name: 'more VFs than at first, without migration',
    bytes: sriov({ 12: '01' }),
    found: ['error pci/sriov-initial-differs initialVfs', 'error pci/sriov-num-vfs numVfs'],
  },
  { name: 'the same, with migration (2)', bytes: sriov({ ...CAPABLE, 12: '01' }), found: [capableOnly] },
  {
    name: 'VFs enabled, none there',
    bytes: sriov({ 16: '00' }),
    found: ['warning pci/sriov-enabled-without-vfs numVfs'],
  },
  {
    name: 'VFs enabled at the place of the PF',
    bytes: sriov({ 20: '00' }),
    found: ['error pci/sriov-offset-zero firstVfOffset'],
  },
  { name: 'two VFs at one place', bytes: sriov({ 22: '00' }), found: ['error pci/sriov-stride-zero vfStride'] },
  { name: 'one VF needs no stride', bytes: sriov({ 16: '01', 22: '00' }), found: [] },
  {
    name: 'no system page size',
    bytes: sriov({ 32: '00' }),
    found: ['warning pci/sriov-page-size systemPageSize'],
  },
  {
    name: 'two system page sizes',
    bytes: sriov({ 32: '03' }),
    found: ['warning pci/sriov-page-size systemPageSize'],
  },
  {
    name: 'an unsupported system page size',
    bytes: sriov({ 32: '04' }),
    found: ['warning pci/sriov-page-size systemPageSize'],
  },
  {
    name: 'the highest page size',
    bytes: sriov({ 28: '00 00 00 80', 32: '00 00 00 80' }),
    found: [],
  },
  { name: 'an I/O BAR', bytes: sriov({ 56: '01' }), found: ['warning pci/sriov-io-bar vfBars.5'] },
  { name: 'the high half of a BAR', bytes: sriov({ 40: '01' }), found: [] },
  {
    name: '10-bit tags',
    bytes: sriov({ 8: '39' }),
    found: ['warning pci/sriov-tags-unsupported control.vf10BitTagRequesterEnable'],
  },
  { name: 'supported 10-bit tags', bytes: sriov({ 4: '04', 8: '39' }), found: [] },
  { name: 'VF migration', bytes: sriov(CAPABLE), found: [capableOnly] },
  { name: 'VF migration in use', bytes: sriov({ ...CAPABLE, 8: '1f', 10: '01', 60: '03 10' }), found: [capableOnly] },
  {
    name: 'VF migration in use without the capability',
    bytes: sriov({ 8: '1f', 10: '01' }),
    found: [
      'warning pci/sriov-migration-without-capability control.vfMigrationEnable',
      'warning pci/sriov-migration-without-capability control.vfMigrationInterruptEnable',
      'warning pci/sriov-migration-without-capability status.vfMigrationStatus',
    ],
  },
  {
    name: 'a migration array without the capability',
    bytes: sriov({ 60: '08' }),
    found: ['info pci/sriov-migration-array-unused vfMigrationStateArray'],
  },
  {
    name: 'a migration array that fits its BAR',
    bytes: sriov({ ...CAPABLE, 60: 'fb 0f' }),
    around: { barSizes: [undefined, undefined, undefined, 0x1000] },
    found: [capableOnly],
  },
  {
    name: 'a migration array that leaves its BAR',
    bytes: sriov({ ...CAPABLE, 60: 'fb 0f' }),
    around: { barSizes: [0x4000, undefined, undefined, 0xfff] },
    found: [capableOnly, `${outside} vfMigrationStateArray`],
  },
  {
    name: 'a migration array in BAR 6',
    bytes: sriov({ ...CAPABLE, 60: '06' }),
    found: [capableOnly, `${outside} vfMigrationStateArray.bir`],
  },
]

const otherCases: readonly Case[] = [
  {
    name: 'ACS beyond the offer',
    bytes: '0d 00 01 00 01 00 41 00',
    found: ['warning pci/acs-unsupported control.directTranslated'],
  },
  {
    name: 'PRI beyond its capacity',
    bytes: '13 00 01 00 01 00 00 00 01 00 00 00 02 00 00 00',
    found: ['warning pci/pri-allocation allocation'],
  },
  { name: 'PRI, disabled', bytes: '13 00 01 00 00 00 00 01 01 00 00 00 02 00 00 00', found: [] },
  {
    name: 'PASID of 21 bits',
    bytes: '1b 00 01 00 00 15 00 00',
    found: ['warning pci/pasid-width capability.width'],
  },
  {
    name: 'PASID permissions beyond the offer',
    bytes: '1b 00 01 00 00 14 06 00',
    found: [
      'warning pci/pasid-unsupported control.executePermission',
      'warning pci/pasid-unsupported control.privilegedMode',
    ],
  },
  {
    name: 'LTR scales 6 and 7',
    bytes: '18 00 01 00 00 18 00 1c',
    found: ['warning pci/ltr-scale maximumSnoopLatency.scale', 'warning pci/ltr-scale maximumNoSnoopLatency.scale'],
  },
  {
    name: 'L1SS beyond the offer',
    bytes: '1e 00 01 00 10 00 00 00 02 00 00 00 00 00 00 00',
    found: ['warning pci/l1ss-unsupported control1.pciPmL11'],
  },
  {
    name: 'L1SS beyond the offer, short',
    bytes: '1e 00 01 00 10 00 00 00 01 00 00 00',
    around: { room: 12 },
    found: ['warning pci/l1ss-unsupported control1.pciPmL12'],
  },
  {
    name: 'L1SS with scale 6',
    bytes: '1e 00 01 00 14 00 00 00 00 00 00 c0 00 00 00 00',
    found: ['warning pci/l1ss-threshold-scale control1.ltrThresholdScale'],
  },
  { name: 'L1SS with scale 6, unused', bytes: '1e 00 01 00 10 00 00 00 00 00 00 c0 00 00 00 00', found: [] },
  {
    name: 'TPH in reserved states',
    bytes: '17 00 01 00 01 06 00 00 03 02 00 00',
    found: [
      'warning pci/tph-reserved capability.tableLocation',
      'warning pci/tph-reserved control.mode',
      'warning pci/tph-reserved control.requesterEnable',
    ],
  },
  {
    name: 'TPH in a mode beyond the offer',
    bytes: '17 00 01 00 01 00 00 00 01 01 00 00',
    found: ['warning pci/tph-mode-unsupported control.mode'],
  },
  { name: 'TPH in that mode, disabled', bytes: '17 00 01 00 01 00 00 00 01 00 00 00', found: [] },
  {
    name: 'VSEC of 7 bytes',
    bytes: '0b 00 01 00 00 00 70 00',
    found: ['warning pci/vsec-length header.length'],
  },
  { name: 'VSEC of 8 bytes', bytes: '0b 00 01 00 00 00 80 00', found: [] },
  {
    name: 'DVSEC of 9 bytes',
    bytes: '23 00 01 00 86 80 90 00 00 00',
    found: ['warning pci/dvsec-length header.length'],
  },
  { name: 'DVSEC of 10 bytes', bytes: '23 00 01 00 86 80 a0 00 00 00', found: [] },
  ...['15', '24'].flatMap((id) => [
    {
      name: `no resizable BAR in ${id}`,
      bytes: `${id} 00 01 00 10 00 00 00 00 00 00 00`,
      found: ['warning pci/rebar-count firstBar.control.barCount'],
    },
    {
      name: `seven resizable BARs in ${id}`,
      bytes: `${id} 00 01 00 ${'10 00 00 00 e0 00 00 00 '.repeat(7)}`,
      found: ['warning pci/rebar-count firstBar.control.barCount'],
    },
    {
      name: `resizable BAR 6 in ${id}`,
      bytes: `${id} 00 01 00 10 00 00 00 40 00 00 00 10 00 00 00 06 00 00 00`,
      found: ['warning pci/rebar-index furtherBars.0.control.barIndex'],
    },
    {
      name: `an unsupported size in ${id}`,
      bytes: `${id} 00 01 00 10 00 00 00 20 01 00 00`,
      found: ['warning pci/rebar-size-unsupported firstBar.control.size'],
    },
    {
      name: `an unsupported large size in ${id}`,
      bytes: `${id} 00 01 00 f0 ff ff ff 20 2b ff 7f`,
      found: ['warning pci/rebar-size-unsupported firstBar.control.size'],
    },
    { name: `the largest size in ${id}`, bytes: `${id} 00 01 00 00 00 00 00 20 2b 00 80`, found: [] },
  ]),
]

const cases = [...sriovCases, ...otherCases]

describe('rules', () => {
  test.each(cases)('$name', ({ bytes, around, found }) => {
    const { findings, paths } = read(bytes, around)
    expect(findings.map(({ code, severity }, index) => `${severity} ${code} ${paths[index]}`)).toEqual(found)
    for (const { message } of findings) expect(message).toMatch(/^[A-Z0-9].*\.$/)
  })

  test('every code has a case', () => {
    const declared = extendedCapabilities.flatMap(({ codes }) => Object.keys(codes?.entries ?? {}))
    const tried = new Set(cases.flatMap(({ found }) => found.map((line) => line.split(' ')[1])))
    expect([...new Set(declared)].filter((code) => !tried.has(code))).toEqual([])
  })

  test('messages name the numbers', () => {
    const messages = (bytes: string, around?: Case['around']) =>
      read(bytes, around).findings.map(({ message }) => message)
    expect(messages(sriov({ 12: '09' }))).toEqual(['InitialVFs 9 is above TotalVFs 8.'])
    expect(messages(sriov({ 32: '04' }))).toEqual(['The system page size 0x4 is not among those supported, 0x553.'])
    expect(messages(sriov({ ...CAPABLE, 60: 'fb 0f' }), { barSizes: [0, 0, 0, 0xfff] })[1]).toBe(
      'The array needs 8 bytes from 0xff8 of BAR 3, which has 4095.',
    )
  })
})

test.each([
  { name: 'VSEC', bytes: '0b 00 01 00 00 00 f0 ff' },
  { name: 'DVSEC', bytes: '23 00 01 00 86 80 f0 ff 00 00' },
])('$name that claims more than there is ends early', ({ bytes }) => {
  const attempt = () => read(bytes)
  expect(attempt).toThrow(DecodeError)
  expect(attempt).toThrow(/^body at offset/)
})

describe('names', () => {
  test('a name stands for one ID', () => {
    const described = extendedCapabilities.map(({ id, name }) => [id, name] as const)
    const opaque = Object.entries(extendedNames).map(([id, { name }]) => [Number(id), name] as const)
    const all = [...described, ...opaque]
    expect(new Set(all.map(([id]) => id)).size).toBe(all.length)
    expect(new Set(all.map(([, name]) => name)).size).toBe(all.length)
  })

  test('every assigned ID from 0 to 0x3a has one', () => {
    const known = new Set([...extendedCapabilities.map(({ id }) => id), ...Object.keys(extendedNames).map(Number)])
    const missing = Array.from({ length: 0x3b }, (_, id) => id).filter((id) => !known.has(id))
    expect(missing).toEqual([0x2d])
  })

  test('structure names are unique', () => {
    const names = extendedCapabilities.flatMap(({ codecs }) => codecs.map(({ type }) => type.name))
    expect(new Set(names).size).toBe(names.length)
  })
})
