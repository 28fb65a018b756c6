import { expect, test } from 'vitest'
import { bit, bits, rest, span, struct, toKsy, u8, u16, u32, u64, wideSpan } from '../../src/layout/index.ts'
import { msixEntry } from '../../src/pci/msix.layout.ts'

test('an MSI-X entry reads well', () => {
  expect(toKsy(msixEntry)).toBe(`meta:
  id: msix_entry
  title: MSI-X table entry
  ks-version: "0.10"
  endian: le
doc: MSI-X table entry.
doc-ref: "PCI Express Base, MSI-X table structure; linux/pci_regs.h PCI_MSIX_ENTRY_*"
seq:
  - id: address
    type: u8
    doc: "message address; bits 1:0 are 0."
  - id: data
    type: u4
    doc: message data.
  - id: vector_control
    type: msix_entry_vector_control
types:
  msix_entry_vector_control:
    meta:
      bit-endian: le
    seq:
      - id: masked
        type: b1
        doc: the vector sends no message.
      - id: reserved_1_15
        type: b15
        doc: Reserved.
      - id: steering_tag
        type: b16
        doc: steering tag, when TPH keeps its table in MSI-X.
enums: {}
`)
})

test.each([
  ['little', ['low b4', 'wide_low b28', 'wide_high b29', 'top b3'], 'le'],
  ['big', ['top b3', 'wide_high b29', 'wide_low b28', 'low b4'], 'be'],
] as const)('a 64-bit word is two 32-bit words in memory order, %s-endian', (byteOrder, members, order) => {
  const word = bits(u64, { low: span(0, 3), wide: wideSpan(4, 60), top: span(61, 63) })
  const text = toKsy(struct('trial', { word }, { title: 'Trial', source: 'test', byteOrder }))
  expect(text).toContain(`bit-endian: ${order}`)
  expect([...text.matchAll(/id: (\w+)\n +type: (b\d+)/g)].map(([, id, type]) => `${id} ${type}`)).toEqual(members)
})

test('reserved bits are one member for each run', () => {
  const word = bits(u16, { a: bit(0), b: bit(7), c: span(9, 10), reserved: rest() })
  const text = toKsy(struct('trial', { word }, { title: 'Trial', source: 'test' }))
  expect([...text.matchAll(/id: (reserved\w+)/g)].map(([, id]) => id)).toEqual([
    'reserved_1_6',
    'reserved_8_8',
    'reserved_11_15',
  ])
})

test('names, parameters, ranges and uncertain evidence are told', () => {
  const text = toKsy(
    struct(
      'trial-2019',
      { stateNow: u8.within(1, 4), magic: u32.is(0x1234) },
      {
        title: 'Trial: "quoted"',
        source: 'mail #3',
        evidence: 'proposed',
        byteOrder: 'parameter',
        parameters: { pageSize: { meaning: 'bytes', default: 4096 } },
      },
    ),
  )
  const parts = [
    'id: trial_2019',
    '"Trial: \\"quoted\\""',
    '"mail #3"',
    'Evidence: proposed.',
    'id: page_size',
    'id: state_now',
  ]
  for (const part of [...parts, 'Usual range: 1 to 4.', 'valid: 4660', 'switch-on: big_endian'])
    expect(text).toContain(part)
})
