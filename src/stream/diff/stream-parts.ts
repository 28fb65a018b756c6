import { DecodeError, type Finding } from '../../findings/index.ts'
import { isOpaque, type Located, movedFields, type ReadEvent } from '../../layout/index.ts'
import { blobPayloadCodec, dirtyBitmapPayloadCodec, memoryPagesPayloadCodec, vendorPayloadCodec } from '../codecs.ts'
import { streamCodes } from '../codes.ts'
import { inflatedRecord } from '../deflate.ts'
import { MOST_OPEN_PARTS } from '../integrity.ts'
import { LONGEST_PAYLOAD, NO_DEVICE, RECORD_HEADER, type StreamRecord, typeName } from '../record.ts'
import { payloadBytes } from '../write.ts'
import type { MigrationPart, PartBegin } from './parts.ts'
import { identityOf, isField, smallContent } from './small-records.ts'
import { type Region, StreamPages } from './stream-pages.ts'

/** Most bytes that a compressed record may have when it is inflated; one of more is compared as it stands. */
const LONGEST_INFLATED = 4 * LONGEST_PAYLOAD
const NOTHING: Uint8Array = new Uint8Array(0)

/** The parts of a migration stream, from what its reader says (`streamReader`, everything wanted). */
export async function* streamParts(
  events: AsyncIterable<ReadEvent> | Iterable<ReadEvent>,
): AsyncGenerator<MigrationPart> {
  const stream = new StreamParts()
  for await (const event of events) {
    if (event.kind === 'value' && event.path[0] === 'records') {
      yield* stream.record(await inflatedOrNot(event.value as StreamRecord), event.offset, event.length)
    } else yield* stream.other(event)
  }
  yield* stream.end()
}

interface Inflated {
  readonly record: StreamRecord
  /** As it stands in the stream. */
  readonly stored: StreamRecord
}

async function inflatedOrNot(stored: StreamRecord): Promise<Inflated> {
  if (!stored.header.flags.deflated || isOpaque(stored.payload)) return { record: stored, stored }
  try {
    return { record: await inflatedRecord(stored, { maxBytes: LONGEST_INFLATED }), stored }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { record: stored, stored }
  }
}

/** A part of which more chunks may come. */
interface Open {
  readonly id: number
  readonly type: string
  readonly device: number
  readonly pages?: StreamPages
}

class StreamParts {
  #ids = 0
  /** Number of what is no record and is told piece by piece. */
  #run = 0
  readonly #open = new Map<number, Open>()
  readonly #regions = new Map<number, Region>();

