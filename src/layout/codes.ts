import { defineCodes } from '../findings/index.ts'

/** Findings about any described structure. */
export const layoutCodes = defineCodes({
  'layout/ended-early': {
    severity: 'error',
    title: 'the input ends before the structure does',
    explanation:
      'More bytes are needed than the input holds. The capture was cut, or a length or count field claims more than was captured. Capture again, or compare the named length field with the size of the input.',
  },
  'layout/trailing-bytes': {
    severity: 'error',
    title: 'bytes follow the end of the structure',
    explanation:
      'The structure is complete and bytes are left over. The input holds more than one structure, has padding, or is of another format or version. Decode a prefix, or name the right format with --as.',
  },
  'layout/wrong-magic': {
    severity: 'error',
    title: 'a constant that identifies the structure has another value',
    explanation: 'The bytes are of another format, another version, or another byte order than the one tried.',
  },
  'layout/unknown-tag': {
    severity: 'error',
    title: 'a tag selects a part that the description does not know',
    explanation: 'Without a known tag the length of what follows is unknown, so decoding cannot go on.',
  },
  'layout/number-too-large': {
    severity: 'error',
    title: 'a length or count is above 2^53-1',
    explanation: 'No real structure is that long: the field is damaged or read in the wrong byte order.',
  },
  'layout/negative-length': {
    severity: 'error',
    title: 'a length or count is negative',
    explanation: 'A signed field that states a length or count is below 0: the field is damaged.',
  },
  'layout/not-filled': {
    severity: 'error',
    title: 'a part is shorter than the length stated for it',
    explanation: 'The stated length and the described content disagree; the part is kept as opaque bytes.',
  },
  'layout/damaged-part': {
    severity: 'error',
    title: 'a part inside a recognised frame cannot be decoded',
    explanation:
      'The frame around the part is sound, the part itself is not what it should be. It is kept as opaque bytes, so that nothing is lost, and a destination that reads it would refuse it.',
  },
  'layout/reserved-not-zero': {
    severity: 'info',
    title: 'reserved bits or bytes are not zero',
    explanation:
      'The specification reserves these bits. A newer revision may define them, or memory was not cleared. They are kept as they are.',
  },
  'layout/unknown-value': {
    severity: 'info',
    title: 'a number has no name in the enumeration',
    explanation: 'The value is reserved, or newer than the sources of this description. It is kept as a number.',
  },
  'layout/out-of-range': {
    severity: 'warning',
    title: 'a number lies outside the range that the source allows',
    explanation: 'The value is kept. A reader that trusts it may refuse the structure or misread what follows.',
  },
  'layout/wrong-type': {
    severity: 'error',
    title: 'a value to be encoded has the wrong type',
    explanation:
      '64-bit fields are bigints ("0x..." in JSON), smaller ones numbers, byte runs byte arrays (hexadecimal in JSON).',
  },
  'layout/value-out-of-range': {
    severity: 'error',
    title: 'a value to be encoded does not fit its field',
    explanation: 'The field has fewer bits than the value needs, or the value has no place in its enumeration.',
  },
  'layout/missing-field': {
    severity: 'error',
    title: 'a field is missing in the value to be encoded',
    explanation: 'Every field of a structure has to be given; decoding a similar structure gives a template.',
  },
  'layout/unexpected-field': {
    severity: 'error',
    title: 'the value to be encoded has a field that the structure does not have',
    explanation: 'Probably a misspelt name: nothing is ignored silently.',
  },
  'layout/length-mismatch': {
    severity: 'error',
    title: 'a part does not have the length, count or presence that other fields state',
    explanation: 'A length, count, tag or flag field and the part it describes have to be changed together.',
  },
  'layout/other-bytes': {
    severity: 'error',
    title: 'the bytes that a reference points at are not those that were decoded',
    explanation:
      'Long runs of bytes stand in JSON as offset, length and SHA-256 of bytes in the original. The file given with --base is another one, was changed, or is shorter.',
  },
})
