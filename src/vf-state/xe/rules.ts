import type { Path } from '../../findings/index.ts'
import { isOpaque } from '../../layout/index.ts'
import type { XeCode } from './codes.ts'
import { XE_PACKET_HEADER, XE_VERSION } from './state.layout.ts'
import type { XePacket, XeState } from './state.ts'

type Say = (code: XeCode, message: string, offset: number, length: number, path: Path) => void

/** Offsets of fields in a packet's header. */
const TYPE_AT = 1
const TILE_AT = 2
const FLAGS_AT = 4
const OFFSET_AT = 8
const SIZE_AT = 16

/** @param total bytes of the whole state */
export function judgeXeState({ packets }: XeState, total: number, say: Say): void {
  if (isOpaque(packets)) return
  let offset = 0
  let trailer: number | undefined
  const vram: Chunk[] = []
  for (const [index, packet] of packets.entries()) {
    const path = ['packets', index]
    const held = Math.min(Number(packet.size), total - offset - XE_PACKET_HEADER)
    judgePacket(packet, { offset, held, path }, say)
    if (index === 0 && packet.type !== 'descriptor') {
      say('vf-state/xe-no-descriptor', `The first packet is ${named(packet)}.`, TYPE_AT, 1, [...path, 'type'])
    }
    if (trailer !== undefined) {
      const message = `The trailer is packet ${trailer}; ${named(packet)} follows.`
      say('vf-state/xe-after-trailer', message, offset, XE_PACKET_HEADER, path)
    } else if (packet.type === 'trailer') trailer = index
    if (packet.type === 'vram') vram.push({ ...packet, index, at: offset })
    offset += XE_PACKET_HEADER + held
  }
  if (trailer === undefined)
    say('vf-state/xe-no-trailer', `None of ${packets.length} packets is a trailer.`, 0, total, ['packets'])
  judgeVram(vram, say)
}

const named = ({ type }: XePacket) => (typeof type === 'string' ? `a ${type}` : `of type ${type}`)

interface Spot {
  readonly offset: number
  /** Bytes of payload that are there. */
  readonly held: number
  readonly path: Path
}

function judgePacket(packet: XePacket, { offset, held, path }: Spot, say: Say): void {
  const { version, type, tileId, gtId, flags, size, payload } = packet
  if (version !== XE_VERSION) {
    say('vf-state/xe-version', `The version is ${version}.`, offset, 1, [...path, 'version'])
  }
  if (typeof type === 'number') {
    say('vf-state/xe-unknown-type', `The type is ${type}.`, offset + TYPE_AT, 1, [...path, 'type'])
  }
  if (flags !== 0) {
    say('vf-state/xe-flags', `The flags are 0x${flags.toString(16)}.`, offset + FLAGS_AT, 4, [...path, 'flags'])
  }
  if (size > BigInt(held)) {
    const message = `The payload has ${size} bytes, of which ${held} are there.`
    say('vf-state/xe-past-end', message, offset + SIZE_AT, 8, [...path, 'size'])
  }
  const isWhole = type === 'descriptor' || type === 'trailer'
  if (isWhole && (tileId !== 0 || gtId !== 0)) {
    const message = `The ${type} is for tile ${tileId} and GT ${gtId}.`
    say('vf-state/xe-place', message, offset + TILE_AT, 2, [...path, tileId !== 0 ? 'tileId' : 'gtId'])
  }
  if (type === 'trailer' && (size !== 0n || packet.offset !== 0n)) {
    const message = `The trailer has ${size} bytes at offset ${packet.offset}.`
    say('vf-state/xe-trailer-payload', message, offset + OFFSET_AT, 16, [...path, size !== 0n ? 'size' : 'offset'])
  }
  if (type !== 'descriptor') return
  if (size % 4n !== 0n) {
    const message = `The descriptor has ${size} bytes.`
    say('vf-state/xe-descriptor-size', message, offset + SIZE_AT, 8, [...path, 'size'])
  }
  if (Array.isArray(payload))
    judgeKeys(payload, { offset: offset + XE_PACKET_HEADER, held, path: [...path, 'payload'] }, say)
}

type Keys = Extract<XePacket['payload'], readonly unknown[]>

function judgeKeys(keys: Keys, { offset, held, path }: Spot, say: Say): void {
  const end = offset + held
  let at = offset
  for (const [index, { header }] of keys.entries()) {
    const { key, length } = header
    const stated = 4 * length
    const there = Math.min(stated, end - at - 4)
    const report = (code: XeCode, message: string) => say(code, message, at, 4, [...path, index, 'header'])
    if (there < stated)
      report('vf-state/xe-klv-incomplete', `The key has ${stated} bytes, of which ${there} are there.`)
    else if (typeof key === 'number') report('vf-state/xe-klv-unknown', `The key is 0x${key.toString(16)}.`)
    else if (length !== 1) report('vf-state/xe-klv-length', `The value has ${length} words.`)
    at += 4 + there
  }
}

interface Chunk {
  readonly index: number
  readonly tileId: number
  /** Within the VRAM. */
  readonly offset: bigint
  readonly size: bigint
  /** Of the packet. */
  readonly at: number
}

function judgeVram(chunks: readonly Chunk[], say: Say): void {
  const sorted = [...chunks].sort(
    (a, b) => a.tileId - b.tileId || (a.offset < b.offset ? -1 : a.offset > b.offset ? 1 : a.index - b.index),
  )
  let last: Chunk | undefined
  for (const chunk of sorted) {
    const end = last === undefined || last.tileId !== chunk.tileId ? 0n : last.offset + last.size
    if (last !== undefined && chunk.offset < end && chunk.size > 0n) {
      const [first, second] = last.index < chunk.index ? [last, chunk] : [chunk, last]
      const message = `From offset 0x${chunk.offset.toString(16)} on it holds what packet ${first.index} holds.`
      say('vf-state/xe-vram-overlap', message, second.at + OFFSET_AT, 16, ['packets', second.index, 'offset'])
    }
    if (chunk.offset + chunk.size > end) last = chunk
  }
}
