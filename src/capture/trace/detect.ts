import type { Probe } from '../../layout/index.ts'
import { type LogKind, logKindOf } from './log-kind.ts'

const CERTAIN = 0.9

const detectorOf =
  (kind: LogKind) =>
  ({ head, size }: Probe): number =>
    logKindOf(head, size) === kind ? CERTAIN : 0

export const detectIoctlLog = detectorOf('vfio-ioctl-log')
export const detectQemuTraceLog = detectorOf('qemu-trace-log')
export const detectQmpLog = detectorOf('qmp-log')
export const detectStraceLog = detectorOf('strace-log')
export const detectMigrationTrace = detectorOf('migration-trace')
