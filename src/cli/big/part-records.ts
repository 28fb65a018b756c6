import { EncodeError, printPath } from '../../findings/index.ts'
import type { Json } from '../../layout/index.ts'
import { CHUNK, payloadFromJson, type RecordInput } from '../../stream/index.ts'
import { Complaint } from '../complaint.ts'
import { openInput } from '../open.ts'
import { openSource, type Source } from '../source.ts'
import type { KnownPart } from './known-parts.ts'
import { CONFIG_SPACE, lengthOf } from './part-identity.ts'
import { EVENT_ROLES, type EventRole } from './part-words.ts'

export type Content = Omit<RecordInput, 'device'>

/** The records of a part that is neither memory nor a bitmap. @throws Complaint, DecodeError or a system error */
export async function* recordsOf(part: KnownPart): AsyncGenerator<Content> {
  const { path, role } = part
  if (role === 'config-space') {
    yield { type: role, payload: (await openInput(path, CONFIG_SPACE)).bytes }
    return
  }
  const source = await openSource(path)
  try {
    if (role === 'trace') {
      for await (const line of linesOf(source, 'trace')) yield { type: 'trace-event', payload: { line } }
    } else if (role === 'note') yield { type: role, payload: { note: await noteOf(source) } }
    else if (role in EVENT_ROLES) yield* eventsOf(source, role as EventRole)
    else yield* chunkRecords(source, part)
  } finally {
    source.close()
  }
}

async function* chunkRecords(source: Source, part: KnownPart): AsyncGenerator<Content> {
  let isFirst = true
  for await (const { piece, isLast } of chunksOf(source.chunks())) {
    const payload = isFirst ? firstPayload(part, piece) : piece
    yield { type: part.role as Content['type'], payload, goesOn: !isLast }
    isFirst = false
  }
}

function firstPayload({ role, format, options, vendor }: KnownPart, data: Uint8Array): RecordInput['payload'] {
  if (role === 'msix-table' || role === 'msix-pba') return data
  if (role === 'vendor-private') return { ...vendor, data }
  const optionsLength = lengthOf(options, 0xffff, '--set')
  return { formatLength: format.length, optionsLength, format, options, data }
}

/** Pieces of 1 MiB unless said, the last one shorter; at least one. */
export async function* chunksOf(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  length = CHUNK,
): AsyncGenerator<{ readonly piece: Uint8Array; readonly isLast: boolean }> {
  let piece = new Uint8Array(length)
  let filled = 0
  for await (const more of bytes) {
    for (let at = 0; at < more.length; ) {
      if (filled === length) {
        yield { piece, isLast: false }
        piece = new Uint8Array(length)
        filled = 0
      }
      const some = more.subarray(at, at + length - filled)
      piece.set(some, filled)
      filled += some.length
      at += some.length
    }
  }
  yield { piece: piece.subarray(0, filled), isLast: true }
}

/** A line of JSON is an event; what is reserved need not be there, and a request that worked needs no result. */
async function* eventsOf(source: Source, role: EventRole): AsyncGenerator<Content> {
  const type = EVENT_ROLES[role]
  const usual = type === 'state-transition' ? { reserved: '0000', result: 0 } : { reserved: '0000' }
  let number = 0
  for await (const line of linesOf(source, `file of ${role}`)) {
    number += 1
    const refuse = (problem: string) => new Complaint(`${source.path}: event ${number}: ${problem}.`)
    let json: unknown
    try {
      json = JSON.parse(line)
    } catch (error) {
      throw refuse(`it is not JSON (${(error as Error).message})`)
    }
    if (json === null || typeof json !== 'object' || Array.isArray(json)) throw refuse('it is no object of JSON')
    try {
      yield { type, payload: payloadFromJson(type, { ...usual, ...(json as { [name: string]: Json }) }) }
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error
      throw refuse(`${printPath(error.path)}: expected ${error.expected}, found ${error.found}`)
    }
  }
}

async function noteOf(source: Source): Promise<string> {
  const lines: string[] = []
  for await (const line of linesOf(source, 'note')) lines.push(line)
  const note = lines.join('\n')
  lengthOf(note, CHUNK, source.path)
  return note
}

async function* linesOf(source: Source, kind: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  try {
    for await (const bytes of source.chunks()) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() as string
      if (rest.length > CHUNK) throw new Complaint(`${source.path} has a line of more than 1 MiB, so it is no ${kind}.`)
      for (const line of lines) if (line !== '') yield line
    }
    rest += decoder.decode()
  } catch (error) {
    throw error instanceof TypeError ? new Complaint(`${source.path} is not text, so it is no ${kind}.`) : error
  }
  if (rest !== '') yield rest
}
