import { mappedRamHeader } from '../dirty-bitmap/forms/mapped-ram.layout.ts'
import {
  array,
  atLeast,
  bit,
  bits,
  bytes,
  choice,
  either,
  enumeration,
  equals,
  field,
  framed,
  optional,
  parameter,
  remaining,
  span,
  struct,
  text,
  u8,
  u16,
  u32,
  u64,
  wideSpan,
} from '../layout/index.ts'

const SOURCE = 'QEMU migration/savevm.c'
const RAM_SOURCE = 'QEMU migration/ram.c'

/** What a migration stream of QEMU starts with. */
export const streamHeader = struct(
  'qemu-stream-header',
  { magic: u32.is(0x5145564d).asHex().doc('"QEVM"'), version: u32.is(3) },
  { title: 'Header of a QEMU migration stream', source: SOURCE, byteOrder: 'big' },
)

/** What may follow one another in a stream, by their first byte. */
export const ELEMENTS = {
  0: 'EOF',
  1: 'START',
  2: 'PART',
  3: 'END',
  4: 'FULL',
  5: 'SUBSECTION',
  6: 'VMDESCRIPTION',
  7: 'CONFIGURATION',
  8: 'COMMAND',
  126: 'FOOTER',
} as const

/** What an element is, by its first byte. */
export type ElementName = (typeof ELEMENTS)[keyof typeof ELEMENTS]

const kind = enumeration(u8, ELEMENTS)
const hasIdentity = either(equals('kind', 1), equals('kind', 4))

/** What stands before the body of a section; the body has no length. PART and END belong to the START of the same id. */
export const sectionHeader = struct(
  'qemu-section-header',
  {
    kind,
    sectionId: u32,
    nameLength: optional(hasIdentity, u8),
    name: optional(hasIdentity, text('nameLength').doc('idstr: path of the device and its handler')),
    instanceId: optional(hasIdentity, u32),
    version: optional(hasIdentity, u32.doc('version of the body; a destination refuses one newer than its own')),
  },
  { title: 'Header of a section', source: SOURCE, byteOrder: 'big' },
)

/** What stands behind the body of a section, except for machine types of 2.3 and older. */
export const sectionFooter = struct(
  'qemu-section-footer',
  { marker: u8.is(0x7e), sectionId: u32.doc('that of the header') },
  { title: 'Footer of a section', source: SOURCE, byteOrder: 'big' },
)

/** What the stream says of the machine; optional subsections follow. */
export const configuration = struct(
  'qemu-configuration',
  { kind: u8.is(7), machineLength: u32, machine: text('machineLength').doc('machine type, such as pc-q35-7.2') },
  { title: 'Configuration of a stream', source: SOURCE, byteOrder: 'big' },
)

const capability = struct(
  'qemu-capability-name',
  { length: u8, name: text('length') },
  { title: 'Name of a migration capability', source: SOURCE, byteOrder: 'big' },
)

/** Names of the subsections of the configuration by their lengths, which all differ. */
export const CONFIGURATION_PARTS = {
  18: 'configuration/uuid',
  26: 'configuration/capabilities',
  30: 'configuration/target-page-bits',
} as const

export const configurationPart = struct(
  'qemu-configuration-subsection',
  {
    marker: u8.is(5),
    nameLength: u8,
    name: text('nameLength'),
    version: u32,
    content: choice('nameLength', {
      18: struct('qemu-vm-uuid', { uuid: bytes(16) }, { title: 'UUID of the machine', source: SOURCE }),
      26: struct(
        'qemu-capabilities',
        { count: u32, capabilities: array(capability, 'count') },
        { title: 'Capabilities that change the stream', source: SOURCE, byteOrder: 'big' },
      ),
      30: struct(
        'qemu-target-page-bits',
        { bits: u32.doc('base 2 logarithm of the size of a page in bytes') },
        { title: 'Size of a target page', source: SOURCE, byteOrder: 'big' },
      ),
    }),
  },
  { title: 'Subsection of the configuration', source: SOURCE, byteOrder: 'big' },
)

const blockName = { nameLength: u8, name: text('nameLength').doc('of a RAM block') }

const discardRange = struct(
  'qemu-discard-range',
  { start: u64.asHex().doc('offset in the block, in bytes'), length: u64.doc('bytes') },
  { title: 'Range that the destination forgets', source: RAM_SOURCE, byteOrder: 'big' },
)

const discard = struct(
  'qemu-postcopy-discard',
  { version: u8, ...blockName, terminator: u8, ranges: array(discardRange, 'to-end') },
  { title: 'Pages of which the destination has old content', source: RAM_SOURCE, byteOrder: 'big' },
)

