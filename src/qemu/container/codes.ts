import { defineCodes } from '../../findings/index.ts'

const LIBVIRT = 'libvirt src/qemu/qemu_saveimage.c, qemuSaveImageReadHeader'

/** What can be wrong with what stands around a migration stream. */
export const containerCodes = defineCodes({
  'qemu/save-incomplete': {
    severity: 'error',
    title: 'a libvirt save image was not finished',
    explanation:
      'libvirt writes "LibvirtQemudPart" first and "LibvirtQemudSave" when the stream is whole. The save failed, or is still under way; libvirt refuses to restore the guest. Save it again.',
    source: LIBVIRT,
  },
  'qemu/save-version': {
    severity: 'error',
    title: 'a libvirt save image has an unknown version',
    explanation: 'libvirt knows versions up to 2, in either byte order, and refuses others. The header is damaged.',
    source: LIBVIRT,
  },
  'qemu/save-format': {
    severity: 'error',
    title: 'a libvirt save image states an unknown compression',
    explanation:
      'Known are 0 raw, 1 gzip, 2 bzip2, 3 xz, 4 lzop, 5 zstd and 6 sparse. The header is damaged, or a later libvirt wrote it.',
    source: LIBVIRT,
  },
  'qemu/save-compressed': {
    severity: 'error',
    title: 'the migration stream in a libvirt save image is still compressed',
    explanation:
      'What follows the domain XML is compressed data, not a stream. The command takes gzip, xz and zstd off by itself; otherwise cut the stream out and pipe it through the program that the header names.',
    source: LIBVIRT,
  },
  'qemu/save-data': {
    severity: 'error',
    title: 'the lengths in the header of a libvirt save image do not fit',
    explanation:
      'The header says how long the domain XML, the cookie and the padding are. They cannot be empty, end behind the file, or be longer than any configuration of a guest; the cookie stands inside. The image was cut or damaged.',
    source: LIBVIRT,
  },
  'qemu/save-padding': {
    severity: 'info',
    title: 'something stands in the padding of a libvirt save image',
    explanation: 'libvirt leaves zero bytes behind the domain XML and the cookie. What stands there is not read by it.',
    source: LIBVIRT,
  },
})
