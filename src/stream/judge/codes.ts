import { defineCodes } from '../../findings/index.ts'

const SOURCE = 'FORMAT.md of the migration-stream format'
const MSIX = 'PCI Express Base Specification, MSI-X capability and table structure'

/** Findings about a migration stream whose framing is sound. */
export const judgeCodes = defineCodes({
  'stream/record-before-device': {
    severity: 'error',
    title: 'a record of a device comes before the record that says which device it is',
    explanation:
      'A destination that reads the stream as it comes in has nothing to give the record to. Write the device record of each device before all else of that device.',
    source: SOURCE,
  },
  'stream/device-repeated': {
    severity: 'error',
    title: 'a second record says which device a number stands for',
    explanation:
      'Records of that number may be of either device: two streams were merged, or a writer gave a number twice. Number the devices anew.',
    source: SOURCE,
  },
  'stream/transition-before-design': {
    severity: 'error',
    title: 'a state transition comes before the design that gives it its meaning',
    explanation:
      'Neither the device nor the migration as a whole has a design record before it. Write the design first: what may follow depends on it.',
    source: SOURCE,
  },
  'stream/time-backwards': {
    severity: 'error',
    title: 'an event of a device is earlier than the one before it',
    explanation:
      'Transitions and interrupt events of one device and side stand in the order of their times. Records were sorted wrongly, or times of two clocks were mixed.',
    source: SOURCE,
  },
  'stream/design-missing': {
    severity: 'warning',
    title: 'nothing says by which design a device was migrated',
    explanation:
      'The state of the device can be looked at, and nobody can check whether it was taken in the right order. Add a design record for the device or for the migration as a whole.',
    source: SOURCE,
  },
  'stream/config-space-missing': {
    severity: 'warning',
    title: 'a device has no config space',
    explanation:
      'A destination cannot restore what the guest wrote there, such as the command register, the BARs and the interrupt settings.',
    source: SOURCE,
  },
  'stream/msix-table-missing': {
    severity: 'warning',
    title: 'a device has an MSI-X capability and no MSI-X table',
    explanation:
      'The table is in a BAR, not in the config space. Without it the destination does not know where to send interrupts, unless the state of the device holds it.',
    source: MSIX,
  },
  'stream/msix-pba-missing': {
    severity: 'warning',
    title: 'a device has an MSI-X capability and no pending bits',
    explanation:
      'An interrupt that was pending while its vector was masked is lost when the guest runs on: a queue may stall. Capture the pending bits with the table.',
    source: MSIX,
  },
  'stream/msix-table-length': {
    severity: 'error',
    title: 'the MSI-X table has another number of vectors than the config space says',
    explanation:
      'Table and config space are not of the same device, or not of the same moment. A destination loses vectors, or writes behind its table.',
    source: MSIX,
  },
  'stream/msix-pba-length': {
    severity: 'error',
    title: 'the pending bits are not as many as the vectors of the config space',
    explanation:
      'There is a bit for each vector, in whole bytes or in whole words of 64 bits. Array and config space are not of the same device.',
    source: MSIX,
  },
  'stream/msix-capability-missing': {
    severity: 'warning',
    title: 'there is an MSI-X table or PBA, and the config space has no MSI-X capability',
    explanation: 'A destination has no place for it. The config space may be of another device, or of another moment.',
    source: MSIX,
  },
  'stream/identity-mismatch': {
    severity: 'error',
    title: 'the config space is of another device than the device record says',
    explanation:
      'Vendor and device ID are those of the function that has the state. A destination compares them and refuses. A VF reads 0xffff there, which is not compared.',
    source: SOURCE,
  },
  'stream/unknown-format': {
    severity: 'info',
    title: 'state is in a format that is not known here',
    explanation:
      'It is kept and passed on as it is, and nothing can be said of its content. `vfmig formats` lists those that are.',
    source: SOURCE,
  },
  'stream/format-options': {
    severity: 'error',
    title: 'the options of a state are not those of its format',
    explanation:
      'Options stand as name=value, one a line. Without them the state cannot be read as its writer meant it; `vfmig formats` lists what each format takes.',
    source: SOURCE,
  },
  'stream/state-not-decoded': {
    severity: 'error',
    title: 'state is not of the format that it is said to be of',
    explanation:
      'The sum of the record is right, so it was written like this: the format is the wrong one, or the state was cut before it was packed. A destination would refuse it.',
    source: SOURCE,
  },
  'stream/vendor-mismatch': {
    severity: 'error',
    title: 'the state belongs to devices of another vendor',
    explanation:
      'The driver that writes this format serves devices of one vendor only, and the device is of another. The state was given to the wrong device number, or its format is wrong.',
    source: 'PCI device tables of the vfio drivers of Linux',
  },
  'stream/region-page-size': {
    severity: 'error',
    title: 'a page size is no power of two',
    explanation:
      'Pages of a machine have a size that is a power of two. The numbers of pages, and the bits of a bitmap, stand for other addresses than the writer meant, or the record was misread.',
    source: SOURCE,
  },
  'stream/beyond-address-space': {
    severity: 'error',
    title: 'memory ends behind the last address that 64 bits can state',
    explanation: 'There is nothing at such an address. The base or the length is wrong.',
    source: SOURCE,
  },
  'stream/regions-overlap': {
    severity: 'error',
    title: 'two memory regions have addresses in common',
    explanation:
      'An address of the guest belongs to one page. Which of the two a destination keeps depends on the order in which it restores them.',
    source: SOURCE,
  },
  'stream/region-repeated': {
    severity: 'error',
    title: 'a second record declares a memory region otherwise',
    explanation:
      'Pages of that number may be of either: two streams were merged, or a writer gave a number twice. Number the regions anew.',
    source: SOURCE,
  },
  'stream/unknown-encoding': {
    severity: 'info',
    title: 'a dirty bitmap is in an encoding that is not known here',
    explanation: 'It is kept and passed on as it is, and nobody here can say which pages it has.',
    source: SOURCE,
  },
  'stream/bitmap-without-region': {
    severity: 'warning',
    title: 'a dirty bitmap comes and no memory region was declared',
    explanation: 'Which pages of the guest the bits are of can only be guessed. Write the memory regions first.',
    source: SOURCE,
  },
  'stream/bitmap-outside-memory': {
    severity: 'error',
    title: 'a dirty bitmap begins or ends outside the memory of the guest',
    explanation:
      'Bits there belong to no page that can be sent. The base or the page size is wrong, or a region was not declared before.',
    source: SOURCE,
  },
  'stream/bitmap-length': {
    severity: 'error',
    title: 'a raw dirty bitmap does not have a bit for each of its pages',
    explanation: 'Bits are missing, or belong to no page: pages that the guest changed may never be sent again.',
    source: SOURCE,
  },
  'stream/bitmap-not-decoded': {
    severity: 'error',
    title: 'a dirty bitmap is not in the encoding that it is said to be in',
    explanation: 'Nobody can tell which pages the guest changed, so all of them have to be sent again.',
    source: SOURCE,
  },
  'stream/bitmap-page-outside': {
    severity: 'error',
    title: 'a dirty bitmap has a page behind the last that it is about',
    explanation:
      'Such a page is none of those that can be sent: the number of pages is wrong, or the bitmap is of another memory.',
    source: SOURCE,
  },
  'stream/irq-vector': {
    severity: 'error',
    title: 'an interrupt event is of a vector that the device does not have',
    explanation:
      'Vectors are indexes into the MSI-X table of the device. The event is of another device, or was misread.',
    source: MSIX,
  },
  'stream/region-undeclared': {
    severity: 'error',
    title: 'pages come of a memory region that was not declared',
    explanation: 'A destination does not know where they belong. Write the record of each region before its pages.',
    source: SOURCE,
  },
  'stream/pages-outside-region': {
    severity: 'error',
    title: 'pages lie behind the end of their region',
    explanation: 'A destination that does not check writes over other memory. The index or the page size is wrong.',
    source: SOURCE,
  },
  'stream/pages-length': {
    severity: 'error',
    title: 'the content of pages is longer or shorter than they are',
    explanation:
      'There are as many bytes as the pages have, or one byte that fills them all. The region may have been declared with another page size.',
    source: SOURCE,
  },
  'stream/transition-unknown-state': {
    severity: 'error',
    title: 'a transition has a state that its interface does not know',
    explanation: 'The kernel refuses such a number. It may be that of the other interface.',
    source: 'linux/vfio.h',
  },
  'stream/transition-illegal': {
    severity: 'error',
    title: 'a transition is not legal and is said to have worked',
    explanation:
      'The state machine of the interface has no way from one state to the other. The driver does not keep to it, or a transition in between was not recorded.',
    source: 'linux/vfio.h',
  },
  'stream/transition-failed': {
    severity: 'warning',
    title: 'a device refused a transition',
    explanation:
      'A migration of which this is the last word has failed. Whoever asked may have tried another way since.',
    source: 'linux/vfio.h',
  },
  'stream/transition-gap': {
    severity: 'warning',
    title: 'a device is in another state than its last transition led to',
    explanation:
      'A transition in between was not recorded. What was checked of the order does not hold for it. A device that was reset is in RUNNING, and one that failed in ERROR: neither is meant.',
    source: SOURCE,
  },
  'stream/unknown-design': {
    severity: 'info',
    title: 'a design is not known here',
    explanation: 'Events of the trace are not judged. `vfmig simulate --list` names the designs and their variants.',
    source: SOURCE,
  },
  'stream/trace-line': {
    severity: 'error',
    title: 'a trace record holds no event',
    explanation:
      'The line is no JSON, or no event that traces know. Events behind it are judged as if it had not been there.',
    source: SOURCE,
  },
})

export type JudgeCode = keyof typeof judgeCodes.entries
