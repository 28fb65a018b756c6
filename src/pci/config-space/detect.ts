import type { Probe } from '../../layout/index.ts'
import { HEADER_SIZE } from '../header.ts'
import { walkLegacy } from './lists.ts'
import { EXTENDED_SIZE, LEGACY_SIZE, MTTY_REGION_SIZE } from './value.ts'

const SIZES: readonly number[] = [HEADER_SIZE, MTTY_REGION_SIZE, LEGACY_SIZE, EXTENDED_SIZE]

/** Sure where the size is right and the lists hold together; nothing else has a magic. */
export function detectConfigSpace({ head, size, name }: Probe): number {
  const length = size ?? head.length
  if (head.length < HEADER_SIZE || length > EXTENDED_SIZE) return 0
  const rightSize = SIZES.includes(length)
  const named = name === 'config' ? 0.2 : 0
  const ones = head.every((byte) => byte === 0xff)
  if (ones) return rightSize ? 0.3 + named : 0
  const vendor = (head[0] as number) | ((head[1] as number) << 8)
  const layout = (head[0x0e] as number) & 0x7f
  if (vendor === 0 || layout > 2) return 0
  const hasList = ((head[6] as number) & 0x10) !== 0
  const { heads, issues } = walkLegacy(head, layout, hasList)
  const sound = issues.every(({ code }) => code === 'pci/capability-not-captured' || code === 'pci/capability-list-off')
  if (!sound) return rightSize ? 0.5 + named : 0
  if (heads.length === 0) return rightSize ? 0.6 + named : 0
  return rightSize ? 0.8 + named : 0.6
}
