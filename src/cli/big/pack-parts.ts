import './native-hashes.ts'
import { randomUUID } from 'node:crypto'
import { fromHex } from '../../layout/index.ts'
import { detectFormats, findFormat } from '../../registry/index.ts'
import { CHUNK, deflated, MigrationStreamWriter, payloadBytes, type RecordInput } from '../../stream/index.ts'
import { Complaint } from '../complaint.ts'
import { checkFormat } from '../known.ts'
import { openInput } from '../open.ts'
import { plainHead } from '../plain-source.ts'
import { openSource, type Source } from '../source.ts'
import { refuseInputs } from './output-file.ts'
import { type DeviceWords, devicesOf, type PartWord, ROLES, type Role } from './part-words.ts'

interface PartsOptions {
  readonly device: string | undefined
  readonly design: string | undefined
  readonly uuid: string | undefined
  readonly isDeflated: boolean
  /** File that is written: none of the parts may be it. */
  readonly output: string | undefined
}

/** The stream that files make, piece by piece. @throws Complaint, DecodeError or a system error */
export async function* partsToStream(words: readonly string[], options: PartsOptions): AsyncGenerator<Uint8Array> {
  const devices = devicesOf(words, options.device)
  const uuid = uuidOf(options.uuid)
  refuseInputs(
    options.output,
    devices.flatMap(({ parts }) => parts.map(({ path }) => path)),
  )
  // What a part is has to be clear before the first byte is written.
  const known = []
  for (const { facts, parts } of devices) {
    const told: KnownPart[] = []
    for (const part of parts) told.push(await knownPart(part))
    known.push({ facts, parts: told })
  }
  const writer = new MigrationStreamWriter({ uuid })
  yield writer.begin()
  for (const [device, { facts, parts }] of known.entries()) {
    const space = parts.find(({ role }) => role === 'config-space')
    const ids = space === undefined ? NO_IDS : idsOf((await openInput(space.path, CONFIG_SPACE)).bytes)
    yield* writer.record({ type: 'device', device, payload: identity(facts, ids) })
    if (options.design !== undefined) yield* writer.record({ type: 'design', device, payload: design(options.design) })
    for (const part of parts) {
      for await (const record of recordsOf(part)) {
        yield* writer.record({ ...(options.isDeflated ? await compressed(record) : record), device })
      }
    }
  }
  yield* writer.end()
}

type Content = Omit<RecordInput, 'device'>

const CONFIG_SPACE = { as: 'pci-config-space' } as const

/** A part of which it is known what it is. */
interface KnownPart {
  readonly path: string
  readonly role: Role
  /** Name of the format of a state; empty where it is not known. */
  readonly format: string
}

async function knownPart({ path, role, format }: PartWord): Promise<KnownPart> {
  checkFormat(format)
  if (path === '-') throw new Complaint('A part is a file, so that it can be looked at first; standard input is none.')
  const source = await openSource(path)
  try {
    const detected = detectFormats(await plainHead(source))[0]?.format.name
    const found = role ?? (detected === undefined ? undefined : roleOf(detected))
    if (found === undefined) {
      throw new Complaint(
        `${path} does not show what it is; say it, such as device-state=${path}, or ${ROLES.join(', ')}.`,
      )
    }
    const isState = detected !== undefined && roleOf(detected) === 'device-state'
    return { path, role: found, format: format ?? (found === 'device-state' && isState ? detected : '') }
  } finally {
    source.close()
  }
}

/** What a file of a format is packed as. */
function roleOf(format: string): Role | undefined {
  if (format === 'pci-config-space' || format === 'migration-trace') {
    return format === 'migration-trace' ? 'trace' : 'config-space'
  }
  return /-state(-\d{4})?$/.test(format) && findFormat(format) !== undefined ? 'device-state' : undefined
}

async function* recordsOf({ path, role, format }: KnownPart): AsyncGenerator<Content> {
  if (role === 'config-space') {
    yield { type: role, payload: (await openInput(path, CONFIG_SPACE)).bytes }
    return
  }
  const source = await openSource(path)
  try {
    if (role === 'trace') {
      for await (const line of linesOf(source)) yield { type: 'trace-event', payload: { line } }
      return
    }
    let isFirst = true
    for await (const { piece, isLast } of chunksOf(source)) {
      const payload = isFirst ? firstPayload(role, format, piece, source) : piece
      yield { type: role, payload, goesOn: !isLast }
      isFirst = false
    }
  } finally {
    source.close()
  }
}