  /** What is no record. */
  *other(event: ReadEvent): Generator<MigrationPart> {
    if (event.kind === 'finding' && isDamage(event.finding)) yield { kind: 'damage' }
    else if (event.kind === 'value') yield* this.#whole({ type: 'header', head: event.fields().filter(isOfContent) }, 0)
    else if (event.kind === 'begin' && event.shape === 'bytes') {
      this.#run = this.#ids++
      const type = event.path[0] === 'trailing' ? 'trailing' : 'no-record'
      yield { kind: 'begin', id: this.#run, device: undefined, type, content: OPAQUE, offset: event.offset }
    } else if (event.kind === 'bytes') yield { kind: 'bytes', id: this.#run, bytes: event.bytes, offset: event.offset }
    else if (event.kind === 'end' && event.path.at(-1) !== 'records' && typeof event.path.at(-1) === 'string') {
      yield { kind: 'end', id: this.#run }
    }
  }

  *record({ record, stored }: Inflated, offset: number, length: number): Generator<MigrationPart> {
    const { header, payload } = record
    const type = typeName(header)
    const place = { offset, length, isPacked: record !== stored }
    // What carries the stream is no content of it.
    if ((type === 'index' || type === 'end') && !isOpaque(payload)) return
    const before = this.#open.get(header.part)
    const goesOn = before !== undefined && header.chunk > 0 && before.type === type && before.device === header.device
    if (before !== undefined && !goesOn) yield* this.#close(header.part, before)
    let bytes: Uint8Array = payload instanceof Uint8Array ? payload : isOpaque(payload) ? payload.opaque : NOTHING
    let open = goesOn ? before : undefined
    if (open === undefined) {
      const begun = this.#begun(record, place)
      if (begun === undefined) return yield* this.#fill(record)
      yield* begun.parts
      open = begun.open
      bytes = begun.bytes
      const oldest = this.#open.entries().next().value
      // As many as the format allows; of more the first are over.
      if (oldest !== undefined && this.#open.size === MOST_OPEN_PARTS) yield* this.#close(...oldest)
      this.#open.set(header.part, open)
    }
    if (open.pages !== undefined) yield* open.pages.push(bytes)
    else {
      const start = offset + RECORD_HEADER + Number(header.length) - bytes.length
      const where = place.isPacked ? { offset, packed: length } : { offset: start }
      yield { kind: 'bytes', id: open.id, bytes, ...where }
    }
    if (header.flags.last) yield* this.#close(header.part, open)
  }

  *end(): Generator<MigrationPart> {
    for (const [part, open] of this.#open) yield* this.#close(part, open)
  }

  *#close(part: number, open: Open): Generator<MigrationPart> {
    this.#open.delete(part)
    const rest = open.pages?.rest ?? NOTHING
    if (open.pages === undefined) yield { kind: 'end', id: open.id }
    else if (rest.length > 0) yield* this.#whole({ type: 'memory-pages' }, 0, rest)
  }

  *#whole(facts: Pick<PartBegin, 'type' | 'head'>, offset: number, bytes = NOTHING): Generator<MigrationPart> {
    const id = this.#ids++
    yield { kind: 'begin', id, device: undefined, content: OPAQUE, offset, ...facts }
    yield { kind: 'bytes', id, bytes, offset }
    yield { kind: 'end', id }
  }

  /** The first chunk of a part; undefined for pages that are told at once. */
  #begun(record: StreamRecord, place: StoredPlace) {
    const { header, payload } = record
    const type = typeName(header)
    const device = header.device
    const id = this.#ids++
    const parts: MigrationPart[] = []
    const begin = (facts: Partial<PartBegin>, bytes: Uint8Array, pages?: StreamPages) => {
      const owner = device === NO_DEVICE ? undefined : device
      if (pages === undefined) {
        parts.push({ kind: 'begin', id, device: owner, type, content: OPAQUE, offset: place.offset, ...facts })
      }
      return { parts, bytes, open: { id, type, device, ...(pages && { pages }) } satisfies Open }
    }
    if (payload instanceof Uint8Array) {
      const name = header.flags.deflated || header.chunk > 0 ? undefined : RAW_FORMATS[type]
      return begin(name === undefined ? {} : { content: { kind: 'format', name, options: [] } }, payload)
    }
    if (isOpaque(payload)) return begin({}, payload.opaque)
    const head = (codec: Pick<typeof blobPayloadCodec, 'fields'>) =>
      headOf(codec.fields(payloadBytes(header.kind.type, { ...payload, data: NOTHING })), place)
    if ('format' in payload) {
      const { format, options, data } = payload
      const content = {
        kind: 'format',
        name: format,
        options: options.split('\n').filter((text) => text !== ''),
      } as const
      return begin({ head: head(blobPayloadCodec), pairing: format, content: format === '' ? OPAQUE : content }, data)
    }
    if ('encoding' in payload) {
      const { base, pages, pageSize, round, encoding, data } = payload
      const content = { kind: 'bitmap', encoding, base, pages, pageSize } as const
      const pairing = `${round} ${base} ${pages} ${pageSize}`
      return begin({ head: head(dirtyBitmapPayloadCodec), pairing, content }, data)
    }
    if ('subtype' in payload) {
      const { vendorId, subtype, data } = payload
      return begin({ head: head(vendorPayloadCodec), pairing: `${vendorId} ${subtype}` }, data)
    }
    if ('firstPage' in payload) {
      const region = this.#regions.get(payload.region)
      const pages = StreamPages.of(payload, region)
      if (pages === undefined) return begin({ head: head(memoryPagesPayloadCodec) }, payload.data)
      return pages.byte === undefined ? begin({}, payload.data, pages) : undefined
    }
    if ('base' in payload && 'region' in payload) {
      const { region: number, name, base, pageSize } = payload
      const region = { number, pageSize }
      this.#regions.set(number, region)
      const unit = StreamPages.unit(region)
      if (unit !== undefined) parts.push({ kind: 'region', region: number, name, base, unit })
    }
    const identity = identityOf(payload)
    if (identity !== undefined) parts.unshift({ kind: 'device', device, ...identity })
    return begin(smallContent(payload), payloadBytes(header.kind.type, payload))
  }

  *#fill({ payload }: StreamRecord): Generator<MigrationPart> {
    if (payload instanceof Uint8Array || isOpaque(payload) || !('firstPage' in payload)) return
    const pages = StreamPages.of(payload, this.#regions.get(payload.region))
    if (pages?.byte !== undefined) yield pages.fill(pages.byte)
  }
}

interface StoredPlace {
  readonly offset: number
  readonly length: number
  readonly isPacked: boolean
}

const OPAQUE = { kind: 'opaque' } as const

/** Types whose payload is bytes in a format of PCI. */
const RAW_FORMATS: Readonly<Record<string, string>> = {
  'config-space': 'pci-config-space',
  'msix-table': 'msix-table',
  'msix-pba': 'msix-pba',
}

/** Of a header what says how the content is to be read; its UUID is of the stream. */
const isOfContent = ({ path }: Located) => /^version$|Features$/.test(String(path.at(-1)))

/** Fields in front of the data, where they lie in the stream. */
function headOf(fields: readonly Located[], { offset, length, isPacked }: StoredPlace): Located[] {
  const own = fields.filter((field) => isField(field) && field.path.at(-1) !== 'data')
  if (isPacked) return own.map((field) => ({ ...field, offset, length }))
  return movedFields(own, offset + RECORD_HEADER, [])
}

/** What is unknown and in order is no damage; nor is what the records say. */
const isDamage = ({ code, severity }: Finding) => code in streamCodes.entries && severity !== 'info'
