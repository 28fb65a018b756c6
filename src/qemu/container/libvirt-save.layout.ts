import {
  enumeration,
  equals,
  field,
  optional,
  reserved,
  struct,
  subtract,
  text,
  u32,
  when,
} from '../../layout/index.ts'

const SOURCE = 'libvirt src/qemu/qemu_saveimage.h, qemu_saveimage.c'

/** How the migration stream behind the domain XML is stored. */
export const SAVE_FORMATS = { 0: 'raw', 1: 'gzip', 2: 'bzip2', 3: 'xz', 4: 'lzop', 5: 'zstd', 6: 'sparse' } as const

/** Header of a save image: 92 bytes in the byte order of the machine that saved. */
export const saveHeader = struct(
  'libvirt-save-header',
  {
    magic: text(16).doc('"LibvirtQemudSave", or "LibvirtQemudPart" until everything is written'),
    version: u32,
    dataLength: u32.doc('bytes of domain XML, cookie and padding, in front of the migration stream'),
    wasRunning: u32.doc('1 where the guest ran when it was saved'),
    format: enumeration(u32, SAVE_FORMATS).doc('how the migration stream is compressed; sparse: mapped-ram'),
    cookieOffset: u32.doc('where the cookie stands in the data; 0 without one'),
    unused: reserved(56),
  },
  { title: 'Header of a libvirt save image', source: SOURCE, byteOrder: 'parameter' },
)

const hasCookie = subtract(1, equals('header.cookieOffset', 0))

/** What libvirt writes in front of the migration stream. */
export const saveImage = struct(
  'libvirt-save-image',
  {
    header: saveHeader,
    domainXml: text(when(hasCookie, field('header.cookieOffset'), field('header.dataLength'))).doc(
      'configuration of the guest, with zero bytes behind it that leave room for edits',
    ),
    cookie: optional(hasCookie, text(subtract('header.dataLength', 'header.cookieOffset'))).doc(
      'XML with what libvirt keeps for itself, with the same room behind it',
    ),
  },
  { title: 'Libvirt save image up to the migration stream', source: SOURCE, byteOrder: 'parameter' },
)
