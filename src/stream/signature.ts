import { DecodeError } from '../findings/index.ts'
import { toHex, toView } from '../layout/index.ts'
import { SIGNATURE } from './header.layout.ts'

/** First bytes of a stream. */
const [FIRST_BYTE, ...NAME] = wordBytes(SIGNATURE.name)
const FIRST = [FIRST_BYTE as number]
const LINE_ENDS = wordBytes(SIGNATURE.lineEnds)

/** The bytes of a little-endian word in the order in which they stand. */
function wordBytes(word: number): number[] {
  const bytes = new Uint8Array(4)
  toView(bytes).setUint32(0, word, true)
  return [...bytes]
}

interface Damage {
  readonly bytes: readonly number[]
  readonly meaning: string
}

/** What becomes of the first byte, which is no ASCII. */
const FIRST_DAMAGE: readonly Damage[] = [
  { bytes: [0x09], meaning: 'its high bit cleared' },
  { bytes: [0xc2, 0x89], meaning: 'taken for Latin-1 and written as UTF-8' },
  { bytes: [0xe2, 0x80, 0xb0], meaning: 'taken for Windows-1252 and written as UTF-8' },
  { bytes: [0xef, 0xbf, 0xbd], meaning: 'replaced as something that is no UTF-8' },
  { bytes: [0x3f], meaning: 'replaced by a question mark' },
]

/** What becomes of the four bytes behind the name. The longer come first: they begin as shorter ones do. */
const LINE_DAMAGE: readonly Damage[] = [
  { bytes: [0x0d, 0x0d, 0x0a, 0x1a, 0x0d, 0x0a], meaning: 'line feeds made CR LF' },
  { bytes: [0x0d, 0x0a, 0x1a, 0x0d, 0x0a], meaning: 'line feeds made CR LF' },
  { bytes: [0x0a, 0x1a, 0x0a], meaning: 'CR LF made line feeds' },
  { bytes: [0x0a, 0x0a, 0x1a, 0x0a], meaning: 'carriage returns made line feeds' },
  { bytes: [0x0d, 0x0d, 0x1a, 0x0d], meaning: 'line feeds made carriage returns' },
]

const startsWith = (bytes: Uint8Array, run: ArrayLike<number>, at: number) =>
  Array.from(run).every((byte, index) => bytes[at + index] === byte)

/** Whether bytes begin as a stream does. */
export const isSigned = (head: Uint8Array) => startsWith(head, [...FIRST, ...NAME, ...LINE_ENDS], 0)

/** The error for a stream that passed through something that takes it for text; undefined for all other bytes. */
export function textDamage(head: Uint8Array): DecodeError | undefined {
  const first = [{ bytes: FIRST, meaning: '' }, ...FIRST_DAMAGE].find(
    ({ bytes }) => startsWith(head, bytes, 0) && startsWith(head, NAME, bytes.length),
  )
  if (first === undefined) return undefined
  const at = first.bytes.length + NAME.length
  const ends = [{ bytes: LINE_ENDS, meaning: '' }, ...LINE_DAMAGE].find(({ bytes }) => startsWith(head, bytes, at))
  if (ends === undefined || (first.meaning === '' && ends.meaning === '')) return undefined
  const meaning = [first.meaning, ends.meaning].filter((one) => one !== '').join(', ')
  return new DecodeError({
    code: 'stream/text-damage',
    path: ['header', 'signature'],
    offset: 0,
    expected: `a stream that begins ${toHex(Uint8Array.of(...FIRST, ...NAME, ...LINE_ENDS))}`,
    found: `${toHex(head.subarray(0, at + ends.bytes.length))} (${meaning}: transfer it in binary mode)`,
  })
}
