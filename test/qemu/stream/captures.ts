import { readdirSync } from 'node:fs'
import type { PushReader, ReadEvent } from '../../../src/layout/index.ts'
import { facts, fixture } from '../fixture.ts'

/** A captured stream, and the names of what other programs say of it. */
export interface Capture {
  readonly name: string
  readonly stream: string
  /** What QEMU's analyzer prints of the devices. */
  readonly state?: string
  readonly sections?: string
  readonly walk?: string
}

/** The streams of a folder of `fixtures/qemu`: every file that has one. */
function capturesOf(folder: string): Capture[] {
  const files = readdirSync(new URL(`../../../fixtures/qemu/${folder}/`, import.meta.url))
  const streams = files.filter((file) => /^[a-z]+(\.ch0)?(\.src2dst)?\.bin\.gz$/.test(file))
  return streams.map((stream) => {
    const base = stream.replace('.bin.gz', '')
    const beside = (endings: readonly string[]) => {
      const file = files.find((one) => endings.some((ending) => one === base + ending))
      return file === undefined ? undefined : `qemu/${folder}/${file}`
    }
    const state = beside(['.state.json.gz', '.state-patched.json.gz'])
    const sections = beside(['.sections.json'])
    const walk = beside(['.walk.json'])
    return {
      name: streams.length > 1 ? `${folder} ${base}` : folder,
      stream: `qemu/${folder}/${stream}`,
      ...(state === undefined ? {} : { state }),
      ...(sections === undefined ? {} : { sections }),
      ...(walk === undefined ? {} : { walk }),
    }
  })
}

const folders = readdirSync(new URL('../../../fixtures/qemu/', import.meta.url), { withFileTypes: true })

export const captures: readonly Capture[] = folders.flatMap((entry) =>
  entry.isDirectory() && entry.name !== 'firmware' ? capturesOf(entry.name) : [],
)

/** Streams that have one of the judgements, as rows of a table. */
export const withFacts = (kind: 'state' | 'sections' | 'walk') =>
  captures.flatMap((capture) => {
    const path = capture[kind]
    return path === undefined ? [] : [[capture.name, { ...capture, path }] as const]
  })

export const streamOf = ({ stream }: Capture): Uint8Array => fixture(stream)

/** A section as the program found it that was made from QEMU's analyzer; lengths do not count footers. */
export interface OracleSection {
  readonly type: string
  readonly offset: number
  readonly length: number
  readonly sectionId: number
  readonly name: string
  readonly instance?: number
  readonly version?: number
  readonly footer?: boolean
}

export interface OracleSections {
  readonly sections: readonly OracleSection[]
  readonly ramBlocks?: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>
}

/** An element as a second program found it. */
export interface Step {
  readonly offset: number
  readonly type: string
  readonly length: number
  readonly name?: string
  readonly sectionId?: number
  readonly machine?: string
  readonly capabilities?: readonly string[]
  readonly records?: Readonly<Record<string, number>> | readonly OracleChunk[]
  readonly blocks?: Readonly<Record<string, OracleBlock>>
  readonly command?: string
  readonly argLength?: number
  readonly value?: number
  readonly pagesizes?: readonly string[]
  readonly block?: string
  readonly ranges?: readonly (readonly [string, string])[]
  readonly payloadLength?: number
  readonly contents?: readonly Step[]
  /** From the first device on that program looks no further. */
  readonly rest?: number
}

export interface OracleBlock {
  readonly length: number
  readonly bitmapOffset?: number
  readonly pagesOffset?: number
  readonly setPages?: number
}

export interface OracleChunk {
  readonly offset: number
  readonly flags: string
  readonly node?: string
  readonly bitmap?: string
  readonly granularity?: number
  readonly sectors?: number
  readonly bufferBytes?: number
  readonly popcount?: number
}

/** The elements of a walk; parts of a package follow their command. */
export function stepsOf(path: string): readonly Step[] {
  const walk = facts<readonly Step[] | { sections: readonly Step[] }>(path)
  const steps = 'sections' in walk ? walk.sections : walk
  return steps.flatMap(({ contents = [], ...step }) => {
    const start = step.offset + 9
    const inside = contents.map((one) => ({ ...one, offset: one.offset + start }))
    return [inside.length > 0 ? { ...step, length: 9 } : step, ...inside]
  })
}

/** Everything that a reader says of bytes that come in chunks; the memory of a chunk is written over afterwards. */
export function* eventsOf(reader: PushReader, bytes: Uint8Array, size = bytes.length): Generator<ReadEvent> {
  const chunk = new Uint8Array(size)
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size)
    chunk.set(piece)
    yield* reader.push(chunk.subarray(0, piece.length))
    chunk.fill(0xa5)
  }
  yield* reader.end()
}
