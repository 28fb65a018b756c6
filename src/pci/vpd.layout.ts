import {
  add,
  array,
  atLeast,
  bitAt,
  both,
  bytes,
  choice,
  either,
  enumeration,
  equals,
  field,
  framed,
  multiply,
  optional,
  remaining,
  struct,
  text,
  u8,
  u16,
  upTo,
  when,
} from '../layout/index.ts'

const SOURCE = 'PCI Local Bus Specification, appendix I (Vital Product Data); pciutils ls-vpd.c'

/** One record: two characters, a length, data. The data stops where its resource does, whatever the length says. */
export const vpdKeyword = struct(
  'pci-vpd-keyword',
  {
    keyword: text(2).doc('PN, SN, EC, MN, RV, Vx, Yx, RW ...'),
    length: u8.doc('bytes of data'),
    data: bytes(upTo('length')),
  },
  { title: 'VPD keyword record', source: SOURCE },
)

const vpdKeywords = struct(
  'pci-vpd-keywords',
  { keywords: array(vpdKeyword, 'to-end') },
  { title: 'VPD keyword records', source: SOURCE },
)

/** Names of the resources that VPD uses; a tag holds more than the name in small resources. */
const TAGS = { 120: 'end', 130: 'product-name', 144: 'read-only', 145: 'read-write' } as const

const tag = field('tag')
const isLarge = bitAt(tag, 7)
/** A small resource has its length in bits 2:0 of its tag. */
const smallLength = add(bitAt(tag, 0), add(multiply(2, bitAt(tag, 1)), multiply(4, bitAt(tag, 2))))
const stated = when(isLarge, 'length', smallLength)
const isKnown = either(equals(tag, 0x82), either(equals(tag, 0x90), equals(tag, 0x91)))

/** A tagged resource. The end tag, or one that VPD does not use, is the last and has everything behind it. */
export const vpdResource = struct(
  'pci-vpd-resource',
  {
    tag: enumeration(u8, TAGS).doc('bit 7: a length of two bytes follows; else bits 2:0 are the length'),
    length: optional(both(isLarge, atLeast(remaining, 2)), u16.doc('bytes of content')),
    content: framed(
      upTo(stated),
      choice('tag', { 130: text('length'), 144: vpdKeywords, 145: vpdKeywords }, bytes(remaining)),
    ),
    following: optional(when(isKnown, 0, 1), bytes(remaining).doc('what is behind the end: padding, as a rule')),
  },
  { title: 'VPD resource', source: SOURCE },
)

/** Vital Product Data as it is read through its capability, or from the `vpd` file of sysfs: at most 32 KiB. */
export const vitalProductData = struct(
  'pci-vpd',
  { resources: array(vpdResource, 'to-end') },
  { title: 'PCI Vital Product Data', source: SOURCE },
)
