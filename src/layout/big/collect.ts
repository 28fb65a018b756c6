import type { Finding, Path, PathPart } from '../../findings/index.ts'
import type { Located } from '../walk.ts'
import type { PushReader, ReadEvent } from './events.ts'

/** What a reader said of an input that was there as a whole. */
export interface Collected {
  /** The value that its parts make up. */
  readonly value: unknown
  readonly findings: Finding[]
}

/** Reads an input that is in memory. Runs of bytes are views of it. @throws DecodeError */
export function collected(reader: PushReader, bytes: Uint8Array): Collected {
  const value: Tree = {}
  const findings: Finding[] = []
  for (const event of eventsOf(reader, bytes)) {
    if (event.kind === 'finding') findings.push(event.finding)
    else if (event.kind === 'value') place(value, event.path, event.value)
    else if (event.kind === 'begin')
      place(value, event.path, event.shape === 'list' ? [] : event.shape === 'object' ? {} : bytes.subarray(0, 0))
    else if (event.kind === 'end') {
      const start = event.offset - event.length
      if (at(value, event.path) instanceof Uint8Array) place(value, event.path, bytes.subarray(start, event.offset))
    }
  }
  return { value, findings }
}

/** Every field of an input that is in memory. @throws DecodeError */
export function collectedFields(
  reader: PushReader,
  bytes: Uint8Array,
  run: (path: Path, offset: number, value: Uint8Array) => Located,
): Located[] {
  const fields: Located[] = []
  for (const event of eventsOf(reader, bytes)) {
    if (event.kind === 'value') for (const field of event.fields()) fields.push(field)
    if (event.kind === 'bytes') {
      // Runs come in pieces; whoever looks at fields wants them whole.
      const last = fields.at(-1)
      const isMore = last !== undefined && last.offset + last.length === event.offset && samePath(last.path, event.path)
      if (isMore) fields.pop()
      const start = isMore ? last.offset : event.offset
      fields.push(run(event.path, start, bytes.subarray(start, event.offset + event.length)))
    }
  }
  return fields
}

function* eventsOf(reader: PushReader, bytes: Uint8Array): Generator<ReadEvent> {
  yield* reader.push(bytes)
  yield* reader.end()
}

type Tree = { [name: PathPart]: unknown }

const at = (tree: Tree, path: Path): unknown => path.reduce<unknown>((inner, part) => (inner as Tree)[part], tree)

function place(tree: Tree, path: Path, value: unknown): void {
  const parent = at(tree, path.slice(0, -1)) as Tree
  parent[path.at(-1) as PathPart] = value
}

const samePath = (a: Path, b: Path) => a.length === b.length && a.every((part, index) => part === b[index])
