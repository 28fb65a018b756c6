import type { MigrationSample } from '../../dirty-bitmap/index.ts'
import { counted } from '../../findings/index.ts'
import { CaptureError } from '../errors.ts'
import { excerpt, LINE_FEED } from '../text.ts'

const OPEN = 0x7b
const CLOSE = 0x7d
const QUOTE = 0x22
const BACKSLASH = 0x5c

const DEFAULT_PAGE_SIZE = 4096

/** Whether text may be JSON answers, or a QMP log: an object comes first, whatever marks its direction. */
export function isQueryMigrate(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head.subarray(0, 4096))
  return /^\ufeff?[\s\d[\]:.,TZ<>-]*\{\s*("|\})/.test(text)
}

/**
 * Reads a series of answers of `query-migrate`: one JSON object a line or spread over lines, in a list or not, bare or
 * in a `return`, also in a QMP log. Answers of `query-migrate-parameters` give the downtime limit. `mbps` is in 10^6 bits per
 * second, times are in milliseconds (qapi/migration.json).
 *
 * @throws CaptureError where an object is damaged, or none is about a migration
 */
export function readQueryMigrate(text: Uint8Array): MigrationSample[] {
  const samples: MigrationSample[] = []
  let downtimeLimit: number | undefined
  let objects = 0
  for (const value of jsonObjects(text)) {
    objects += 1
    const answer = objectIn(value, 'return') ?? value
    downtimeLimit = seconds(answer, 'downtime-limit') ?? downtimeLimit
    const sample = sampleOf(answer, downtimeLimit)
    if (sample !== undefined) samples.push(sample)
  }
  if (samples.length > 0) return samples
  throw new CaptureError({
    code: 'capture/no-migration-status',
    expected: 'answers of query-migrate with a "ram" object',
    found: `${counted(objects, 'JSON object')} without one`,
  })
}

type Json = Readonly<Record<string, unknown>>

function sampleOf(answer: Json, downtimeLimit: number | undefined): MigrationSample | undefined {
  const ram = objectIn(answer, 'ram')
  if (ram === undefined) return undefined
  const pageSize = numberIn(ram, 'page-size') || DEFAULT_PAGE_SIZE
  const pagesDirtied = numberIn(ram, 'dirty-pages-rate')
  const megabits = numberIn(ram, 'mbps')
  const vfio = objectIn(answer, 'vfio')
  return {
    status: typeof answer.status === 'string' ? answer.status : undefined,
    time: seconds(answer, 'total-time'),
    total: numberIn(ram, 'total'),
    remaining: numberIn(ram, 'remaining'),
    transferred: numberIn(ram, 'transferred'),
    dirtyRate: pagesDirtied === undefined ? undefined : pagesDirtied * pageSize,
    bandwidth: megabits === undefined ? undefined : (megabits * 1e6) / 8,
    round: numberIn(ram, 'dirty-sync-count'),
    pageSize,
    downtimeLimit,
    expectedDowntime: seconds(answer, 'expected-downtime'),
    downtime: seconds(answer, 'downtime'),
    vfioTransferred: vfio === undefined ? undefined : (numberIn(vfio, 'transferred') ?? 0),
    throttle: numberIn(answer, 'cpu-throttle-percentage'),
  }
}

/** All objects of the outermost level. Text between them is left out. */
function* jsonObjects(text: Uint8Array): Generator<Json> {
  let line = 1
  let start = -1
  let startLine = 1
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]
    if (byte === LINE_FEED) line += 1
    if (inString) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) inString = false
    } else if (byte === OPEN) {
      if (depth === 0) [start, startLine] = [at, line]
      depth += 1
    } else if (depth > 0) {
      if (byte === QUOTE) inString = true
      else if (byte === CLOSE) depth -= 1
      if (depth === 0) yield parse(text.subarray(start, at + 1), startLine)
    }
  }
  if (depth > 0) throw badJson(text.subarray(start), startLine)
}

function parse(text: Uint8Array, line: number): Json {
  try {
    return JSON.parse(new TextDecoder().decode(text))
  } catch {
    throw badJson(text, line)
  }
}

function badJson(text: Uint8Array, line: number): CaptureError {
  const feed = text.indexOf(LINE_FEED)
  return new CaptureError({
    code: 'capture/bad-json',
    line,
    expected: 'a whole JSON object',
    found: excerpt(text, 0, feed === -1 ? text.length : feed),
  })
}

function objectIn(value: Json, name: string): Json | undefined {
  const member = value[name]
  return typeof member === 'object' && member !== null && !Array.isArray(member) ? (member as Json) : undefined
}

/** A number that a rate, size or time can be. */
function numberIn(value: Json, name: string): number | undefined {
  const member = value[name]
  return typeof member === 'number' && Number.isFinite(member) && member >= 0 ? member : undefined
}

function seconds(value: Json, name: string): number | undefined {
  const milliseconds = numberIn(value, name)
  return milliseconds === undefined ? undefined : milliseconds / 1000
}
