import { type Probe, toView } from '../../layout/index.ts'
import { startsWithMagic } from '../magic.ts'
import { ICE_MAGIC, iceMagic } from './magic.layout.ts'

/** The header comes first: type 1, length 8, magic. */
export function detectIce({ head }: Probe): number {
  if (head.length < 8) return 0
  const view = toView(head)
  return view.getUint32(0, true) === 0x00080001 && view.getUint32(4, true) === ICE_MAGIC ? 1 : 0
}

export const detectIce2023 = (probe: Probe): number => (startsWithMagic(probe, iceMagic) ? 0.9 : 0)
