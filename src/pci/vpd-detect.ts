import { DecodeError } from '../findings/index.ts'
import type { Probe } from '../layout/index.ts'
import { isEnd, keywordsOf, LIMIT, vpdCodec } from './vpd-resources.ts'

const PRODUCT_NAME = 0x82
const LIKELY = 0.6

/** Starts with a product name and goes on with keywords that parse: nothing else in VPD is telling. */
export function detectVpd({ head, size }: Probe): number {
  if (head[0] !== PRODUCT_NAME || (size ?? head.length) > LIMIT) return 0
  try {
    const { resources } = vpdCodec.decode(head)
    const [name, second] = resources
    if (typeof name?.content !== 'string' || name.content === '' || second === undefined) return 0
    const cut = (size ?? head.length) > head.length
    const whole = cut || resources.some(isEnd)
    const sound = resources.some((resource) =>
      keywordsOf(resource).some(({ keyword }) => /^[A-Z0-9]{2}$/.test(keyword)),
    )
    return whole && sound && typeof second.tag === 'string' ? LIKELY : 0
  } catch (error) {
    if (error instanceof DecodeError) return 0
    throw error
  }
}
