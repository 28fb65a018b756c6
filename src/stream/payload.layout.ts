import {
  array,
  bytes,
  enumeration,
  i32,
  remaining,
  reserved,
  struct,
  text,
  u8,
  u16,
  u32,
  u64,
} from '../layout/index.ts'
import { recordFlags, recordKind, SOURCE } from './header.layout.ts'

const facts = (title: string) => ({ title, source: SOURCE, evidence: 'proposed' }) as const

/** Which device the records with its number are of. */
export const devicePayload = struct(
  'migration-stream-device',
  {
    vendorId: u16.asHex(),
    deviceId: u16.asHex(),
    subsystemVendorId: u16.asHex(),
    subsystemId: u16.asHex(),
    classCode: u32.asHex().doc('base class, subclass and interface: 24 bits'),
    revisionId: u8.asHex(),
    addressLength: u8,
    driverLength: u16,
    compatibilityLength: u16,
    address: text('addressLength').doc('of the function on the source: domain:bus:device.function'),
    driver: text('driverLength').doc('driver of the host that the state comes from'),
    compatibility: text('compatibilityLength').doc('what a destination compares: version, firmware, feature set'),
  },
  facts('Identity of a device'),
)

/** How the device was migrated. */
export const designPayload = struct(
  'migration-stream-design',
  {
    nameLength: u8,
    variantLength: u8,
    name: text('nameLength').doc('such as vfio-v2 or faked-capability'),
    variant: text('variantLength').doc('variant of the design; empty where there is one'),
  },
  facts('Design that a device was migrated by'),
)

/** State in a format that is named. */
export const blobPayload = struct(
  'migration-stream-blob',
  {
    formatLength: u8,
    optionsLength: u16,
    format: text('formatLength').doc('name of the format, such as mlx5-state; empty where it is not known'),
    options: text('optionsLength').doc('options of the format: name=value, separated by line feeds'),
    data: bytes(remaining),
  },
  facts('State of a device'),
)

/** A run of guest memory. */
export const memoryRegionPayload = struct(
  'migration-stream-memory-region',
  {
    region: u32.doc('number of the region, from 0'),
    pageSize: u32.doc('bytes of a page, a power of two'),
    base: u64.asHex().doc('guest-physical address of the first page'),
    length: u64.asHex().doc('bytes'),
    nameLength: u8,
    name: text('nameLength').doc('such as pc.ram'),
  },
  facts('Region of guest memory'),
)

/** Pages that are dirty. */
export const dirtyBitmapPayload = struct(
  'migration-stream-dirty-bitmap',
  {
    base: u64.asHex().doc('guest-physical address (or IOVA) of the first page'),
    pages: u64.doc('pages that the bitmap is about'),
    pageSize: u32.doc('bytes of a page'),
    round: u32.doc('round of memory copy that it was taken for, from 1; 0 where there are none'),
    encodingLength: u8,
    encoding: text('encodingLength').doc('raw (bit n of byte n/8), roaring, roaring-64, run-lengths, or a format'),
    data: bytes(remaining),
  },
  facts('Dirty bitmap'),
)

/** Content of pages one after another. */
export const memoryPagesPayload = struct(
  'migration-stream-memory-pages',
  {
    region: u32,
    round: u32.doc('round of memory copy, from 1'),
    firstPage: u64.doc('index of the first page in its region'),
    pages: u32,
    content: enumeration(u8, { 0: 'data', 1: 'fill' }).doc('data: all bytes; fill: one byte that all of them are'),
    reserved: reserved(3),
    data: bytes(remaining),
  },
  facts('Content of pages'),
)

/** A state of the device was asked for. */
export const transitionPayload = struct(
  'migration-stream-state-transition',
  {
    time: u64.doc('nanoseconds since the migration began'),
    side: enumeration(u8, { 0: 'source', 1: 'destination' }),
    interface: enumeration(u8, { 1: 'vfio-v1', 2: 'vfio-v2' }).doc('whose numbers the states are'),
    reserved: reserved(2),
    from: u32.doc('number of the state before'),
    to: u32.doc('number of the state that was asked for'),
    result: i32.doc('0, or the negative error number'),
  },
  facts('State transition'),
)

/** Something happened to an interrupt. */
export const irqPayload = struct(
  'migration-stream-irq-event',
  {
    time: u64.doc('nanoseconds since the migration began'),
    side: enumeration(u8, { 0: 'source', 1: 'destination' }),
    what: enumeration(u8, { 1: 'raised', 2: 'pending', 3: 'masked', 4: 'unmasked', 5: 'lost' }),
    reserved: reserved(2),
    vector: u32.doc('index in the MSI-X table'),
  },
  facts('Interrupt event'),
)

/** An event of a migration trace. */
export const tracePayload = struct(
  'migration-stream-trace-event',
  { line: text(remaining).doc('the event as a line of JSON, as vfmig simulate --trace writes it') },
  facts('Event of a migration trace'),
)

/** What only a vendor understands. */
export const vendorPayload = struct(
  'migration-stream-vendor-private',
  {
    vendorId: u16.asHex().doc('PCI vendor ID of whoever gives the subtype its meaning'),
    subtype: u16.asHex(),
    data: bytes(remaining),
  },
  facts('Vendor-private data'),
)

export const notePayload = struct(
  'migration-stream-note',
  { note: text(remaining).doc('for people: who wrote the stream, and from what') },
  facts('Note'),
)

/** Where a record lies. */
export const indexEntry = struct(
  'migration-stream-index-entry',
  {
    offset: u64.asHex().doc('of the header of the record in the file'),
    length: u64.doc('bytes of its payload'),
    kind: recordKind,
    flags: recordFlags,
    device: u32.asHex(),
    part: u32,
    chunk: u32,
  },
  facts('Entry of an index'),
)

/** The records since the index before. */
export const indexPayload = struct(
  'migration-stream-index',
  {
    previous: u64.asHex().doc('offset of the index record before; 0: this is the first'),
    count: u32,
    reserved: reserved(4),
    entries: array(indexEntry, 'count'),
  },
  facts('Index'),
)

/** What tells a complete stream from a cut one. */
export const endPayload = struct(
  'migration-stream-end',
  {
    records: u64.doc('records before this one'),
    length: u64.asHex().doc('bytes before this record, which is its offset'),
    index: u64.asHex().doc('offset of the last index record; 0: there is none'),
    sha256: bytes(32).doc('SHA-256 of all bytes before this record'),
  },
  facts('End of a stream'),
)
