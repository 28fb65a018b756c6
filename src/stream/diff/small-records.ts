import type { Located, StructType, Value } from '../../layout/index.ts'
import * as codecs from '../codecs.ts'
import type { streamRecord } from '../record.layout.ts'
import type { DeviceFacts, PartBegin } from './parts.ts'

type Payload = Exclude<Value<typeof streamRecord>['payload'], Uint8Array | { readonly opaque: Uint8Array }>

/** The length of a text says nothing that the text does not. */
export const isField = ({ path }: Located) => !/.Length$/.test(String(path.at(-1)))

/** How the records are compared that are a few fields and nothing else. */
export function smallContent(payload: Payload): Pick<PartBegin, 'content' | 'group' | 'pairing'> {
  if ('driver' in payload) return fieldsOf(codecs.devicePayloadCodec)
  if ('variant' in payload) return fieldsOf(codecs.designPayloadCodec)
  if ('from' in payload) {
    const { side, from, to } = payload
    return { ...eventOf(codecs.transitionPayloadCodec), pairing: `${side} ${payload.interface} ${from} ${to}` }
  }
  if ('vector' in payload) {
    return { ...eventOf(codecs.irqPayloadCodec), pairing: `${payload.side} ${payload.what} ${payload.vector}` }
  }
  if ('line' in payload) {
    const [, kind] = /"kind":"([^"]*)"/.exec(payload.line) ?? []
    return { ...eventOf(codecs.tracePayloadCodec), pairing: kind ?? '' }
  }
  if ('note' in payload) return fieldsOf(codecs.notePayloadCodec)
  if ('region' in payload && 'name' in payload) {
    // The number is a reference within the stream, where there is a name.
    const { name, region } = payload
    const isOwn = ({ path }: Located) => name === '' || path.at(-1) !== 'region'
    return { ...fieldsOf(codecs.memoryRegionPayloadCodec, isOwn), group: name === '' ? `${region}` : name }
  }
  return { content: { kind: 'opaque' } }
}

interface Fields {
  readonly type: StructType
  fields(bytes: Uint8Array): Located[]
}

const fieldsOf = (codec: Fields, isOwn: (field: Located) => boolean = () => true): Pick<PartBegin, 'content'> => ({
  content: { kind: 'fields', fields: (bytes) => codec.fields(bytes).filter((field) => isField(field) && isOwn(field)) },
})

/** An event is the same whenever it happens. */
function eventOf(codec: Fields): Pick<PartBegin, 'content'> {
  const fields = (bytes: Uint8Array) => codec.fields(bytes).filter(isField)
  return { content: { kind: 'fields', fields, compared: (bytes) => fields(bytes).flatMap(timeless) } }
}

function timeless(field: Located): Located[] {
  const name = field.path.at(-1)
  if (name === 'time') return []
  return [name === 'line' ? { ...field, value: timelessLine(String(field.value)) } : field]
}

/** A line of a trace without the time that stands in it. */
function timelessLine(line: string): string {
  try {
    const event: unknown = JSON.parse(line)
    if (event === null || typeof event !== 'object') return line
    const { at: _, ...rest } = event as { readonly at?: unknown }
    return JSON.stringify(rest)
  } catch {
    // What is no JSON is compared as it is.
    return line
  }
}

/** Who the device is of which this is the record; undefined for any other record. */
export function identityOf(payload: Payload): Pick<DeviceFacts, 'address' | 'ids'> | undefined {
  if (!('driver' in payload)) return undefined
  const { address, vendorId, deviceId, subsystemVendorId, subsystemId } = payload
  const isKnown = vendorId !== 0 && vendorId !== 0xffff
  return { address, ids: isKnown ? [vendorId, deviceId, subsystemVendorId, subsystemId].join(' ') : '' }
}

/** The fields in front of a state, which say how it is to be read; they lie nowhere. */
export function stateHead(format: string, options: string): Located[] {
  const lengths = { formatLength: format.length, optionsLength: options.length }
  const head = codecs.blobPayloadCodec.encode({ ...lengths, format, options, data: new Uint8Array(0) })
  return codecs.blobPayloadCodec.fields(head).filter((field) => isField(field) && field.path.at(-1) !== 'data')
}
