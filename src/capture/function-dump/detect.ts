import type { Probe } from '../../layout/index.ts'
import { detectContainer } from '../detect.ts'

export function detectDump({ head, size, name }: Probe): number {
  const { container, confidence } = detectContainer({ head, size, name })
  return container === 'lspci' ? confidence : 0
}
