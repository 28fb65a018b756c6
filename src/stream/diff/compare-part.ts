import { DecodeError } from '../../findings/index.ts'
import {
  compareStates,
  type Difference,
  diffFields,
  type Format,
  type JudgedDifference,
  judgeDifferences,
  type Located,
  OptionError,
  parseOptions,
  runField,
} from '../../layout/index.ts'
import { compareConfigSpaces, configSpaceFormat, readConfigSpace, toPciOptions } from '../../pci/index.ts'
import { compareBitmaps } from './bitmaps.ts'
import { BLOCK, blocksOf, type KeptPart, located } from './kept-part.ts'
import { isSamePage } from './page-hash.ts'

/** How parts are compared. */
export interface CompareOptions {
  /** Formats by name, by which state is compared; without them it is bytes. */
  readonly known?: (name: string) => Format | undefined
  /** Compares two configuration spaces of parts of one type; field by field unless said. */
  readonly configSpaces?: (a: Uint8Array, b: Uint8Array, type: string) => JudgedDifference[]
}

/** A difference within a part. */
export interface PartDifference extends JudgedDifference {
  /** Of bytes without fields: the first that differs, counted in the part, and how many there are on each side. */
  readonly bytes?: {
    readonly first: number
    /** False where the first is somewhere in the 4096 bytes from there on: nobody kept the bytes. */
    readonly isExact: boolean
    readonly a: number
    readonly b: number
  }
  /** Of sets of pages and of memory: pages that one side alone has, or that both have and that differ. */
  readonly pages?: {
    readonly address: bigint
    readonly bytes: bigint
    readonly in: 'both' | 'a' | 'b'
  }
}

/** Bytes that are shown of a part without fields. */
const SHOWN = 16

/** Differences of two parts of one type; none where they differ in the way they are stored alone. */
export function compareParts(a: KeptPart, b: KeptPart, options: CompareOptions): PartDifference[] {
  if (a.identity === b.identity) return []
  const areSets = a.content.kind === 'bitmap' && b.content.kind === 'bitmap'
  const heads = refusedOf(diffFields(a.head, b.head))
  // Of a set of pages only the pages are content.
  const head = areSets ? heads.filter(({ a: field, b: other }) => (field ?? other)?.path.at(-1) !== 'encoding') : heads
  const spans = areSets ? compareBitmaps(a, b) : undefined
  if (spans !== undefined && b.content.kind === 'bitmap') {
    const { base, pageSize } = b.content
    const pages = spans.map(({ first, count, in: side }): PartDifference => {
      const [address, bytes] = [base + BigInt(first) * BigInt(pageSize), BigInt(count) * BigInt(pageSize)]
      return { key: 'pages', a: undefined, b: undefined, pages: { address, bytes, in: side } }
    })
    return [...head, ...pages]
  }
  const fields = compareFields(a, b, options)
  // State that has the same fields and other bytes is not the same; of a structure every byte is a field or a reference.
  const isTold = fields !== undefined && (fields.length > 0 || a.content.kind === 'fields')
  return [...head, ...(isTold ? fields : compareBytes(a, b))]
}

/** Undefined where the parts have no fields. */
function compareFields(a: KeptPart, b: KeptPart, options: CompareOptions): PartDifference[] | undefined {
  if (a.bytes === undefined || b.bytes === undefined) return undefined
  try {
    const differences = fieldDifferences(a, a.bytes, b, b.bytes, options)
    return differences?.map((difference) => ({
      ...difference,
      a: difference.a && located(a, difference.a),
      b: difference.b && located(b, difference.b),
    }))
  } catch (error) {
    // What is damaged, or has options that do not fit, is bytes.
    if (error instanceof DecodeError || error instanceof OptionError || error instanceof RangeError) return undefined
    throw error
  }
}