function firstPayload(role: Role, format: string, data: Uint8Array, { path, size }: Source): RecordInput['payload'] {
  if (role === 'msix-table' || role === 'msix-pba') return data
  if (role !== 'dirty-bitmap') return { formatLength: format.length, optionsLength: 0, format, options: '', data }
  if (size === undefined) throw new Complaint(`${path} has no size that could be known; copy it to a file first.`)
  const facts = { base: 0n, pages: BigInt(size) * 8n, pageSize: 4096, round: 0, encodingLength: 3, encoding: 'raw' }
  return { ...facts, data }
}

/** Pieces of 1 MiB, the last one shorter; at least one. */
async function* chunksOf(source: Source): AsyncGenerator<{ readonly piece: Uint8Array; readonly isLast: boolean }> {
  let piece = new Uint8Array(CHUNK)
  let filled = 0
  for await (const bytes of source.chunks()) {
    for (let at = 0; at < bytes.length; ) {
      if (filled === CHUNK) {
        yield { piece, isLast: false }
        piece = new Uint8Array(CHUNK)
        filled = 0
      }
      const some = bytes.subarray(at, at + CHUNK - filled)
      piece.set(some, filled)
      filled += some.length
      at += some.length
    }
  }
  yield { piece: piece.subarray(0, filled), isLast: true }
}

async function* linesOf(source: Source): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  try {
    for await (const bytes of source.chunks()) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() as string
      if (rest.length > CHUNK) throw new Complaint(`${source.path} has a line of more than 1 MiB, so it is no trace.`)
      for (const line of lines) if (line !== '') yield line
    }
    rest += decoder.decode()
  } catch (error) {
    throw error instanceof TypeError ? new Complaint(`${source.path} is not text, so it is no trace.`) : error
  }
  if (rest !== '') yield rest
}

/** The record with its payload compressed, where that makes it at least an eighth smaller. */
async function compressed(record: Content): Promise<Content> {
  const content = payloadBytes(record.type, record.payload)
  const payload = await deflated(content)
  return payload.length <= content.length - content.length / 8 ? { ...record, payload, isDeflated: true } : record
}

function design(name: string): RecordInput['payload'] {
  return { nameLength: bytesIn(name, 0xff, '--design'), variantLength: 0, name, variant: '' }
}

interface Ids {
  readonly vendorId: number
  readonly deviceId: number
  readonly subsystemVendorId: number
  readonly subsystemId: number
  readonly classCode: number
  readonly revisionId: number
}

const NO_IDS: Ids = { vendorId: 0, deviceId: 0, subsystemVendorId: 0, subsystemId: 0, classCode: 0, revisionId: 0 }

/** IDs of a configuration space of type 0. */
function idsOf(bytes: Uint8Array): Ids {
  if (bytes.length < 64) return NO_IDS
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return {
    vendorId: view.getUint16(0, true),
    deviceId: view.getUint16(2, true),
    subsystemVendorId: view.getUint16(0x2c, true),
    subsystemId: view.getUint16(0x2e, true),
    classCode: view.getUint32(8, true) >>> 8,
    revisionId: view.getUint8(8),
  }
}

function identity(facts: DeviceWords, ids: Ids): RecordInput['payload'] {
  const { address = '', driver = '', compatibility = '', vendor = ids.vendorId, device = ids.deviceId } = facts
  return {
    ...ids,
    vendorId: vendor,
    deviceId: device,
    addressLength: bytesIn(address, 0xff, 'address='),
    driverLength: bytesIn(driver, 0xffff, 'driver='),
    compatibilityLength: bytesIn(compatibility, 0xffff, 'compatibility='),
    address,
    driver,
    compatibility,
  }
}

function bytesIn(text: string, most: number, name: string): number {
  const { length } = new TextEncoder().encode(text)
  if (length > most) throw new Complaint(`${name} has ${length} bytes, more than ${most}; shorten it.`)
  return length
}

function uuidOf(text: string | undefined): Uint8Array {
  const uuid = text ?? randomUUID()
  const isRight = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid)
  const bytes = isRight ? fromHex(uuid.replaceAll('-', '')) : undefined
  if (bytes !== undefined) return bytes
  throw new Complaint(`${JSON.stringify(text)} is no UUID; give 32 hexadecimal digits in the form of uuidgen.`)
}
