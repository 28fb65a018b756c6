import { DecodeError, EncodeError, type Path } from '../../findings/index.ts'
import { type Json, type ReadEvent, recordOf } from '../../layout/index.ts'
import type { QemuReadOptions } from './options.ts'
import { qemuStreamReader } from './read.ts'

/** Members of entries in lists for readers that follow from the rest; the others are what the bytes are made of. */
const DERIVED: Readonly<Record<string, readonly string[]>> = {
  devices: ['name', 'instanceId', 'version', 'sectionId'],
  vfio: ['name', 'sectionId', 'records', 'deviceState'],
}

/**
 * Passes on the bytes of a stream that stands in JSON and reads them on the way: members for readers that are there have to
 * be those that follow from the bytes. What was left out is not missed.
 *
 * @throws EncodeError where one contradicts the bytes
 */
export function* derivedChecked(
  pieces: Iterable<Uint8Array>,
  json: Json,
  options: Pick<QemuReadOptions, 'offset' | 'description'>,
): Generator<Uint8Array> {
  const reader = qemuStreamReader(options)
  let isStream = true
  const read = (events: () => ReadEvent[]) => {
    if (!isStream) return
    try {
      check(events(), json)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      // Of bytes that are no stream nothing follows.
      isStream = false
    }
  }
  for (const piece of pieces) {
    read(() => reader.push(piece))
    yield piece
  }
  read(() => reader.end())
}

function check(events: readonly ReadEvent[], json: Json): void {
  for (const event of events) {
    if (event.kind !== 'value' || event.length > 0) continue
    const given = at(json, event.path)
    if (given === undefined) continue
    const names = DERIVED[String(event.path[0])]
    if (names === undefined) compare(given, event.json(), event.path)
    else {
      const [own, other] = [event.json(), given].map((entry) => recordOf(entry, event.path))
      for (const name of names) {
        if (other?.[name] !== undefined) compare(other[name] as Json, own?.[name] as Json, [...event.path, name])
      }
    }
  }
}

function at(json: unknown, path: Path): Json | undefined {
  return path.reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], json) as Json
}

function compare(given: Json, own: Json | undefined, path: Path): void {
  const [found, expected] = [given, own].map((value) => JSON.stringify(value) ?? 'nothing')
  if (found === expected) return
  const shorten = (text = '') => (text.length > 80 ? `${text.slice(0, 80)}…` : text)
  throw new EncodeError({ code: 'qemu/derived-member', path, expected: shorten(expected), found: shorten(found) })
}