function fieldDifferences(
  { content, type }: KeptPart,
  a: Uint8Array,
  { content: other }: KeptPart,
  b: Uint8Array,
  { known, configSpaces = compareSpaces }: CompareOptions,
): PartDifference[] | undefined {
  if (content.kind === 'fields' && other.kind === 'fields') {
    return refusedOf(diffFields(comparedFields(content, a), comparedFields(other, b))).map(shortened)
  }
  if (content.kind !== 'format' || other.kind !== 'format' || content.name !== other.name) return undefined
  if (content.name === configSpaceFormat.name) return configSpaces(a, b, type)
  const format = known?.(content.name)
  // What is a stream itself may be larger than memory, and have streams in it.
  if (format === undefined || format.reader !== undefined) return undefined
  const side = (bytes: Uint8Array, texts: readonly string[]) => {
    const values = parseOptions(format.options, [...texts])
    return { fields: () => format.fields(bytes, values), decode: () => format.decode(bytes, values) }
  }
  return compareStates(format, side(a, content.options), side(b, other.options))
}

const comparedFields = (content: Extract<KeptPart['content'], { kind: 'fields' }>, bytes: Uint8Array) =>
  (content.compared ?? content.fields)(bytes)
/** The differences, those refused that break what a field says of its destination. */
function refusedOf(differences: readonly Difference[]): JudgedDifference[] {
  return differences.map((difference) => {
    const [judged] = judgeDifferences([difference], [])
    return judged?.verdict === 'refused' ? judged : difference
  })
}

/** Of long runs of bytes what follows the first that differs. */
function shortened(difference: JudgedDifference): PartDifference {
  const { a, b } = difference
  const [mine, other] = [a?.value, b?.value]
  if (a === undefined || b === undefined || !isLongRun(mine) || !isLongRun(other)) return difference
  const first = firstDifferent(mine, other, (x, y) => x === y)
  const side = (field: Located, bytes: Uint8Array): Located => {
    const some = bytes.subarray(first, first + SHOWN)
    return { ...field, offset: field.offset + first, length: some.length, value: some }
  }
  const bytes = { first, isExact: true, a: mine.length, b: other.length }
  return { ...difference, a: side(a, mine), b: side(b, other), bytes }
}

const isLongRun = (value: unknown): value is Uint8Array => value instanceof Uint8Array && value.length > SHOWN

/** @throws DecodeError for one that is cut in its header */
function compareSpaces(a: Uint8Array, b: Uint8Array): Difference[] {
  const options = toPciOptions(undefined)
  return compareConfigSpaces(readConfigSpace(a, options), readConfigSpace(b, options))
}

/** Where the bytes begin to differ. */
function compareBytes(a: KeptPart, b: KeptPart): PartDifference[] {
  const [mine, other] = [a.bytes, b.bytes]
  const isExact = mine !== undefined && other !== undefined
  const first = isExact ? firstDifferent(mine, other, (x, y) => x === y) : BLOCK * firstBlock(a, b)
  const lengths = { a: a.length, b: b.length }
  if (first === Math.max(a.length, b.length)) return []
  return [{ key: 'bytes', a: shown(a, first), b: shown(b, first), bytes: { first, isExact, ...lengths } }]
}

const firstBlock = (a: KeptPart, b: KeptPart) => firstDifferent(blocksOf(a), blocksOf(b), isSamePage)

function firstDifferent<T>(a: ArrayLike<T>, b: ArrayLike<T>, isSame: (a: T, b: T) => boolean): number {
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && isSame(a[at] as T, b[at] as T)) at += 1
  return at
}

function shown(part: KeptPart, first: number): Located | undefined {
  if (first >= part.length) return undefined
  const bytes = part.bytes?.subarray(first, first + SHOWN)
  return located(part, bytes === undefined ? withoutBytes(first, part.length) : runField(['bytes'], first, bytes))
}

const withoutBytes = (first: number, length: number): Located => {
  const run = runField(['bytes'], first, new Uint8Array(0))
  return { ...run, length: Math.min(BLOCK, length - first) }
}
