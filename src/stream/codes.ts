import { defineCodes } from '../findings/index.ts'

const SOURCE = 'FORMAT.md of the migration-stream format'

/** Findings about the framing of a migration stream, whatever it carries. */
export const streamCodes = defineCodes({
  'stream/text-damage': {
    severity: 'error',
    title: 'the stream passed through something that takes it for text',
    explanation:
      'The first eight bytes of a stream change when line ends are converted or the high bit is cleared, and then nothing behind them can be trusted. Transfer the file in binary mode.',
    source: SOURCE,
  },
  'stream/header-damaged': {
    severity: 'error',
    title: 'the header of the stream does not have the sum that it states',
    explanation: 'Bits of the first 64 bytes changed. Records have sums of their own and are read all the same.',
    source: SOURCE,
  },
  'stream/newer-version': {
    severity: 'error',
    title: 'the stream is of a version that this reader does not know',
    explanation: 'Records that carry their own sums are shown, but they may mean something else. Use a newer vfmig.',
    source: SOURCE,
  },
  'stream/incompatible-feature': {
    severity: 'error',
    title: 'the stream uses a feature that a reader has to know',
    explanation: 'Without it the records may mean something else than they seem to. Use a newer vfmig.',
    source: SOURCE,
  },
  'stream/bytes-skipped': {
    severity: 'error',
    title: 'bytes between two records are no record',
    explanation:
      'The header of a record is damaged, or bytes were put in or taken away. The reader looked for the next header whose own sum is right and went on there; every record that is shown is whole.',
    source: SOURCE,
  },
  'stream/truncated': {
    severity: 'error',
    title: 'the stream ends inside a record',
    explanation: 'The writer was stopped or the transfer was cut. All records before are whole and can be used.',
    source: SOURCE,
  },
  'stream/payload-damaged': {
    severity: 'error',
    title: 'the payload of a record does not have the sum that its header states',
    explanation: 'Bits of the payload changed. The header is right, so the records behind are found.',
    source: SOURCE,
  },
  'stream/padding-not-zero': {
    severity: 'error',
    title: 'the bytes between a payload and the next record are not zero',
    explanation: 'They carry nothing and no sum covers them: whatever changed them may have changed more.',
    source: SOURCE,
  },
  'stream/payload-not-described': {
    severity: 'error',
    title: 'the payload of a record is not what its type says',
    explanation: 'Its sum is right, so it was written like this: by another program, or by a newer one.',
    source: SOURCE,
  },
  'stream/unknown-record': {
    severity: 'error',
    title: 'a record of an unknown type is not optional',
    explanation:
      'Whoever wrote it says that the stream cannot be understood without it. A destination refuses the stream; use a newer vfmig.',
    source: SOURCE,
  },
  'stream/unknown-optional-record': {
    severity: 'info',
    title: 'a record of an unknown type may be left aside',
    explanation: 'A newer writer added something that readers may do without. It is kept and passed on as it is.',
    source: SOURCE,
  },
  'stream/wrong-device': {
    severity: 'error',
    title: 'a record is of a device, or of none, and its type does not allow that',
    explanation:
      'The identity, the state and the interrupts of a device need its number; an index and the end record have none. A destination has nothing to give such a record to.',
    source: SOURCE,
  },
  'stream/records-missing': {
    severity: 'error',
    title: 'records are missing',
    explanation: 'Records are numbered. The numbers that are left out were in the stream once.',
    source: SOURCE,
  },
  'stream/record-out-of-order': {
    severity: 'error',
    title: 'a record stands behind one with a higher number',
    explanation: 'Records were swapped or repeated: the stream is not as it was written.',
    source: SOURCE,
  },
  'stream/chunk-out-of-order': {
    severity: 'error',
    title: 'a chunk does not follow the chunk before it',
    explanation: 'The chunks of a part are numbered from 0 and are all of one type and device. This part is not whole.',
    source: SOURCE,
  },
  'stream/part-number': {
    severity: 'error',
    title: 'a part does not have the next number',
    explanation:
      'Parts are numbered from 0 in the order in which they begin. A number that comes twice, or that is left out though no record is missing, was given by another program: chunks of two parts may be taken for one.',
    source: SOURCE,
  },
  'stream/too-many-open-parts': {
    severity: 'error',
    title: 'more than 4096 parts wait for their last chunk',
    explanation:
      'A reader holds what it has to know of each of them, so the format allows no more. Of the parts beyond nobody can say whether they are whole. Finish parts before others begin.',
    source: SOURCE,
  },
  'stream/part-unfinished': {
    severity: 'error',
    title: 'the last chunk of a part is missing',
    explanation: 'What the part carries, such as the state of a device, is only there to the point where it stops.',
    source: SOURCE,
  },
  'stream/index-mismatch': {
    severity: 'error',
    title: 'an index does not say where the records are',
    explanation:
      'Who reads the stream through its index gets other records than who reads it from the start. Unpack and pack it again.',
    source: SOURCE,
  },
  'stream/end-missing': {
    severity: 'error',
    title: 'the stream has no end record',
    explanation:
      'The writer was stopped, or the transfer was cut between two records. What is there is whole, and nobody knows what is missing.',
    source: SOURCE,
  },
  'stream/end-mismatch': {
    severity: 'error',
    title: 'the end record counts other records or bytes than there are',
    explanation: 'Records were lost, added or changed after the stream was written.',
    source: SOURCE,
  },
  'stream/digest-mismatch': {
    severity: 'error',
    title: 'the bytes of the stream do not have the digest that the end record states',
    explanation: 'Something changed that no other sum covers. Do not trust the stream.',
    source: SOURCE,
  },
  'stream/trailing-bytes': {
    severity: 'error',
    title: 'bytes follow the end record',
    explanation: 'Another stream was appended, or storage was not cut to the length of the stream. They are kept.',
    source: SOURCE,
  },
})

export type StreamCode = keyof typeof streamCodes.entries
