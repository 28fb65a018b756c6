import { type Probe, toView } from '../../layout/index.ts'
import { HISI_MAGIC_V1, HISI_MAGIC_V2 } from './state.layout.ts'

export function detectHisiAcc({ head }: Probe): number {
  if (head.length < 8) return 0
  const magic = toView(head).getBigUint64(0, true)
  return magic === HISI_MAGIC_V1 || magic === HISI_MAGIC_V2 ? 1 : 0
}
