import type { Path, Place } from '../../findings/index.ts'
import { CONTINUE } from './body.layout.ts'
import type { deviceStateBodyCodes } from './codes.ts'
import { type BodyReading, CHUNK_HEADER, FLAG_SIZE, isKnownFlag, TOTAL } from './pieces.ts'
import type { MemoryPayload, StreamPart } from './value.ts'

/** The section that a body stood in, and the regions of the device that is to take it; 0: not known. */
export interface BodyContext {
  readonly section: 'unknown' | 'start' | 'part' | 'end'
  readonly configRegion: number
  readonly memoryRegion: number
  /** Of what changed there may be any chunks, in rising order. */
  readonly memory: 'whole' | 'changed'
}

type Say = (code: keyof typeof deviceStateBodyCodes.entries, message: string, place: Place) => void

/** What sections hold, flags of their parts in order. */
const BODIES = {
  start: ['setup', 'setup device-memory'],
  part: ['device-memory'],
  end: ['pci device-config', 'device-memory pci device-config'],
} as const

export function judgeBody({ value, offsets }: BodyReading, bytes: Uint8Array, context: BodyContext, say: Say): void {
  const { parts } = value
  const whole = { offset: 0, length: offsets.at(-1) as number, path: ['parts'] }
  for (const [index, part] of parts.entries()) {
    const offset = offsets[index] as number
    const path: Path = ['parts', index]
    judgeFlag(bytes[offset] as number, index === parts.length - 1, { offset, length: FLAG_SIZE, path }, say)
    judgePayload(part, offset + FLAG_SIZE, path, context, say)
  }
  if (parts.some((_, index) => !isKnownFlag(bytes[offsets[index] as number] as number))) return
  judgeOrder(parts, context.section, whole, say)
}

function judgeFlag(flag: number, isLast: boolean, { path, ...range }: Place, say: Say): void {
  const place = { ...range, path: [...path, 'flags'] }
  const shown = `0x${flag.toString(16).padStart(2, '0')}`
  if (!isKnownFlag(flag)) say('vf-state/stream-flag', `The flag byte is ${shown}.`, place)
  if (isLast && (flag & CONTINUE) !== 0) {
    say('vf-state/stream-flag-continues', `The flag byte ${shown} continues, and nothing follows.`, place)
  }
}

function judgeOrder(parts: readonly StreamPart[], section: BodyContext['section'], place: Place, say: Say): void {
  const kinds = parts.map(({ flags }) => String(flags.data))
  const order = kinds.join(' ')
  const allowed: readonly string[] = section === 'unknown' ? Object.values(BODIES).flat() : BODIES[section]
  if ((section === 'end' || kinds.includes('pci')) && !kinds.includes('device-config')) {
    say('vf-state/stream-no-config', `The body holds ${order}, no device-config.`, place)
  } else if (!allowed.includes(order)) {
    const where = section === 'unknown' ? 'of no section' : `not of ${section.toUpperCase()}`
    say('vf-state/stream-order', `The body holds ${order}, which is ${where}.`, place)
  }
}

function judgePayload(part: StreamPart, offset: number, path: Path, context: BodyContext, say: Say): void {
  const { deviceConfig, deviceMemory } = part
  const { configRegion } = context
  if (deviceConfig !== undefined && configRegion > 0 && deviceConfig.length > configRegion) {
    const message = `The device config has ${deviceConfig.length} bytes, its region ${configRegion}.`
    say('vf-state/device-config-too-long', message, {
      offset,
      length: TOTAL,
      path: [...path, 'deviceConfig', 'length'],
    })
  }
  if (deviceMemory !== undefined) judgeMemory(deviceMemory, offset, [...path, 'deviceMemory'], context, say)
}

/** Chunks follow one another from 0 to the total length. */
function judgeMemory(memory: MemoryPayload, from: number, path: Path, context: BodyContext, say: Say): void {
  const { memoryRegion: region } = context
  const isWhole = context.memory === 'whole'
  const { totalLength, chunks } = memory
  let offset = from + TOTAL
  let expected = 0n
  for (const [index, { length, pos }] of chunks.entries()) {
    const here: Path = [...path, 'chunks', index]
    const atLength = { offset, length: TOTAL, path: [...here, 'length'] }
    const atPos = { offset: offset + TOTAL, length: TOTAL, path: [...here, 'pos'] }
    const end = pos + length
    if (length === 0n) say('vf-state/memory-chunk-empty', 'The chunk has no bytes.', atLength)
    if (region > 0 && length > region) {
      say('vf-state/memory-chunk-too-long', `The chunk has ${length} bytes, the region ${region}.`, atLength)
    }
    if (region > 0 && pos % BigInt(region) !== 0n) {
      say('vf-state/memory-chunk-position', `The chunk starts at ${pos}, the region has ${region} bytes.`, atPos)
    }
    if (pos < expected) say('vf-state/memory-chunk-overlap', `The chunk starts at ${pos}, not ${expected}.`, atPos)
    if (isWhole && pos > expected)
      say('vf-state/memory-chunk-gap', `The chunk starts at ${pos}, not ${expected}.`, atPos)
    if (isWhole && end > totalLength) {
      say('vf-state/memory-past-total', `The chunk ends at ${end}, the total length is ${totalLength}.`, atLength)
    }
    expected = end
    offset += CHUNK_HEADER + Number(length)
  }
}
