import { isGzip } from './gzip.ts'
import { type LineKind, lineKind } from './line-kind.ts'
import { isTar } from './tar.ts'
import { CARRIAGE_RETURN, LINE_FEED, LineCursor, SPACE, skipBlanks, TAB, textOf } from './text.ts'
import { logKindOf } from './trace/log-kind.ts'

export type ContainerName = 'xxd' | 'hexdump' | 'od' | 'hex' | 'lspci' | 'sysfs-tar'

/** What bytes seem to come in; `log` is a hex dump behind prefixes (a capture of container `hex`). */
export type DetectedContainer = ContainerName | 'gzip' | 'log' | 'raw' | 'unknown-text' | 'utf16-text' | 'words'

/** What bytes seem to come in, and why. */
export interface Detection {
  readonly container: DetectedContainer
  /** From 0, a guess, to 1, certain. */
  readonly confidence: number
  /** One short reason. */
  readonly reason: string
  /** Line that decided, counted from 1. */
  readonly line?: number
}

/** What detection may look at. */
export interface DetectInput {
  /** The first bytes, 4096 or all of a smaller input; more help where a log begins with other lines. */
  readonly head: Uint8Array
  /** Size of the whole input; without it the head counts as the whole. */
  readonly size?: number | undefined
  readonly name?: string | undefined
}

/** Tells what container the input is: a known archive or text, text of no known form, or raw bytes. */
export function detectContainer({ head, size = head.length, name }: DetectInput): Detection {
  if (isGzip(head)) return { container: 'gzip', confidence: 1, reason: 'gzip magic' }
  if (isTar(head)) {
    const isFunction = /[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\//i.test(textOf(head, 0, head.length))
    return { container: 'sysfs-tar', confidence: isFunction ? 1 : 0.7, reason: 'tar header with a right checksum' }
  }
  if (isUtf16(head)) return { container: 'utf16-text', confidence: 0.9, reason: 'UTF-16 byte order mark' }
  if (!isText(head, size)) return { container: 'raw', confidence: 0.5, reason: 'binary data' }
  // Logs are formats of their own, though rows of a dump may stand in them.
  const log = logKindOf(head, size)
  if (log !== undefined) return { container: 'raw', confidence: 0.9, reason: `lines of a ${log}` }
  return detectText(head, size, name)
}

const NAMES: Readonly<Record<Exclude<LineKind, 'plain' | 'other'>, Detection>> = {
  'lspci-title': { container: 'lspci', confidence: 0.9, reason: 'a line that names a PCI function' },
  'lspci-row': { container: 'lspci', confidence: 0.7, reason: 'a row of lspci' },
  xxd: { container: 'xxd', confidence: 1, reason: 'rows with an offset and a colon' },
  log: { container: 'log', confidence: 0.9, reason: 'rows with an offset and a colon behind a prefix' },
  hexdump: { container: 'hexdump', confidence: 1, reason: 'rows with an offset and two spaces' },
  od: { container: 'od', confidence: 0.9, reason: 'rows with an offset and single bytes' },
  words: { container: 'words', confidence: 0.9, reason: 'rows of words of several bytes' },
}

/** A first line of so many digits is a dump, even where what follows is damaged; fewer could be a word. */
const LEAST_DIGITS = 16

/** Reason where text is taken for bytes. */
export const ONE_LINE = 'printable characters without a line end'

function detectText(head: Uint8Array, size: number, name: string | undefined): Detection {
  const cursor = new LineCursor(head)
  let plainLine = 0
  let plainLength = 0
  let otherLine = 0
  let feeds = 0
  while (cursor.next()) {
    const { start, end, number } = cursor
    const isWhole = end < head.length || size === head.length
    if (end < head.length) feeds += 1
    const kind = lineKind(head, start, end, isWhole)
    if (kind === undefined) continue
    if (kind !== 'plain' && kind !== 'other') return { ...NAMES[kind], line: number }
    if (kind === 'other') otherLine ||= number
    else if (plainLine === 0) {
      plainLine = number
      plainLength = end - start
    }
  }
  const named = name !== undefined && /\.(hex|txt)(\.gz)?$/i.test(name)
  if (plainLine > 0 && otherLine === 0 && (feeds > 0 || named))
    return { container: 'hex', confidence: 0.6, reason: 'nothing but hexadecimal digits', line: plainLine }
  if (plainLine > 0 && plainLine < otherLine && plainLength >= LEAST_DIGITS)
    return { container: 'hex', confidence: 0.4, reason: 'a first line of hexadecimal digits', line: plainLine }
  if (feeds === 0) return { container: 'raw', confidence: 0.2, reason: ONE_LINE }
  return { container: 'unknown-text', confidence: 0.5, reason: 'text of no known form' }
}

/** Text has no control characters but blanks and line ends, and is valid UTF-8 up to a cut at the end of the head. */
function isText(head: Uint8Array, size: number): boolean {
  if (head.length === 0) return false
  const ESCAPE = 0x1b
  for (const byte of head) {
    const isControl = byte < SPACE && byte !== TAB && byte !== LINE_FEED && byte !== CARRIAGE_RETURN && byte !== ESCAPE
    if (isControl || byte === 0x7f) return false
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: head.length < size })
    return skipBlanks(head, 0, head.length) < head.length
  } catch {
    return false
  }
}

function isUtf16(head: Uint8Array): boolean {
  const little = head[0] === 0xff && head[1] === 0xfe
  const big = head[0] === 0xfe && head[1] === 0xff
  if ((!little && !big) || head.length < 8) return false
  // The high halves of the first characters are zero in any text of a dump.
  for (let at = 2; at + 1 < Math.min(head.length, 32); at += 2) {
    const [low, high] = little ? [head[at], head[at + 1]] : [head[at + 1], head[at]]
    if (high !== 0 || low === 0) return false
  }
  return true
}
