import { defineCodes } from '../../findings/index.ts'

const SOURCE = 'QEMU migration/multifd.c'
const DEVICE_SOURCE = 'QEMU 10.0 and later, migration/multifd.c, hw/vfio/migration-multifd.c'

/** Findings about a multifd channel by itself. */
export const multifdCodes = defineCodes({
  'qemu/multifd-truncated': {
    severity: 'error',
    title: 'the multifd channel ends inside a packet',
    explanation:
      'The connection was cut, or the recording was stopped. Pages and device state of the packet are not whole; all packets before are.',
    source: SOURCE,
  },
  'qemu/multifd-bytes-skipped': {
    severity: 'error',
    title: 'bytes between two multifd packets are no packet',
    explanation:
      'Every packet begins with a magic and a version; QEMU gives up where they are wrong. The reader looked for the next packet and went on there. A wrong size of pages has the same effect: give it with --set pageSize.',
    source: SOURCE,
  },
  'qemu/multifd-page-count': {
    severity: 'error',
    title: 'a multifd packet counts more pages than it has room for',
    explanation:
      'Normal and zero pages share the room for offsets, and that room follows from the size of a page. QEMU refuses the packet: source and destination differ in the size of a page, or the header is damaged.',
    source: SOURCE,
  },
  'qemu/multifd-name': {
    severity: 'error',
    title: 'the name in a multifd packet is missing or has no end',
    explanation:
      'The name of a RAM block, or of a device, is ended by a NUL byte inside its 256 bytes. QEMU finds no block or device of this name and gives up.',
    source: SOURCE,
  },
  'qemu/multifd-offset': {
    severity: 'warning',
    title: 'a page of a multifd packet is not aligned',
    explanation:
      'QEMU only checks that the page lies inside the block and writes it where the packet says. Sources send multiples of the size of a page: this page would overwrite two others.',
    source: SOURCE,
  },
  'qemu/multifd-size': {
    severity: 'warning',
    title: 'the size in a multifd packet is not that of its pages',
    explanation:
      'Uncompressed pages take the number of pages times the size of a page, and QEMU reads that many bytes whatever the packet states; compressed pages take at least one byte. The size of a page is not the one that was taken, or the header is damaged.',
    source: 'QEMU migration/multifd-nocomp.c, migration/multifd-zlib.c',
  },
  'qemu/multifd-compression': {
    severity: 'error',
    title: 'a multifd packet is compressed in another way than the channel',
    explanation:
      'The method is fixed for a migration (multifd-compression), and the destination refuses pages that say another one, or one that nobody knows.',
    source: 'QEMU migration/multifd.h; multifd-nocomp.c, multifd-zlib.c, multifd-zstd.c',
  },
  'qemu/multifd-device-packet': {
    severity: 'error',
    title: 'a multifd packet with device state is none that a destination takes',
    explanation:
      'Such a packet has a payload and does not synchronise; its part has a header of 12 bytes with version 0 and an index that is not 0xffffffff. QEMU gives up where one of these is not so.',
    source: DEVICE_SOURCE,
  },
  'qemu/multifd-device-order': {
    severity: 'warning',
    title: 'parts of device state do not rise along the channel',
    explanation:
      'Parts may arrive in any order over all channels, but a source hands them out one by one, so along one channel their numbers rise, and the PCI state is the last. A number that comes twice, or one behind the PCI state, stops the destination.',
    source: DEVICE_SOURCE,
  },
})

export type MultifdCode = keyof typeof multifdCodes.entries
