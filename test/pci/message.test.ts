import { describe, expect, test } from 'vitest'
import {
  decodeMessage,
  describeMessage,
  destinationOf,
  encodeMessage,
  type Message,
  messageProblem,
  remappingIndexOf,
} from '../../src/pci/message.ts'

const compatible = (message: Message) => {
  if (message.format !== 'compatible') throw new Error(`The format is ${message.format}.`)
  return message
}
const remappable = (message: Message) => {
  if (message.format !== 'remappable') throw new Error(`The format is ${message.format}.`)
  return message
}

describe('the compatibility format', () => {
  test('a message that Linux gave an igb function', () => {
    const { addressLow, data } = compatible(decodeMessage(0xfee01000n, 0x26))
    expect(addressLow).toMatchObject({
      base: 0xfee,
      destinationId: 1,
      redirectionHint: false,
      destinationMode: 'physical',
    })
    expect(data).toMatchObject({ vector: 0x26, deliveryMode: 'fixed', assert: false, triggerMode: 'edge' })
  })

  test.each([
    {
      what: 'logical destination',
      address: 0xfee00004n,
      data: 0x30,
      part: { addressLow: { destinationMode: 'logical' } },
    },
    { what: 'redirection hint', address: 0xfee00008n, data: 0x30, part: { addressLow: { redirectionHint: true } } },
    { what: 'lowest priority', address: 0xfee00000n, data: 0x130, part: { data: { deliveryMode: 'lowest-priority' } } },
    { what: 'NMI', address: 0xfee00000n, data: 0x400, part: { data: { deliveryMode: 'nmi', vector: 0 } } },
    {
      what: 'level, asserted',
      address: 0xfee00000n,
      data: 0xc030,
      part: { data: { assert: true, triggerMode: 'level' } },
    },
    { what: 'reserved delivery mode', address: 0xfee00000n, data: 0x330, part: { data: { deliveryMode: 3 } } },
  ])('$what', ({ address, data, part }) => {
    expect(decodeMessage(address, data)).toMatchObject(part)
  })

  test.each([
    { what: '8 bits', address: 0xfeeff000n, id: 0xff },
    { what: '15 bits, from a hypervisor', address: 0xfee01020n, id: 0x101 },
    { what: '32 bits, in the high half', address: 0x0000_0100_fee02000n, id: 0x102 },
    { what: 'all 32 bits', address: 0xffff_ff00_feeff000n, id: 0xffffffff },
  ])('APIC ID of $what', ({ address, id }) => {
    expect(destinationOf(compatible(decodeMessage(address, 0x30)))).toBe(id)
  })
})

describe('the remappable format', () => {
  // VT-d entries of a QEMU guest: address 0xfee00218, data 0.
  test.each([
    { address: 0xfee00218n, data: 0, index: 16, what: 'handle and sub-handle 0' },
    { address: 0xfee00218n, data: 3, index: 19, what: 'handle and sub-handle 3' },
    { address: 0xfee00210n, data: 3, index: 16, what: 'a sub-handle that is not valid' },
    { address: 0xfee00014n, data: 0, index: 0x8000, what: 'bit 15 of the handle' },
    { address: 0xfeeffff4n, data: 0, index: 0xffff, what: 'the last entry' },
    { address: 0xfeeffffcn, data: 1, index: 0, what: 'a sum beyond the last entry' },
  ])('$what', ({ address, data, index }) => {
    expect(remappingIndexOf(remappable(decodeMessage(address, data)))).toBe(index)
  })
})

describe('whatever the address', () => {
  const addresses = [
    0n,
    0xfee00000n,
    0xfee00218n,
    0xfeeffffen,
    0x1_fee00000n,
    0xffffffff_ffffffffn,
    0x8090040n,
    0xfed00000n,
  ]
  const datas = [0, 0x26, 0xffff, 0xffffffff]
  const pairs = addresses.flatMap((address) => datas.map((data) => ({ address, data })))
  test.each(pairs)('$address $data comes back', (pair) => {
    expect(encodeMessage(decodeMessage(pair.address, pair.data))).toEqual(pair)
  })

  test.each([
    { address: 0x8090040n, format: 'other', what: 'the doorbell of an ARM GIC' },
    { address: 0n, format: 'other', what: 'address 0' },
    { address: 0x1_fee00000n, format: 'other', what: 'reserved bits of the high half' },
    { address: 0xfee00000n, format: 'compatible', what: 'bit 4 clear' },
    { address: 0xfee00010n, format: 'remappable', what: 'bit 4 set' },
  ])('$what is $format', ({ address, format }) => {
    expect(decodeMessage(address, 0).format).toBe(format)
  })
})

test.each([
  { address: 0xfee01000n, data: 0x26, text: 'vector 0x26 to physical APIC ID 1, fixed, edge' },
  { address: 0xfee00000n, data: 0x330, text: 'vector 0x30 to physical APIC ID 0, delivery mode 3, edge' },
  { address: 0xfee00218n, data: 0, text: 'remapped through entry 16' },
  { address: 0x8090040n, data: 5, text: 'data 0x5 to 0x8090040' },
])('$text', ({ address, data, text }) => {
  expect(describeMessage(decodeMessage(address, data))).toBe(text)
})

test.each([
  { address: 0n, data: 0x26, part: 'address' },
  { address: 0xfee00000n, data: 15, part: 'data' },
  { address: 0xfee00000n, data: 0x100, part: 'data' },
  { address: 0xfee00000n, data: 16, part: undefined },
  { address: 0xfee00000n, data: 0x200, part: undefined },
  { address: 0xfee00010n, data: 0, part: undefined },
  { address: 0x8090040n, data: 0, part: undefined },
])('what is wrong with data $data to $address: $part', ({ address, data, part }) => {
  expect(messageProblem(address, data)?.part).toBe(part)
})
