import { describe, expect, test } from 'vitest'
import { EncodeError } from '../../../src/findings/index.ts'
import type { OptionValues } from '../../../src/layout/index.ts'
import { configSpaceFormat, readConfigSpace, refusedBytes, toPciOptions } from '../../../src/pci/index.ts'
import {
  type SriovBody,
  sriovBodyCodes,
  sriovBodyFormat,
  streamedMsixLength,
  vectorsOfLength,
} from '../../../src/vf-state/index.ts'
import { decodeErrorOf, findingsOf, uncovered } from '../support.ts'
import { hex, joined, msixPart, vfImage } from '../vf-image.ts'

const COMPLETE = [2, 0, 0, 0, 2]
const LOW = new Uint8Array(16)
const OFF = 0x0002

/** A completion body of a VF with three vectors. */
const body = (
  image: Parameters<typeof vfImage>[0] = {},
  msix: Uint8Array = msixPart(3),
  head: readonly number[] = COMPLETE,
  levels: Uint8Array = LOW,
) => joined(head, vfImage(image), levels, msix)
const without = (image: Parameters<typeof vfImage>[0] = {}) =>
  body({ msixControl: OFF, faked: [0, 0, 0, 0], ...image }, new Uint8Array(0))

describe('sizes', () => {
  test.each([
    { what: 'conventional, no MSI-X', bytes: without({ size: 256 }), length: 277 },
    { what: 'express, no MSI-X', bytes: without(), length: 4117 },
    { what: 'express, 3 vectors', bytes: body(), length: 4166 },
    { what: 'conventional, 3 vectors', bytes: body({ size: 256 }), length: 326 },
  ])('$what: $length', ({ bytes, length }) => {
    expect(bytes.length).toBe(length)
    expect(findingsOf(sriovBodyFormat, bytes)).toEqual([])
  })

  test.each([
    [1, 17],
    [3, 49],
    [8, 129],
    [9, 146],
    [2048, 33024],
  ])('%i vectors take %i bytes', (vectors, length) => {
    expect(streamedMsixLength(vectors)).toBe(length)
    expect(vectorsOfLength(length)).toBe(vectors)
    expect(vectorsOfLength(length - 1)).toBeUndefined()
  })

  test('no number of vectors for other lengths', () => {
    const lengths = Array.from({ length: 2048 }, (_, at) => 16 * (at + 1) + Math.ceil((at + 1) / 8))
    const known = new Map(lengths.map((length, at) => [length, at + 1]))
    for (let length = 0; length < 33_100; length++) expect(vectorsOfLength(length)).toBe(known.get(length))
  })
})

describe('values', () => {
  test('setup is one byte', () => {
    const value = sriovBodyFormat.decode(hex('01'))
    expect(value).toEqual({ flag: 'setup' })
    expect(sriovBodyFormat.encode({ flag: 'setup', vmstateVersion: undefined })).toEqual(hex('01'))
  })

  test('completion', () => {
    const bytes = body({}, msixPart(3, [1]), COMPLETE, hex(`${'00'.repeat(7)} 01 ${'00'.repeat(8)}`))
    const value = sriovBodyFormat.decode(bytes)
    expect(value).toMatchObject({ flag: 'complete', vmstateVersion: 2, intxLevels: [0, 1, 0, 0] })
    expect(value.configSpace).toEqual(configSpaceFormat.decode(vfImage(), { capability14: 'migration-2015' }))
    expect(value.msix).toMatchObject({
      entries: [
        { address: 0xfee00000n, data: 0x41, vectorControl: { masked: false } },
        { data: 0x42, vectorControl: { masked: true } },
        { data: 0x43 },
      ],
      pending: hex('00'),
    })
  })

  test('fields and spaces say where the parts are', () => {
    const bytes = body()
    const fields = sriovBodyFormat.fields(bytes)
    const at = (path: string) => fields.find((field) => field.path.join('.') === path)?.offset
    expect(at('vmstateVersion')).toBe(1)
    expect(at('configSpace.header.vendorId')).toBe(5)
    expect(at('intxLevels.0')).toBe(4101)
    expect(at('msix.entries.0.address')).toBe(4117)
    expect(at('msix.pending')).toBe(4165)
    expect(sriovBodyFormat.spaces?.(bytes)).toEqual([
      { name: 'configSpace', path: ['configSpace'], pieces: [{ offset: 0, length: 4096, parentOffset: 5 }] },
    ])
  })

  test('findings of the config space count in it', () => {
    const { findings } = sriovBodyFormat.inspect(body({ faked: [1, 1, 1, 3] }))
    const finding = findings.find(({ code }) => code === 'pci/migration-2015-vector')
    expect(finding).toMatchObject({ in: 'configSpace', offset: 0x57, length: 1 })
    expect(finding?.path).toEqual(['configSpace', 'capabilities', 0, 'mailboxVector'])
  })

  test('the size of the config space can be given', () => {
    // 240 vectors and 30 bytes of pending bits behind 256 bytes are also 3840 + 30 bytes behind 4096.
    const bytes = body({ size: 256, msixControl: 0x80ef, faked: [0, 0, 0, 0] }, msixPart(240))
    expect(sriovBodyFormat.decode(bytes).configSpace).toMatchObject({ size: 256 })
    expect(sriovBodyFormat.decode(bytes, { configSize: '4096' }).configSpace).toMatchObject({ size: 4096 })
    expect(decodeErrorOf(sriovBodyFormat as never, without({ size: 256 }), { configSize: '4096' })).toBe(
      'layout/ended-early @277 needs more',
    )
  })
})

