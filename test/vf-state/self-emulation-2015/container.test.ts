import { expect, test } from 'vitest'
import { EncodeError } from '../../../src/findings/index.ts'
import type { OptionValues } from '../../../src/layout/index.ts'
import { containerCodes, containerFormat, variantOf } from '../../../src/vf-state/index.ts'
import { decodeErrorOf, findingsOf, uncovered } from '../support.ts'
import { hex, joined, msixPart, vfImage } from '../vf-image.ts'

interface Parts {
  readonly image?: Parameters<typeof vfImage>[0]
  readonly space?: Uint8Array
  readonly vectors?: number
  readonly blob?: Uint8Array
  readonly status?: readonly [number, number]
}

const be32 = (value: number) => [value >>> 24, value >>> 16, value >>> 8, value].map((byte) => byte & 0xff)

/** A completion body of a VF in this design, which has no capability of its own. */
function body({ image, space, vectors = 3, blob = new Uint8Array(92), status = [1, 1] }: Parts = {}): Uint8Array {
  const patches = { 52: [0x70], 240: [...status], ...image?.patches }
  const config = space ?? vfImage({ size: 256, ...image, patches })
  const msix = vectors === 0 ? new Uint8Array(0) : msixPart(vectors)
  return joined([2], be32(config.length), config, be32(vectors), msix, be32(blob.length), blob)
}

test('the parts of a body', () => {
  const bytes = body()
  expect(bytes.length).toBe(1 + 4 + 256 + 4 + 49 + 4 + 92)
  const value = containerFormat.decode(bytes)
  expect(value).toMatchObject({ flag: 'complete', configLength: 256, msixEntries: 3, blobLength: 92 })
  expect(value.configSpace).toMatchObject({ size: 256, header: { vendorId: 0x8086, deviceId: 0x10ed } })
  expect(value.msix).toMatchObject({ entries: [{ data: 0x41 }, { data: 0x42 }, { data: 0x43 }], pending: hex('00') })
  expect(variantOf(value.stateInPf)).toBe('a')
})

test('setup is one byte', () => {
  expect(containerFormat.encode({ flag: 'setup', configLength: undefined })).toEqual(hex('01'))
})

interface Case {
  readonly name: string
  readonly bytes: Uint8Array
  readonly options?: OptionValues
  readonly found: readonly string[]
}

const cases: readonly Case[] = [
  { name: 'sound', bytes: body(), found: [] },
  { name: 'setup', bytes: hex('01'), found: [] },
  { name: 'express', bytes: body({ image: { size: 4096 } }), found: [] },
  { name: 'no migration in progress', bytes: body({ status: [0, 0] }), found: [] },
  { name: 'no table, MSI-X off', bytes: body({ vectors: 0, image: { msixControl: 2 } }), found: [] },
  { name: 'blob of variant c', bytes: body({ blob: new Uint8Array(100) }), options: { variant: 'c' }, found: [] },
  {
    name: 'blob of b or c',
    bytes: body({ blob: new Uint8Array(100) }),
    found: ['warning vf-state/state-in-pf-variant stateInPf'],
  },
  {
    name: 'blob of 96 bytes',
    bytes: body({ blob: new Uint8Array(96) }),
    found: ['error vf-state/state-in-pf-size stateInPf'],
  },
  {
    name: 'config space of 64 bytes',
    bytes: body({ space: vfImage({ size: 256, patches: { 6: [0], 52: [0] } }).subarray(0, 64), vectors: 0 }),
    found: ['error vf-state/vfio-vf-config-length configLength'],
  },
  {
    name: 'config space of 16 bytes',
    bytes: body({ space: new Uint8Array(16), vectors: 0 }),
    found: ['error layout/ended-early configSpace.header', 'error vf-state/vfio-vf-config-length configLength'],
  },
  { name: 'two vectors of three', bytes: body({ vectors: 2 }), found: ['error vf-state/msix-count msix'] },
  {
    name: 'MSI-X enabled, no table',
    bytes: body({ vectors: 0 }),
    found: ['error vf-state/msix-missing msixEntries'],
  },
  {
    name: 'status bytes of another value',
    bytes: body({ status: [2, 0] }),
    found: ['error vf-state/migration-status-value configSpace'],
  },
  {
    name: 'ready early',
    bytes: body({ status: [0, 1] }),
    found: ['error vf-state/migration-status-ready-early configSpace'],
  },
  {
    name: 'a capability around the status bytes',
    bytes: body({ status: [1, 0], image: { patches: { 52: [0xec], 236: [0x09, 0x70, 8, 0] } } }),
    found: ['warning vf-state/migration-status-covered configSpace'],
  },
  {
    name: 'bytes behind it',
    bytes: joined(body(), [0]),
    found: ['error layout/trailing-bytes trailing'],
  },
]

test.each(cases)('$name', ({ bytes, options, found }) => {
  expect(findingsOf(containerFormat, bytes, options)).toEqual(found)
})

const errors = [
  { name: 'nothing', bytes: hex(''), error: 'layout/ended-early flag@0 needs more' },
  { name: 'flag 0', bytes: hex('00'), error: 'vf-state/vfio-vf-flag flag@0' },
  { name: 'flag alone', bytes: hex('02'), error: 'layout/ended-early configLength@0 needs more' },
  { name: 'a cut config space', bytes: body().subarray(0, 260), error: 'layout/ended-early configSpace@5 needs more' },
  { name: 'a cut blob', bytes: body().subarray(0, 400), error: 'layout/ended-early stateInPf@318 needs more' },
  {
    name: 'more vectors than bytes',
    bytes: joined(body().subarray(0, 261), [0xff, 0xff, 0xff, 0xff]),
    error: 'layout/ended-early msix@265 needs more',
  },
]
test.each(errors)('$name: $error', ({ bytes, error }) => {
  expect(decodeErrorOf(containerFormat as never, bytes)).toBe(error)
})

test('lengths that the parts contradict are refused', () => {
  const value = containerFormat.decode(body())
  for (const changed of [{ configLength: 4096 }, { msixEntries: 2 }, { blobLength: 100 }, { stateInPf: undefined }]) {
    expect(() => containerFormat.encode({ ...value, ...changed } as typeof value)).toThrow(EncodeError)
  }
})

test('every code has a case', () => {
  const found = [...cases.map((given) => given.found), errors.map(({ error }) => error)]
  const elsewhere = ['vf-state/msix-not-expected']
  expect(uncovered(containerCodes.entries, 'vf-state/', [...found, elsewhere])).toEqual([])
})
