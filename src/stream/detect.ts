import type { Probe } from '../layout/index.ts'
import { isSigned, textDamage } from './signature.ts'

export function detectStream({ head }: Probe): number {
  return isSigned(head) ? 1 : textDamage(head) === undefined ? 0 : 0.9
}
