import type { Probe } from '../../layout/index.ts'

const MAGIC = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x58, 0x45, 0x4e, 0x46]

export function detectXenStream({ head }: Probe): number {
  return MAGIC.every((byte, at) => head[at] === byte) ? 1 : 0
}
