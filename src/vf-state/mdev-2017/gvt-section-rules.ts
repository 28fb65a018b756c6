import type { Path } from '../../findings/index.ts'
import { isOpaque } from '../../layout/index.ts'
import { ENTRY_SIZES, FIXED_SIZES } from './gvt-image.layout.ts'
import type { GvtParameters, PlacedSection } from './gvt-read.ts'
import { HEADER_SIZE } from './gvt-read.ts'
import type { Say } from './gvt-rules.ts'

/** What a loader refuses in one section, and what it takes without looking. */
export function judgeSection(section: PlacedSection, index: number, parameters: GvtParameters, say: Say): void {
  const { value, offset } = section
  const at = [offset + 4, 4, ['sections', index, 'size']] as const
  switch (value.type) {
    case 'CFG_SPACE':
    case 'VREG':
    case 'SREG':
      return judgeFixed(value.type, value.size, (message) => say('vf-state/gvt-section-size', message, ...at))
    case 'OPREGION': {
      if (value.body instanceof Uint8Array) {
        return judgeFixed(value.type, value.size, (message) => say('vf-state/gvt-section-size', message, ...at))
      }
      const message = `Its ${value.size} bytes are ${value.size / ENTRY_SIZES.execlist} entries.`
      return say('vf-state/gvt-execlist-8', message, offset, 4, ['sections', index, 'type'])
    }
    case 'GTT':
      if (value.size % ENTRY_SIZES.gtt === 0) return
      return say('vf-state/gvt-gtt-size', `The GTT has ${value.size} bytes, no multiple of 8.`, ...at)
    case 'PPGTT':
      judgeList('PPGTT', value.size, ENTRY_SIZES.ppgtt, parameters.ppgttEntry, at, say)
      return judgeEntries(section, index, say)
    case 'WORKLOAD':
      judgeList('WORKLOAD', value.size, ENTRY_SIZES.workload, parameters.workloadEntry, at, say)
      return judgeEntries(section, index, say)
    case 'EXECLIST':
      judgeList('EXECLIST', value.size, [ENTRY_SIZES.execlist], 0, at, say)
  }
}

function judgeFixed(type: keyof typeof FIXED_SIZES, size: number, say: (message: string) => void): void {
  const expected = FIXED_SIZES[type]
  if (size !== expected) say(`The section ${type} has ${size} bytes, not ${expected}.`)
}

type At = readonly [offset: number, length: number, path: Path]

function judgeList(type: string, size: number, entries: readonly number[], chosen: number, at: At, say: Say): void {
  const possible = chosen === 0 ? entries : [chosen]
  const fitting = possible.filter((entry) => size % entry === 0)
  if (fitting.length === 0) {
    const message = `The ${size} bytes of ${type} are no whole number of entries of ${possible.join(' or ')} bytes.`
    say('vf-state/gvt-list-size', message, ...at)
  } else if (fitting.length > 1 && size > 0) {
    const counts = fitting.map((entry) => `${size / entry} entries of ${entry}`)
    say('vf-state/gvt-list-ambiguous', `The ${size} bytes of ${type} are ${counts.join(' or ')} bytes.`, ...at)
  }
}

/** Engines of the chips of 2017: render, blitter, two video, video enhancement. */
const ENGINES = 5
const LEVELS: readonly unknown[] = [9, 10, 11, 12]
/** Of `emulateScheduleIn` in an entry. */
const SCHEDULE_IN_AT = 4

function judgeEntries({ value, offset, length }: PlacedSection, index: number, say: Say): void {
  const { body } = value
  if (!Array.isArray(body) || isOpaque(body) || body.length === 0) return
  const size = (length - HEADER_SIZE) / body.length
  for (const [at, entry] of (body as readonly Readonly<Record<string, unknown>>[]).entries()) {
    const start = offset + HEADER_SIZE + at * size
    const path = ['sections', index, 'body', at]
    const { ringId, level, emulateScheduleIn } = entry
    if (typeof ringId === 'number' && (ringId < 0 || ringId >= ENGINES)) {
      const message = `The engine is ${ringId}; they count from 0 to ${ENGINES - 1}.`
      say('vf-state/gvt-ring-id', message, start, 4, [...path, 'ringId'])
    }
    if (typeof emulateScheduleIn === 'number') {
      const place = [start + SCHEDULE_IN_AT, 1, [...path, 'emulateScheduleIn']] as const
      say('vf-state/gvt-schedule-in', `emulateScheduleIn is ${emulateScheduleIn}.`, ...place)
    }
    if (level !== undefined && !LEVELS.includes(level)) {
      say('vf-state/gvt-ppgtt-level', `The root type is ${level}.`, start, 4, [...path, 'level'])
    }
  }
}