const COMMANDS = {
  0: 'INVALID',
  1: 'OPEN_RETURN_PATH',
  2: 'PING',
  3: 'POSTCOPY_ADVISE',
  4: 'POSTCOPY_LISTEN',
  5: 'POSTCOPY_RUN',
  6: 'POSTCOPY_RAM_DISCARD',
  7: 'PACKAGED',
  8: 'ENABLE_COLO',
  9: 'POSTCOPY_RESUME',
  10: 'RECV_BITMAP',
  11: 'SWITCHOVER_START',
} as const

export type QemuCommandName = (typeof COMMANDS)[keyof typeof COMMANDS]

const titled = (title: string) => ({ title, source: SOURCE, byteOrder: 'big' }) as const

export const command = struct(
  'qemu-command',
  {
    kind: u8.is(8),
    command: enumeration(u16, COMMANDS),
    length: u16.doc('bytes of what follows'),
    content: framed(
      'length',
      choice(
        'command',
        {
          2: struct('qemu-ping', { value: u32.doc('the answer has it, too') }, titled('Ping')),
          3: struct(
            'qemu-postcopy-advise',
            {
              hostPages: optional(atLeast(remaining, 8), u64.asHex().doc('sizes of all host pages, combined with or')),
              targetPageSize: optional(atLeast(remaining, 8), u64.doc('bytes')),
            },
            titled('Advice of postcopy'),
          ),
          6: discard,
          7: struct(
            'qemu-packaged',
            { packagedLength: u32.doc('bytes of the elements that follow and were sent in one go') },
            titled('Elements that are read before they are run'),
          ),
          10: struct('qemu-recv-bitmap', blockName, titled('Asks for the pages that came in')),
        },
        struct('qemu-command-bytes', { bytes: bytes(remaining) }, titled('Content of another command')),
      ),
    ),
  },
  { title: 'Command', source: SOURCE, byteOrder: 'big' },
)

/** What the JSON behind the end of a stream begins with. */
export const descriptionHeader = struct(
  'qemu-vm-description-header',
  { kind: u8.is(6), length: u32.doc('bytes of the JSON') },
  { title: 'Header of the description', source: SOURCE, byteOrder: 'big' },
)

export const endOfStream = struct('qemu-end-of-stream', { kind: u8.is(0) }, titled('End of the stream'))

/** Flags of a RAM record, by their value in the low bits of its word. */
export const RAM_FLAGS = {
  full: 0x001,
  zero: 0x002,
  memorySize: 0x004,
  page: 0x008,
  endOfSection: 0x010,
  sameBlock: 0x020,
  xbzrle: 0x040,
  hook: 0x080,
  compressed: 0x100,
  multifdFlush: 0x200,
} as const

/** The word that each record of the RAM section starts with. */
export const ramRecordWord = struct(
  'qemu-ram-record-word',
  {
    word: bits(u64, {
      full: bit(0).doc('obsolete'),
      zero: bit(1).doc('a page of one byte, which follows'),
      memorySize: bit(2).doc('the page number is the total of bytes; the list of blocks follows'),
      page: bit(3).doc('the content of a page follows'),
      endOfSection: bit(4),
      sameBlock: bit(5).doc('CONTINUE: of the same block as the record before, its name is left out'),
      xbzrle: bit(6),
      hook: bit(7).doc('RDMA only'),
      compressed: bit(8),
      multifdFlush: bit(9),
      lowAddress: span(10, 11).doc('part of the address where pages have fewer than 4096 bytes'),
      pageNumber: wideSpan(12, 63).doc('offset in the block, in pages of 4096 bytes'),
    }),
  },
  { title: 'Word of a RAM record', source: RAM_SOURCE, byteOrder: 'big' },
)

/** Name of a RAM block. */
export const ramBlockName = struct(
  'qemu-ram-block-name',
  { length: u8, name: text(field('length')) },
  { title: 'Name of a RAM block', source: RAM_SOURCE, byteOrder: 'big' },
)

const given = (name: string) => equals(parameter(name), 1)

/** A block in the list that RAM starts with. Which fields there are depends on capabilities and on the block. */
export const ramBlock = struct(
  'qemu-ram-block',
  {
    nameLength: u8,
    name: text('nameLength'),
    usedLength: u64.asHex().doc('bytes'),
    pageSize: optional(given('hugePages'), u64.doc('bytes of a host page, where postcopy may be used')),
    address: optional(given('ignoreShared'), u64.asHex().doc('guest physical address (x-ignore-shared)')),
    mappedRam: optional(given('mappedRam'), mappedRamHeader),
  },
  {
    title: 'RAM block',
    source: RAM_SOURCE,
    byteOrder: 'big',
    parameters: {
      hugePages: { meaning: '1: the block is of huge pages and postcopy was advised', default: 0 },
      ignoreShared: { meaning: '1: the capability x-ignore-shared is on', default: 0 },
      mappedRam: { meaning: '1: the capability mapped-ram is on', default: 0 },
    },
  },
)
