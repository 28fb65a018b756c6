import { defineCodes } from '../../findings/index.ts'

const WRITER = 'QEMU migration/vmstate.c'

/** What can be said of the JSON that ends a stream. A destination skips it, so none of this stops a migration. */
export const descriptionCodes = defineCodes({
  'qemu/vmdesc-not-json': {
    severity: 'warning',
    title: 'the description at the end of the stream cannot be read',
    explanation:
      'QEMU ends a stream with JSON that says what its device sections are made of. A destination skips it; without it the sections can only be shown as bytes. The stream was cut or damaged.',
    source: WRITER,
  },
  'qemu/vmdesc-too-large': {
    severity: 'info',
    title: 'the description is larger than is read',
    explanation:
      'Read, a description takes many times the memory of its bytes. Beyond 16 MiB, a million values or 65,536 levels it is not read, and the states of devices are shown as bytes. QEMU writes a few hundred KiB, and some 40 KiB more for each CPU of a guest.',
    source: WRITER,
  },
  'qemu/vmdesc-bad-member': {
    severity: 'warning',
    title: 'a member of the description is missing or not what QEMU writes there',
    explanation:
      'What it describes, and what follows it in the same structure, is shown as bytes. A tool has rewritten the description, or it is damaged.',
    source: WRITER,
  },
  'qemu/vmdesc-size-mismatch': {
    severity: 'warning',
    title: 'the size of a field in the description is not that of what it is made of',
    explanation:
      'QEMU states for each field how many bytes it wrote. Where that differs from what the type or the fields inside need, the size is believed and the content shown as bytes. QEMU before 10 describes arrays with null pointers wrongly.',
    source: WRITER,
  },
  'qemu/vmdesc-too-deep': {
    severity: 'warning',
    title: 'structures in the description are nested deeper than any device needs',
    explanation: 'What lies deeper than the limit is shown as bytes. QEMU writes about a dozen levels.',
    source: WRITER,
  },
  'qemu/vmdesc-duplicate-device': {
    severity: 'warning',
    title: 'two devices of the description have the same name and instance',
    explanation:
      'A destination finds a device by name and instance, and takes the first that fits: the states of both are loaded into that one, the last wins, and the other device keeps its state from the start. Nothing fails. QEMU since 8.2 does not start with such devices; before, some machines had them, among them isapc with its two IDE controllers.',
    source: 'QEMU migration/savevm.c (find_se, savevm_state_handler_insert)',
  },
  'qemu/vmdesc-duplicate-name': {
    severity: 'info',
    title: 'two fields of a structure have the same name',
    explanation:
      'QEMU numbers fields of the same name. Here the later one is shown with a number behind its name, so that both are kept.',
    source: WRITER,
  },
  'qemu/vmdesc-more': {
    severity: 'info',
    title: 'the description has more faults than are listed',
    explanation: 'Only the first are listed. They usually have one cause.',
    source: WRITER,
  },
})

/** What can be said of a device's bytes held against their description. */
export const bodyCodes = defineCodes({
  'qemu/vmdesc-body-short': {
    severity: 'error',
    title: 'the state of a device ends before its description does',
    explanation:
      'The description says more than there is. The bytes from there on are shown as they are. The section was cut, or the description is that of another device; a destination would read the bytes of the next section as part of this one.',
    source: WRITER,
  },
  'qemu/vmdesc-subsection': {
    severity: 'error',
    title: 'a subsection is not where its description says',
    explanation:
      'A subsection starts with the byte 5, its name and its version. Something before it is longer or shorter than described, or the bytes are damaged. The bytes from there on are shown as they are.',
    source: WRITER,
  },
  'qemu/vmdesc-body-rest': {
    severity: 'warning',
    title: 'the state of a device is longer than its description',
    explanation:
      'The bytes behind the last described field are shown as they are. Elements of an array that differ in size are described by the first alone.',
    source: WRITER,
  },
  'qemu/vmdesc-incomplete': {
    severity: 'warning',
    title: 'the description of a device is unusable from some field on',
    explanation:
      'What is wrong with it is said where the description was read. The bytes from there on are shown as they are.',
    source: WRITER,
  },
  'qemu/vmdesc-null-pointer': {
    severity: 'warning',
    title: 'a null pointer has another byte than the digit 0',
    explanation: 'QEMU writes 0x30 for a pointer that points nowhere, and refuses anything else.',
    source: 'QEMU migration/vmstate-types.c',
  },
  'qemu/vmdesc-mixed-pointers': {
    severity: 'info',
    title: 'an array has null pointers and others, and is described by its first element alone',
    explanation:
      'QEMU before 10 describes all elements of an array by the first. Where that is a null pointer and others are not, as in the channel subsystem of s390x, the description is wrong and the stream sound. The bytes from there on are shown as they are.',
    source: WRITER,
  },
  'qemu/vmdesc-too-many': {
    severity: 'warning',
    title: 'the description has far more values than a device needs',
    explanation:
      'Each value takes many times the memory of its bytes, and values without bytes cost nothing in a stream. From the limit on, the state is shown as bytes.',
    source: WRITER,
  },
})
