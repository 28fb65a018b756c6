import { type Ahead, leastSize, toView } from '../../layout/index.ts'
import { ELEMENT } from '../elements.layout.ts'
import { descriptionHeader } from '../frame.layout.ts'
import { readVmDescription, type VmDescription } from '../vmdesc/index.ts'

const DESCRIPTION = ELEMENT.VMDESCRIPTION
const HEADER = leastSize(descriptionHeader)
const BRACE = 0x7b
/** How far from the end a description may begin: 16 MiB. QEMU's own are a few hundred KiB. */
const LONGEST = 2 ** 24
/** The last bytes that are looked at first. */
const SHORT = 2 ** 20

/** A description, and where the byte stands that begins it. */
export interface DescriptionAhead {
  readonly description: VmDescription
  /** Undefined where it is not known yet. */
  readonly offset?: number
}

/**
 * The description at the end of a stream that can be looked at ahead; zero bytes may follow it. With it bodies have
 * lengths before they are read. Undefined where there is none.
 */
export function descriptionAhead(ahead: Ahead): Required<DescriptionAhead> | undefined {
  return within(ahead, SHORT) ?? (ahead.size > SHORT ? within(ahead, LONGEST) : undefined)
}

function within(ahead: Ahead, length: number): Required<DescriptionAhead> | undefined {
  const start = Math.max(0, ahead.size - length)
  const bytes = ahead.read(start, ahead.size - start)
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end -= 1
  const view = toView(bytes)
  for (let at = bytes.indexOf(DESCRIPTION); at >= 0 && at + HEADER < end; at = bytes.indexOf(DESCRIPTION, at + 1)) {
    if (bytes[at + HEADER] !== BRACE || view.getUint32(at + 1) !== end - at - HEADER) continue
    const { description } = readVmDescription(bytes.subarray(at + HEADER, end))
    return description && { description, offset: start + at }
  }
  return undefined
}
