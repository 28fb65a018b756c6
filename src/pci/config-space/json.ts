import { atPath, type Path } from '../../findings/index.ts'
import { bytesFromJson, type Json, refuseStrangers, toHex, wrongType } from '../../layout/index.ts'
import { type Header, headerCodec } from '../header.ts'
import { catalogues, type ListName } from './catalogue.ts'
import { type CapabilityEntry, type ConfigSpace, ENTRY_MEMBERS, type ExtendedCapabilityEntry } from './value.ts'

type JsonObject = { [name: string]: Json }

/** A configuration space as lossless JSON. */
export function configSpaceToJson(value: ConfigSpace): Json {
  const { size, header, capabilities, extendedCapabilities, gaps, trailing } = value
  const json: JsonObject = {
    size,
    header: headerCodec(header.headerType.layout).toJson(header as never),
    capabilities: capabilities.map((entry) => entryToJson('capabilities', entry)),
    extendedCapabilities: extendedCapabilities.map((entry) => entryToJson('extendedCapabilities', entry)),
    gaps: gaps.map(({ offset, bytes }) => ({ offset, bytes: toHex(bytes) })),
  }
  if (trailing !== undefined) json.trailing = toHex(trailing)
  return json
}

function entryToJson(list: ListName, entry: CapabilityEntry): Json {
  const known = entry.layout === undefined ? undefined : catalogues[list].byLayout.get(entry.layout)
  if (known === undefined) return { ...(entry as JsonObject), opaque: toHex(entry.opaque as Uint8Array) }
  const registers = known.codec.toJson(entry as never) as JsonObject
  // Structures without 64-bit numbers and byte runs are their own JSON.
  return registers === (entry as JsonObject) ? registers : { ...(entry as JsonObject), ...registers }
}

/** @throws EncodeError for JSON that is not a configuration space */
export function configSpaceFromJson(json: Json): ConfigSpace {
  const members = ['size', 'header', 'capabilities', 'extendedCapabilities', 'gaps', 'trailing']
  const { size, header, capabilities, extendedCapabilities, gaps, trailing } = object(json, members, [])
  const layout = ((header as JsonObject | undefined)?.headerType as JsonObject | undefined)?.layout
  const value: ConfigSpace = {
    size: size as number,
    header: atPath(['header'], () => headerCodec(Number(layout)).fromJson(header ?? {})) as unknown as Header,
    capabilities: list('capabilities', capabilities),
    extendedCapabilities: list('extendedCapabilities', extendedCapabilities) as ExtendedCapabilityEntry[],
    gaps: array(gaps, ['gaps']).map((gap, index) => {
      const { offset, bytes } = object(gap, ['offset', 'bytes'], ['gaps', index])
      return { offset: offset as number, bytes: bytesFromJson(bytes, ['gaps', index, 'bytes']) }
    }),
  }
  if (trailing !== undefined) value.trailing = bytesFromJson(trailing, ['trailing'])
  return value
}

function list(name: ListName, json: Json | undefined): CapabilityEntry[] {
  return array(json, [name]).map((entry, index) => entryFromJson(name, entry, [name, index]))
}

function entryFromJson(list: ListName, json: Json, path: Path): CapabilityEntry {
  const entry = object(json, undefined, path)
  const known = typeof entry.layout === 'string' ? catalogues[list].byLayout.get(entry.layout) : undefined
  const head: JsonObject = {}
  const registers: JsonObject = {}
  for (const [name, value] of Object.entries(entry)) (ENTRY_MEMBERS.has(name) ? head : registers)[name] = value
  if (known === undefined) {
    object(json, [...ENTRY_MEMBERS], path)
    return { ...(head as unknown as CapabilityEntry), opaque: bytesFromJson(entry.opaque, [...path, 'opaque']) }
  }
  const value = atPath(path, () => known.codec.fromJson(registers))
  return { ...(head as unknown as CapabilityEntry), ...(value as Record<string, unknown>) }
}

function object(json: Json | undefined, members: readonly string[] | undefined, path: Path): JsonObject {
  if (json === undefined || json === null || typeof json !== 'object' || Array.isArray(json)) {
    throw wrongType(path, 'an object', json)
  }
  if (members !== undefined) refuseStrangers(json, members, path)
  return json
}

function array(json: Json | undefined, path: Path): Json[] {
  if (!Array.isArray(json)) throw wrongType(path, 'an array', json)
  return json
}
