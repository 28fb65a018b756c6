import type { Probe } from '../../layout/index.ts'
import { type LogKind, logKindOf } from './log-kind.ts'

const CERTAIN = 0.9

/** The lines of an input are read once, not for each kind. */
const kinds = new WeakMap<Probe, { readonly kind: LogKind | undefined }>()

function kindIn(probe: Probe): LogKind | undefined {
  const known = kinds.get(probe)
  if (known !== undefined) return known.kind
  const kind = logKindOf(probe.head, probe.size)
  kinds.set(probe, { kind })
  return kind
}

const detectorOf =
  (kind: LogKind) =>
  (probe: Probe): number =>
    kindIn(probe) === kind ? CERTAIN : 0

export const detectIoctlLog = detectorOf('vfio-ioctl-log')
export const detectQemuTraceLog = detectorOf('qemu-trace-log')
export const detectQmpLog = detectorOf('qmp-log')
export const detectStraceLog = detectorOf('strace-log')
export const detectMigrationTrace = detectorOf('migration-trace')
