import { describe, expect, test } from 'vitest'
import { EncodeError } from '../../../src/findings/index.ts'
import type { OptionValues } from '../../../src/layout/index.ts'
import { type DescriptorForm, descriptorCodecs, descriptorRingFormat } from '../../../src/vf-state/index.ts'
import { hasCompiler, offsetsInC } from '../c-struct.ts'
import { decodeErrorOf, findingsOf } from '../support.ts'
import { hex } from '../vf-image.ts'

/** One descriptor of each form, with what it says. */
const examples: readonly { form: DescriptorForm; bytes: string; value: Record<string, unknown> }[] = [
  {
    form: 'tx-read',
    // Buffer of 60 bytes, a whole packet: EOP, IFCS, RS, DEXT, type 3; PAYLEN 60.
    bytes: '00 10 34 12 01 00 00 00 3c 00 30 2b 00 00 0f 00',
    value: {
      bufferAddress: 0x112341000n,
      cmdTypeLen: { length: 60, type: 'data', endOfPacket: true, insertFcs: true, reportStatus: true, extension: true },
      olinfoStatus: { done: false, payloadLength: 60 },
    },
  },
  {
    form: 'tx-context',
    bytes: '0e 00 64 00 00 00 00 00 00 0c 20 20 00 14 a8 05',
    value: { vlanMacipLens: 0x0064000e, typeTucmdMlhl: { type: 'context', command: 0xc00, extension: true } },
  },
  {
    form: 'tx-write-back',
    bytes: '00 00 00 00 00 00 00 00 07 00 00 00 01 00 00 00',
    value: { reserved0: 0n, nxtseqSeed: 7, status: { done: true } },
  },
  {
    form: 'rx-read',
    bytes: '00 08 00 00 02 00 00 00 00 00 00 00 00 00 00 00',
    value: { packetAddress: 0x200000800n, headerAddress: 0n },
  },
  {
    form: 'rx-write-back',
    bytes: '12 00 00 00 ef be ad de 03 00 00 00 dc 05 64 60',
    value: {
      info: { rssType: 'ipv4', packetType: 1, splitHeader: false },
      rss: 0xdeadbeef,
      statusError: { done: true, endOfPacket: true, status: 0, errors: 0 },
      length: 1500,
      vlan: 0x6064,
    },
  },
]

const directionOf = (form: DescriptorForm): OptionValues => ({ direction: form.slice(0, 2) })

test.each(examples)('$form', ({ form, bytes, value }) => {
  expect(descriptorCodecs[form].decode(hex(bytes))).toMatchObject(value)
  expect(descriptorRingFormat.decode(hex(bytes), directionOf(form)).descriptors).toMatchObject([{ form, ...value }])
})

const UNIONS = `
union tx { struct { uint64_t bufferAddress; uint32_t cmdTypeLen; uint32_t olinfoStatus; } read;
  struct { uint64_t reserved0; uint32_t nxtseqSeed; uint32_t status; } write_back;
  struct { uint32_t vlanMacipLens, fceofSaidx, typeTucmdMlhl, mssL4lenIdx; } context; };
union rx { struct { uint64_t packetAddress; uint64_t headerAddress; } read;
  struct { uint32_t info; uint32_t rss; uint32_t statusError; uint16_t length; uint16_t vlan; } write_back; };
struct tx_desc { union tx tx; }; struct rx_desc { union rx rx; };`

describe.skipIf(!hasCompiler())('against a C compiler', () => {
  test.each(examples)('$form', ({ form, bytes }) => {
    const [direction = '', ...words] = form.split('-')
    const member = `${direction}.${words.join('_')}`
    const found = new Map([['sizeof', 16]])
    for (const { path, offset } of descriptorCodecs[form].fields(hex(bytes))) found.set(`${member}.${path[0]}`, offset)
    const names = [...found.keys()].filter((name) => name !== 'sizeof')
    expect(found).toEqual(offsetsInC(UNIONS, `${direction}_desc`, names))
  })
})

/** A ring of so many receive descriptors, of which some are done. */
function ring(count: number, done: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(16 * count)
  for (const index of done) bytes.set(hex('12 00 00 00 00 00 00 00 03 00 00 00 3c 00 00 00'), 16 * index)
  return bytes
}

test('the DD bit tells who has written a descriptor', () => {
  const { descriptors } = descriptorRingFormat.decode(ring(64, [3]))
  expect(descriptors.map(({ form }) => form)).toEqual(
    Array.from({ length: 64 }, (_, index) => (index === 3 ? 'rx-write-back' : 'rx-read')),
  )
})

test.each([
  { name: 'sound', bytes: ring(64, [5]), options: { head: 6, nextToClean: 5, nextToUse: 4, length: 1024 }, found: [] },
  { name: 'nothing known of it', bytes: ring(64, [5]), options: {}, found: [] },
  { name: 'a ring of empty transmit descriptors', bytes: ring(64), options: { direction: 'tx' }, found: [] },
  { name: '60 descriptors', bytes: ring(60), options: {}, found: ['error vf-state/ring-length descriptors'] },
  { name: '56 descriptors', bytes: ring(56), options: {}, found: ['error vf-state/ring-length descriptors'] },
  { name: 'head 64', bytes: ring(64), options: { head: 64 }, found: ['error vf-state/ring-head descriptors'] },
  {
    name: 'RDLEN of another ring',
    bytes: ring(64),
    options: { length: 8192 },
    found: ['error vf-state/ring-length-register descriptors'],
  },
  {
    name: 'index 64',
    bytes: ring(64),
    options: { nextToClean: 64, nextToUse: 0 },
    found: ['error vf-state/ring-index descriptors'],
  },
  {
    name: 'empty with a finished descriptor',
    bytes: ring(64, [5]),
    options: { nextToClean: 5, nextToUse: 5 },
    found: ['error vf-state/ring-done-while-empty descriptors'],
  },
])('$name: $found', ({ bytes, options, found }) => {
  expect(findingsOf(descriptorRingFormat, bytes, options as OptionValues)).toEqual(found)
})

test('half a descriptor', () => {
  expect(decodeErrorOf(descriptorRingFormat as never, new Uint8Array(24))).toBe(
    'layout/ended-early descriptors.1@16 needs more',
  )
})

test('a form that the bits contradict is refused', () => {
  const [done] = descriptorRingFormat.decode(ring(1, [0])).descriptors
  const [open] = descriptorRingFormat.decode(ring(1)).descriptors
  if (done?.form !== 'rx-write-back' || open?.form !== 'rx-read') throw new Error('The forms are others.')
  const undone = { ...done, statusError: { ...done.statusError, done: false } }
  for (const descriptor of [undone, { ...open, headerAddress: 1n }, { ...open, form: 'other' as 'rx-read' }]) {
    expect(() => descriptorRingFormat.encode({ descriptors: [descriptor] })).toThrow(EncodeError)
  }
  expect(() => descriptorRingFormat.encode({ descriptors: [open] }, { direction: 'tx' })).toThrow(EncodeError)
})