interface Case {
  readonly name: string
  readonly bytes: Uint8Array
  readonly options?: OptionValues
  readonly found: readonly string[]
}

const migration = 'configSpace.capabilities.0'
const cases: readonly Case[] = [
  { name: 'a setup body', bytes: hex('01'), found: [] },
  { name: 'mailbox off: no handshake', bytes: body({ faked: [0, 0, 0, 0] }), found: [] },
  {
    name: 'bytes behind setup',
    bytes: hex('01 00'),
    found: ['error layout/trailing-bytes trailing'],
  },
  {
    name: 'version 3',
    bytes: body({}, msixPart(3), [2, 0, 0, 0, 3]),
    found: ['error vf-state/sriov-vmstate-version vmstateVersion'],
  },
  { name: 'version 0', bytes: body({}, msixPart(3), [2, 0, 0, 0, 0]), found: [] },
  {
    name: 'version 2 in the wrong byte order',
    bytes: body({}, msixPart(3), [2, 2, 0, 0, 0]),
    found: ['error vf-state/sriov-vmstate-version vmstateVersion'],
  },
  {
    name: 'levels 2 and 0x01000000',
    bytes: body({}, msixPart(3), COMPLETE, hex(`00 00 00 02 01 00 00 00 ${'00'.repeat(8)}`)),
    found: ['error vf-state/sriov-intx-level intxLevels.0', 'error vf-state/sriov-intx-level intxLevels.1'],
  },
  {
    name: 'INTx pending in the image',
    bytes: body({ patches: { 6: [0x18] } }),
    found: ['info vf-state/sriov-interrupt-status configSpace.header.status'],
  },
  {
    name: 'no capability 0x14',
    bytes: body({ patches: { 52: [0x70] } }),
    found: ['warning vf-state/sriov-no-capability configSpace'],
  },
  {
    name: 'another capability in its place',
    bytes: body({ patches: { 80: [0x60] } }),
    found: ['warning vf-state/sriov-no-capability configSpace'],
  },
  ...[
    { name: 'complete before start', faked: [1, 0, 0, 2] },
    { name: 'complete before ready', faked: [1, 1, 0, 2] },
  ].map(({ name, faked }) => ({
    name,
    bytes: body({ faked: faked as [number, number, number, number] }),
    found: [`error vf-state/sriov-complete-before-ready ${migration}.vfStatus`],
  })),
  {
    name: 'ready while end',
    bytes: body({ faked: [1, 0, 1, 2] }),
    found: [
      `error pci/migration-2015-ready-without-start ${migration}.vfStatus`,
      `error vf-state/sriov-complete-before-ready ${migration}.vfStatus`,
    ],
  },
  {
    name: 'registers other than 0 and 1',
    bytes: body({ faked: [2, 2, 2, 2] }),
    found: [
      ...['enable', 'vmmStatus', 'vfStatus'].flatMap((name) => [`info layout/unknown-value ${migration}.${name}`]),
      ...['enable', 'vmmStatus', 'vfStatus'].map((name) => `warning pci/migration-2015-register ${migration}.${name}`),
    ],
  },
  {
    name: 'the mailbox vector is masked',
    bytes: body({}, msixPart(3, [2])),
    found: ['warning vf-state/sriov-mailbox-masked msix.entries.2'],
  },
  {
    name: 'the mailbox vector is not in the table',
    bytes: body({ faked: [1, 1, 1, 3] }),
    found: [`error pci/migration-2015-vector ${migration}.mailboxVector`],
  },
  {
    name: 'mailbox enabled, MSI-X not',
    bytes: without({ faked: [1, 1, 1, 2] }),
    found: [`warning pci/migration-2015-enabled-without-interrupts ${migration}.enable`],
  },
  {
    name: 'the capability list is switched off',
    bytes: without({ patches: { 6: [0] } }),
    found: [
      'info pci/capability-list-off configSpace.capabilities',
      'warning vf-state/sriov-no-capability configSpace',
    ],
  },
  {
    name: 'the chain loops',
    bytes: body({ patches: { 113: [0x50] } }),
    found: ['error pci/capability-loop configSpace.capabilities'],
  },
  {
    name: 'the capability is inside the header',
    bytes: without({ patches: { 52: [0x3c] } }),
    found: [
      'error pci/capability-pointer-in-header configSpace.capabilities',
      'warning vf-state/sriov-no-capability configSpace',
    ],
  },
  {
    name: 'the capability runs past 0xff',
    bytes: without({ patches: { 52: [0xfc], 252: [0x14, 0x70, 0, 0] } }),
    found: [
      'error pci/capability-truncated configSpace.capabilities.0',
      'warning vf-state/sriov-no-capability configSpace',
    ],
  },
  {
    name: 'MSI-X enabled, no table',
    bytes: body({}, new Uint8Array(0)),
    found: ['error vf-state/msix-missing intxLevels'],
  },
  { name: 'two vectors of three', bytes: body({}, msixPart(2)), found: ['error vf-state/msix-count msix'] },
  {
    name: 'half a vector',
    bytes: body({}, hex('00 00')),
    found: ['error layout/trailing-bytes msix', 'error vf-state/msix-count msix'],
  },
  {
    name: 'a table, MSI-X not enabled',
    bytes: body({ msixControl: OFF, faked: [0, 0, 0, 0] }),
    found: ['error layout/trailing-bytes trailing', 'error vf-state/msix-not-expected trailing'],
  },
  {
    name: 'a vector with a message that x86 refuses',
    bytes: body({}, joined(hex('00 00 e0 fe 00 00 00 00 05 00 00 00 00 00 00 00'), msixPart(2).subarray(0, 32), [0])),
    found: ['warning pci/msix-vector-refused msix.entries.0.data'],
  },
  {
    name: 'a vector pending and not masked',
    bytes: body({}, joined(msixPart(3).subarray(0, 48), [2])),
    found: ['info pci/msix-pending-unmasked msix.pending'],
  },
]

