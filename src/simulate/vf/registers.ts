import type { PathPart } from '../../findings/index.ts'
import { registerOffset } from '../../vf-state/index.ts'

const at = (...path: PathPart[]): number => {
  const offset = registerOffset(path)
  if (offset === undefined) throw new TypeError(`An 82599 VF has no register ${path.join('.')}.`)
  return offset
}

/** Registers of the one receive and the one transmit queue, as offsets in BAR 0. */
export const RING = {
  rx: {
    baseLow: at('rxQueues', 0, 'rdbal'),
    baseHigh: at('rxQueues', 0, 'rdbah'),
    length: at('rxQueues', 0, 'rdlen'),
    head: at('rxQueues', 0, 'rdh'),
    tail: at('rxQueues', 0, 'rdt'),
    control: at('rxQueues', 0, 'rxdctl'),
  },
  tx: {
    baseLow: at('txQueues', 0, 'tdbal'),
    baseHigh: at('txQueues', 0, 'tdbah'),
    length: at('txQueues', 0, 'tdlen'),
    head: at('txQueues', 0, 'tdh'),
    tail: at('txQueues', 0, 'tdt'),
    control: at('txQueues', 0, 'txdctl'),
  },
} as const

export type Direction = keyof typeof RING

/** Counters of packets, and of octets with their high four bits in a register of their own. */
export const COUNTERS = {
  rx: { packets: at('rxQueues', 0, 'gprc'), octets: at('rxQueues', 0, 'gorcLsb'), high: at('rxQueues', 0, 'gorcMsb') },
  tx: { packets: at('txQueues', 0, 'gptc'), octets: at('txQueues', 0, 'gotcLsb'), high: at('txQueues', 0, 'gotcMsb') },
  multicast: at('rxQueues', 0, 'mprc'),
} as const

/** Bit of `control` that turns a queue on. */
export const QUEUE_ENABLE = 1 << 25
