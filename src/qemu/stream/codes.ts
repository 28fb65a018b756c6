import { defineCodes } from '../../findings/index.ts'

const SOURCE = 'QEMU migration/savevm.c'

/** Findings about the framing of a QEMU migration stream. */
export const qemuStreamCodes = defineCodes({
  'qemu/ended-early': {
    severity: 'error',
    title: 'the stream ends before its end',
    explanation:
      'No end mark stands at the end of the stream: the migration failed, or was cancelled, or the capture was cut. A destination gives up here; what was read before is shown.',
    source: `${SOURCE}, qemu_loadvm_state_main`,
  },
  'qemu/unknown-element': {
    severity: 'error',
    title: 'a byte that begins a section is none that a section begins with',
    explanation:
      'Sections have no lengths, so that nothing behind an unknown byte can be told from its neighbours. Something before it was read wrongly, is damaged, or is of a newer QEMU.',
    source: `${SOURCE}, qemu_loadvm_state_main`,
  },
  'qemu/body-not-read': {
    severity: 'error',
    title: 'the body of a section could not be read to its end',
    explanation:
      'Its records are damaged, or cut, or it is of one more than 4,096 VFIO devices. Sections have no lengths: what follows is shown as bytes, up to the end of the stream.',
    source: SOURCE,
  },
  'qemu/body-not-delimited': {
    severity: 'error',
    title: 'where a section ends cannot be told',
    explanation:
      'The body has no length. It can be found by the description at the end of the stream, or by the footer behind the section; this stream has neither. Write the stream to a file with a machine type of QEMU 2.4 or newer, and with the description (suppress-vmdesc=off).',
    source: SOURCE,
  },
  'qemu/start-missing': {
    severity: 'error',
    title: 'a section goes on that has not begun',
    explanation: 'A destination answers "Unknown savevm section" and fails.',
    source: `${SOURCE}, qemu_loadvm_section_part_end`,
  },
  'qemu/id-repeated': {
    severity: 'error',
    title: 'two devices begin sections with the same ID',
    explanation: 'PART and END name their section by the ID alone; a destination would give them to the other device.',
    source: `${SOURCE}, qemu_loadvm_section_start_full`,
  },
  'qemu/footer-missing': {
    severity: 'error',
    title: 'a section has no footer, and others have',
    explanation:
      'A destination answers "Missing section footer" and fails: the body was longer or shorter than it was read.',
    source: `${SOURCE}, check_section_footer`,
  },
  'qemu/footer-mismatch': {
    severity: 'error',
    title: 'the footer of a section names another section',
    explanation: 'A destination answers "Mismatched section id in footer" and fails.',
    source: `${SOURCE}, check_section_footer`,
  },
  'qemu/no-footers': {
    severity: 'info',
    title: 'sections have no footers',
    explanation:
      'Machine types of QEMU 2.3 and older leave them out (send-section-footer=off). Where a body was read wrongly is then not seen at once. A destination whose machine type expects them answers "Missing section footer" and fails.',
    source: SOURCE,
  },
  'qemu/no-configuration': {
    severity: 'info',
    title: 'the stream does not say of which machine it is',
    explanation:
      'Machine types of QEMU 2.3 and older leave the configuration out (send-configuration=off). A destination then cannot refuse the stream of another machine; one whose machine type expects it answers "Configuration section missing" and fails.',
    source: SOURCE,
  },
  'qemu/no-description': {
    severity: 'info',
    title: 'the stream has no description of its devices at its end',
    explanation:
      'Postcopy, and suppress-vmdesc=on, leave it out. Devices are then shown as bytes: which fields they are made of is not known.',
    source: SOURCE,
  },
  'qemu/description-ended-early': {
    severity: 'warning',
    title: 'the description at the end of the stream is cut',
    explanation: 'Destinations skip the description. Fields of devices cannot be told without it.',
    source: SOURCE,
  },
  'qemu/description-mismatch': {
    severity: 'warning',
    title: 'a device is not the one that the description has in its place',
    explanation: 'Its fields cannot be told. The description is damaged, or of another stream.',
    source: SOURCE,
  },
  'qemu/device-too-large': {
    severity: 'info',
    title: 'the devices of the stream have more state than is kept for the description at its end',
    explanation:
      'State of up to 16 MiB in all is kept until the description comes. The bytes of the others are shown without their fields.',
    source: 'proposed',
  },
  'qemu/unknown-configuration': {
    severity: 'error',
    title: 'the configuration has an unknown subsection',
    explanation: 'Subsections have no lengths, so that the stream cannot be read on. It is of a newer QEMU.',
    source: `${SOURCE}, vmstate_configuration`,
  },
  'qemu/packaged-overrun': {
    severity: 'error',
    title: 'a section goes beyond the package that it is in',
    explanation:
      'PACKAGED says how many bytes of sections follow; a destination reads them into memory and fails there.',
    source: `${SOURCE}, loadvm_handle_cmd_packaged`,
  },
  'qemu/command': {
    severity: 'error',
    title: 'a command is unknown, or has another length than it takes',
    explanation:
      'A destination answers "MIG_CMD ... unknown", or "received with bad length" ("invalid length"), and fails.',
    source: `${SOURCE}, loadvm_process_command`,
  },
  'qemu/trailing-zeros': {
    severity: 'info',
    title: 'zero bytes follow the stream',
    explanation: 'Storage that is written in blocks pads what it holds. QEMU does not read them.',
    source: SOURCE,
  },
  'qemu/trailing-bytes': {
    severity: 'warning',
    title: 'bytes follow the stream',
    explanation: 'QEMU does not read them. The file held something longer before, or several captures were joined.',
    source: SOURCE,
  },
  'qemu/leading-bytes': {
    severity: 'info',
    title: 'bytes stand before the stream',
    explanation: 'A stream may begin at an offset of its file (file:NAME,offset=N).',
    source: 'QEMU migration/file.c',
  },
  'qemu/not-all-listed': {
    severity: 'info',
    title: 'the stream has more sections than the lists for readers hold',
    explanation:
      'The elements of the stream are all there; the lists of sections and of the records of all VFIO devices end at 65,536.',
    source: 'proposed',
  },
  'qemu/derived-member': {
    severity: 'error',
    title: 'a member for readers is not what follows from the bytes',
    explanation:
      'Lists of sections and of records, names, offsets and digests follow from the rest; encode makes them anew and refuses others. Change what they follow from, and leave them out.',
    source: 'proposed',
  },
  'qemu/bitmap-chunk': {
    severity: 'error',
    title: 'a chunk of a block dirty bitmap cannot be read',
    explanation: 'A destination fails here. What follows is shown as bytes.',
    source: 'QEMU migration/block-dirty-bitmap.c',
  },
})
