import type { Probe } from '../../layout/index.ts'
import { startsWithMagic } from '../magic.ts'
import { qatMagic } from './magic.layout.ts'

export const detectQat = (probe: Probe): number => (startsWithMagic(probe, qatMagic) ? 0.95 : 0)
