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
import { COMMAND, COMMANDS, ELEMENT, ELEMENTS, STREAM_MAGIC, STREAM_VERSION } from './elements.layout.ts'

const SOURCE = 'QEMU migration/savevm.c'
const RAM_SOURCE = 'QEMU migration/ram.c'

/** What a migration stream of QEMU starts with. */
export const streamHeader = struct(
  'qemu-stream-header',
  { magic: u32.is(STREAM_MAGIC).asHex().doc('"QEVM"'), version: u32.is(STREAM_VERSION) },
  { title: 'Header of a QEMU migration stream', source: SOURCE, byteOrder: 'big' },
)

const kind = enumeration(u8, ELEMENTS)
const hasIdentity = either(equals('kind', ELEMENT.START), equals('kind', ELEMENT.FULL))

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
  { marker: u8.is(ELEMENT.FOOTER), sectionId: u32.doc('that of the header') },
  { title: 'Footer of a section', source: SOURCE, byteOrder: 'big' },
)

/** What the stream says of the machine; optional subsections follow. */
export const configuration = struct(
  'qemu-configuration',
  {
    kind: u8.is(ELEMENT.CONFIGURATION),
    machineLength: u32,
    machine: text('machineLength').doc('machine type, such as pc-q35-7.2'),
  },
  { title: 'Configuration of a stream', source: SOURCE, byteOrder: 'big' },
)

const capability = struct(
  'qemu-capability-name',
  { length: u8, name: text('length') },
  { title: 'Name of a migration capability', source: SOURCE, byteOrder: 'big' },
)

/** Subsections of the configuration by their names. */
const CONFIGURATION_CONTENTS = {
  'configuration/uuid': struct('qemu-vm-uuid', { uuid: bytes(16) }, { title: 'UUID of the machine', source: SOURCE }),
  'configuration/capabilities': struct(
    'qemu-capabilities',
    { count: u32, capabilities: array(capability, 'count') },
    { title: 'Capabilities that change the stream', source: SOURCE, byteOrder: 'big' },
  ),
  'configuration/target-page-bits': struct(
    'qemu-target-page-bits',
    { bits: u32.doc('base 2 logarithm of the size of a page in bytes') },
    { title: 'Size of a target page', source: SOURCE, byteOrder: 'big' },
  ),
}

export type ConfigurationPartName = keyof typeof CONFIGURATION_CONTENTS
type ConfigurationContent = (typeof CONFIGURATION_CONTENTS)[ConfigurationPartName]

const contents = Object.entries(CONFIGURATION_CONTENTS)

/** Names of the subsections of the configuration by their lengths, which all differ. */
export const CONFIGURATION_PARTS: Readonly<Record<number, string>> = Object.fromEntries(
  contents.map(([name]) => [name.length, name]),
)

export const configurationPart = struct(
  'qemu-configuration-subsection',
  {
    marker: u8.is(ELEMENT.SUBSECTION),
    nameLength: u8,
    name: text('nameLength'),
    version: u32,
    content: choice(
      'nameLength',
      Object.fromEntries(contents.map(([name, content]): [number, ConfigurationContent] => [name.length, content])),
    ),
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

const titled = (title: string) => ({ title, source: SOURCE, byteOrder: 'big' }) as const

export const command = struct(
  'qemu-command',
  {
    kind: u8.is(ELEMENT.COMMAND),
    command: enumeration(u16, COMMANDS),
    length: u16.doc('bytes of what follows'),
    content: framed(
      'length',
      choice(
        'command',
        {
          [COMMAND.PING]: struct('qemu-ping', { value: u32.doc('the answer has it, too') }, titled('Ping')),
          [COMMAND.POSTCOPY_ADVISE]: struct(
            'qemu-postcopy-advise',
            {
              hostPages: optional(atLeast(remaining, 8), u64.asHex().doc('sizes of all host pages, combined with or')),
              targetPageSize: optional(atLeast(remaining, 8), u64.doc('bytes')),
            },
            titled('Advice of postcopy'),
          ),
          [COMMAND.POSTCOPY_RAM_DISCARD]: discard,
          [COMMAND.PACKAGED]: struct(
            'qemu-packaged',
            { packagedLength: u32.doc('bytes of the elements that follow and were sent in one go') },
            titled('Elements that are read before they are run'),
          ),
          [COMMAND.RECV_BITMAP]: struct('qemu-recv-bitmap', blockName, titled('Asks for the pages that came in')),
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
  { kind: u8.is(ELEMENT.VMDESCRIPTION), length: u32.doc('bytes of the JSON') },
  { title: 'Header of the description', source: SOURCE, byteOrder: 'big' },
)

export const endOfStream = struct('qemu-end-of-stream', { kind: u8.is(ELEMENT.EOF) }, titled('End of the stream'))

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

const flag = (name: keyof typeof RAM_FLAGS) => bit(Math.log2(RAM_FLAGS[name]))

/** The word that each record of the RAM section starts with. */
export const ramRecordWord = struct(
  'qemu-ram-record-word',
  {
    word: bits(u64, {
      full: flag('full').doc('obsolete'),
      zero: flag('zero').doc('a page of one byte, which follows'),
      memorySize: flag('memorySize').doc('the page number is the total of bytes; the list of blocks follows'),
      page: flag('page').doc('the content of a page follows'),
      endOfSection: flag('endOfSection'),
      sameBlock: flag('sameBlock').doc('CONTINUE: of the same block as the record before, its name is left out'),
      xbzrle: flag('xbzrle'),
      hook: flag('hook').doc('RDMA only'),
      compressed: flag('compressed'),
      multifdFlush: flag('multifdFlush'),
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
