import { readJsonLine } from './json-line.ts'
import { linesOf } from './lines.ts'
import { traceEvents } from './qemu-trace/table.ts'

/** Names of the formats of logs. */
export type LogKind = 'vfio-ioctl-log' | 'qemu-trace-log' | 'qmp-log' | 'strace-log' | 'migration-trace'

/** Of the lines that are there, one in so many has to be of the log: other output may stand between. */
const LEAST_SHARE = 4
const LOOKED_AT = 4096

/** What log a text is, by its first lines; undefined where they are of none. */
export function logKindOf(head: Uint8Array, size = head.length): LogKind | undefined {
  const start = head.subarray(0, LOOKED_AT)
  const lines = linesOf(start)
  const isCut = start.length < size
  const hits = new Map<LogKind, number>()
  let counted = 0
  for (const [index, { text, end }] of lines.entries()) {
    if (text.trim() === '') continue
    const kind = kindOfLine(text, isCut && end === 'none')
    // Half a line says nothing, unless it is all that there is.
    if (kind === undefined && isCut && end === 'none' && index > 0) continue
    counted += 1
    if (kind !== undefined) hits.set(kind, (hits.get(kind) ?? 0) + 1)
  }
  let best: LogKind | undefined
  for (const [kind, count] of hits) if (best === undefined || count > (hits.get(best) ?? 0)) best = kind
  return best !== undefined && (hits.get(best) ?? 0) * LEAST_SHARE >= counted ? best : undefined
}

function kindOfLine(text: string, isCut: boolean): LogKind | undefined {
  const line = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const brace = line.indexOf('{')
  if (brace !== -1 && brace <= LONGEST_PREFIX) {
    const kind = isCut ? kindOfStart(line.slice(brace)) : kindOfJson(line, brace)
    if (kind !== undefined) return kind
  }
  if (STRACE.test(line)) return 'strace-log'
  return QEMU_TRACE.test(line) || isPrefixedEvent(line) ? 'qemu-trace-log' : undefined
}

/** A trace event behind what `-msg`, a system log or a shell puts in front: a known name with its own arguments. */
function isPrefixedEvent(line: string): boolean {
  for (const { 0: name, index } of line.slice(0, LONGEST_PREFIX).matchAll(PREFIXED_NAME)) {
    const rest = line.slice(index + name.length)
    if (rest !== '' && (rest[0] !== ' ' || rest.length > LONGEST_ARGUMENTS)) continue
    if (traceEvents.get(name)?.patterns.some((pattern) => pattern.read(rest.slice(1)) !== undefined)) return true
  }
  return false
}

const PREFIXED_NAME = /(?<=[\s:\]])(?:vfio|savevm|loadvm|qemu|multifd|migrate|migration|vmstate|source|iommufd)_\w+/g
const LONGEST_ARGUMENTS = 512

/** Times, arrows and what libvirt writes of itself may stand in front of what a monitor says. */
export const LONGEST_PREFIX = 160

const RECORDED = ['ioctl', 'cmd', 'read', 'write', 'close', 'note']

function kindOfJson(line: string, brace: number): LogKind | undefined {
  const names = new Set(readJsonLine(line, brace)?.members.map(({ name }) => name))
  if (names.has('at') && names.has('side') && names.has('kind')) return 'migration-trace'
  if (names.has('seq') && RECORDED.some((name) => names.has(name))) return 'vfio-ioctl-log'
  if (names.has('cmd') && names.has('in') && names.has('out')) return 'vfio-ioctl-log'
  const isMonitor = names.has('QMP') || names.has('execute') || (names.has('event') && names.has('timestamp'))
  return isMonitor || (names.size <= 2 && (names.has('return') || names.has('error'))) ? 'qmp-log' : undefined
}

/** The same for the beginning of a line that is longer than what is looked at. */
function kindOfStart(text: string): LogKind | undefined {
  if (/^\{"seq": ?\d+, ?"(fd|read|write|note|device|time)"/.test(text)) return 'vfio-ioctl-log'
  if (/^\{"at": ?[\d.]+, ?"side"/.test(text)) return 'migration-trace'
  return /^\{"(QMP|return|execute|timestamp)"/.test(text) ? 'qmp-log' : undefined
}

/** Processes and times may stand in front; then a call, or what interrupted one. */
const STRACE =
  /^(?:\[pid +\d+\] |\d+ +)?(?:\d\d:\d\d:\d\d(?:\.\d+)? |\d+\.\d+ )?(?:(?:ioctl|read|write|openat|open|close|dup\d?|pread64|pwrite64|mmap|execve|brk|futex|ppoll|poll|eventfd2|lseek)\(.*(?:\) += (?:-?\d|0x|\?)|<unfinished \.\.\.>$)|<\.\.\. \w+ resumed>|\+\+\+ exited with \d+ \+\+\+$)/

/** Trace events of VFIO and migration, as the log backend of QEMU writes them. */
const QEMU_TRACE =
  /^(?:\d+@\d+\.\d{6}:)?(?:(?:vfio|savevm|loadvm|qemu_loadvm|qemu_savevm|multifd|migrate|migration|vmstate|source_return_path|iommufd)_[a-z0-9_]+)(?: |$)/