test.each(cases)('$name', ({ bytes, options, found }) => {
  expect(findingsOf(sriovBodyFormat, bytes, options)).toEqual(found)
})

const errors = [
  { name: 'nothing', bytes: hex(''), error: 'layout/ended-early @0 needs more' },
  { name: 'flag 0', bytes: hex('00'), error: 'vf-state/sriov-flag flag@0' },
  { name: 'flag 3', bytes: joined([3], body()), error: 'vf-state/sriov-flag flag@0' },
  { name: 'flag 2 alone', bytes: hex('02'), error: 'layout/ended-early @1 needs more' },
  { name: '276 bytes', bytes: without({ size: 256 }).subarray(0, 276), error: 'layout/ended-early @276 needs more' },
]

test.each(errors)('$name: $error', ({ bytes, error }) => {
  expect(decodeErrorOf(sriovBodyFormat as never, bytes)).toBe(error)
  expect(sriovBodyFormat.inspect(bytes).findings).toMatchObject([{ code: error.split(' ')[0], severity: 'error' }])
})

test('the capability overlaps MSI-X', () => {
  const bytes = without({ patches: { 52: [0x6c], 108: [0x14, 0x70, 0, 0] } })
  expect(findingsOf(sriovBodyFormat, bytes)).toContain('warning pci/capability-overlap configSpace.capabilities.1')
})

test('4116 bytes of an express device are not taken for one', () => {
  const { value } = sriovBodyFormat.inspect(without().subarray(0, 4116))
  expect(value?.configSpace).toMatchObject({ size: 256 })
  expect(decodeErrorOf(sriovBodyFormat as never, without().subarray(0, 4116), { configSize: '4096' })).toBe(
    'layout/ended-early @4116 needs more',
  )
})

test('another offset of the capability at the destination is refused, through the list pointer', () => {
  const moved = vfImage({ patches: { 52: [0x60], 80: [0, 0, 0, 0, 0, 0, 0, 0], 96: [0x14, 0x70, 0, 0, 1, 1, 1, 2] } })
  const read = (space: Uint8Array) => readConfigSpace(space, toPciOptions({ capability14: 'migration-2015' }))
  const observer = { name: 'vfio-pci', comparesVendor: true, conventionalBus: false }
  const offsets = refusedBytes(read(vfImage()), read(moved), observer).map(({ offset }) => offset)
  expect(offsets).toContain(0x34)
})

test('every code has a case', () => {
  const found = [...cases.map((given) => given.found), errors.map(({ error }) => error)]
  expect(uncovered(sriovBodyCodes.entries, 'vf-state/', found)).toEqual([])
})

describe('values that contradict themselves are refused', () => {
  const value = sriovBodyFormat.decode(body())
  const wrong: readonly { name: string; value: unknown }[] = [
    { name: 'no table, MSI-X enabled by count', value: { ...value, msix: undefined, trailing: msixPart(3) } },
    { name: 'a setup with state', value: { ...value, flag: 'setup', vmstateVersion: undefined } },
    { name: 'a state without config space', value: { ...value, configSpace: undefined } },
    { name: 'an unknown member', value: { ...value, stray: 1 } },
    { name: 'three levels', value: { ...value, intxLevels: [0, 0, 0] } },
    {
      name: 'pending bits of another length',
      value: { ...value, msix: { ...value.msix, pending: new Uint8Array(2) } },
    },
    { name: 'an empty trailing part', value: { ...value, trailing: new Uint8Array(0) } },
    { name: 'nothing', value: null },
  ]
  test.each(wrong)('$name', ({ value: given }) => {
    expect(() => sriovBodyFormat.encode(given as SriovBody)).toThrow(EncodeError)
  })
})
