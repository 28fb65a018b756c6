import { type Finding, hexOffset } from '../../findings/index.ts'
import * as generated from '../../generated/vfio/capability-header.js'
import { type ByteOrder, codec, toView, type Value } from '../../layout/index.ts'
import { CAPABILITY_HEADER_SIZE, infoCapability } from '../capability-header.layout.ts'
import { infoCodes } from '../codes.ts'

export const infoCapabilityCodec = codec(infoCapability, generated.infoCapability)

/** A capability header and where it stands. */
export interface ChainLink {
  readonly offset: number
  readonly header: Value<typeof infoCapability>
  /** Most bytes that its content can have: to the next higher header, or to the end. */
  readonly room: number
}

interface Chain {
  /** In the order in which the chain leads through them. */
  readonly links: readonly ChainLink[]
  /** Where the chain is broken; paths count from the structure. */
  readonly findings: readonly Finding[]
}

/** How a chain starts. */
interface ChainStart {
  /** Bytes of the fixed part. */
  readonly fixed: number
  /** Offset of the first capability; 0: there is none. */
  readonly first: number
  /** Where that offset stands. */
  readonly capOffsetAt: number
  readonly byteOrder: ByteOrder
}

/**
 * Follows the capabilities of an information structure, wherever they lie. Every link is visited once, headers never
 * overlap, and no content reaches into the next header, so that each byte belongs to one part.
 *
 * @param bytes the whole structure, without what may follow it
 */
export function followChain(bytes: Uint8Array, { fixed, first, capOffsetAt, byteOrder }: ChainStart): Chain {
  const heads = new Map<number, Value<typeof infoCapability>>()
  const taken = new Set<number>()
  const findings: Finding[] = []
  const region = { bytes, view: toView(bytes), end: bytes.length }
  let [next, pointer] = [first, undefined as number | undefined]
  while (next !== 0) {
    const broken = problemAt(next, fixed, bytes.length, heads, taken)
    if (broken !== undefined) {
      findings.push(brokenLink(broken, next, pointer, heads.size, capOffsetAt))
      break
    }
    const { value } = infoCapabilityCodec.decodeAt({ ...region, offset: next }, { byteOrder })
    heads.set(next, value)
    for (let at = 0; at < CAPABILITY_HEADER_SIZE; at++) taken.add(next + at)
    pointer = next
    next = value.next
  }
  const sorted = [...heads.keys()].sort((a, b) => a - b)
  const following = new Map(sorted.map((offset, at) => [offset, sorted[at + 1] ?? bytes.length]))
  const links = [...heads].map(([offset, header]) => {
    return { offset, header, room: (following.get(offset) ?? bytes.length) - offset - CAPABILITY_HEADER_SIZE }
  })
  return { links, findings }
}

type Problem = 'vfio/capability-loop' | 'vfio/capability-past-end' | 'vfio/capability-overlap'

function problemAt(
  offset: number,
  fixed: number,
  end: number,
  heads: ReadonlyMap<number, unknown>,
  taken: ReadonlySet<number>,
): Problem | undefined {
  if (heads.has(offset)) return 'vfio/capability-loop'
  if (offset + CAPABILITY_HEADER_SIZE > end) return 'vfio/capability-past-end'
  const overlaps = offset < fixed || taken.has(offset) || taken.has(offset + CAPABILITY_HEADER_SIZE - 1)
  return overlaps ? 'vfio/capability-overlap' : undefined
}

const MESSAGES: Readonly<Record<Problem, (to: string) => string>> = {
  'vfio/capability-loop': (to) => `The chain leads back to ${to}.`,
  'vfio/capability-past-end': (to) => `The chain leads to ${to}, where no header is left in the structure.`,
  'vfio/capability-overlap': (to) => `The chain leads to ${to}, inside the fixed part or another header.`,
}

function brokenLink(code: Problem, to: number, from: number | undefined, count: number, capOffsetAt: number): Finding {
  const place =
    from === undefined
      ? { offset: capOffsetAt, length: 4, path: ['capOffset'] }
      : { offset: from + 4, length: 4, path: ['capabilities', count - 1, 'header', 'next'] }
  return infoCodes.finding(code, MESSAGES[code](hexOffset(to)), place)
}
