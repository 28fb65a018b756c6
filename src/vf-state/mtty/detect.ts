import type { Probe } from '../../layout/index.ts'
import { startsWithMagic } from '../magic.ts'
import { mttyMagic } from './magic.layout.ts'

export const detectMtty = (probe: Probe): number => (startsWithMagic(probe, mttyMagic) ? 1 : 0)
