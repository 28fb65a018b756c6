import { counted, type Path, type Place } from '../../findings/index.ts'
import { isOpaque } from '../../layout/index.ts'
import type { IceCode } from './codes.ts'
import { ICE_MAGIC } from './magic.layout.ts'
import { numberOfType, partOf } from './parts.ts'
import { ICE_KNOWN_TYPES, ICE_LENGTHS, ICE_TLV_HEADER } from './state.layout.ts'
import type { IceState, IceTlv } from './state.ts'
import { ICE_VERSION } from './tlv.layout.ts'

type Say = (code: IceCode, message: string, place: Place) => void

interface Spot {
  readonly offset: number
  /** Bytes of data that are there. */
  readonly held: number
  readonly path: Path
}

/** What other parts are compared with. */
interface Context {
  readonly supported: number
  readonly queues: number | undefined
  readonly vectors: number | undefined
}

/** @param total bytes of the whole state */
export function judgeIceState({ tlvs }: IceState, total: number, say: Say): void {
  if (isOpaque(tlvs)) return
  const header = partOf(tlvs, 'header')
  const info = partOf(tlvs, 'vf-info')
  const context = {
    supported: header?.numSupportedTlvs ?? ICE_KNOWN_TYPES,
    queues: info?.numVfQs,
    vectors: info?.numMsix,
  }
  let offset = 0
  let isEnded = false
  for (const [index, tlv] of tlvs.entries()) {
    const held = Math.min(tlv.length, total - offset - ICE_TLV_HEADER)
    const path = ['tlvs', index]
    if (index === 0 && tlv.type !== 'header') {
      say('vf-state/ice-no-header', `The first part is of type ${tlv.type}.`, {
        offset,
        length: 2,
        path: [...path, 'type'],
      })
    }
    judgePart(tlv, { offset, held, path }, context, say)
    offset += ICE_TLV_HEADER + held
    if (tlv.after === undefined) continue
    isEnded = true
    const { length } = tlv.after
    const place = { offset, length, path: [...path, 'after'] }
    if (length > 0) say('vf-state/ice-after-end', `The end is followed by ${counted(length, 'byte')}.`, place)
  }
  const list = { offset: 0, length: total, path: ['tlvs'] }
  if (!isEnded) say('vf-state/ice-no-end', `None of ${tlvs.length} parts is the end.`, list)
  if (!tlvs.some(({ type }) => type === 'vf-info')) {
    say('vf-state/ice-no-vf-info', `None of ${tlvs.length} parts is of type vf-info.`, list)
  }
}

function judgePart(tlv: IceTlv, spot: Spot, context: Context, say: Say): void {
  const { length } = tlv
  const { offset, held, path } = spot
  const number = numberOfType(tlv)
  if (number >= ICE_KNOWN_TYPES || number >= context.supported) {
    const message = `The type is ${number}; types below ${Math.min(ICE_KNOWN_TYPES, context.supported)} are supported.`
    say('vf-state/ice-unsupported-type', message, { offset, length: 2, path: [...path, 'type'] })
  }
  const size = { offset: offset + 2, length: 2, path: [...path, 'length'] }
  if (length % 4 !== 0) say('vf-state/ice-unaligned', `The length is ${length}.`, size)
  if (held < length) {
    say('vf-state/ice-past-end', `The part has ${length} bytes, of which ${held} are there.`, size)
    return
  }
  judgeLength(tlv, size, say)
  judgeContent(tlv, spot, context, say)
}

function judgeLength({ type, length, data }: IceTlv, size: Place, say: Say): void {
  const expected = (ICE_LENGTHS as Readonly<Record<string, number>>)[type]
  if (expected !== undefined) {
    if (length !== expected)
      say('vf-state/ice-length', `The length is ${length}, that of ${type} is ${expected}.`, size)
    return
  }
  if (isOpaque(data)) say('vf-state/ice-length', `The length is ${length}, too short for what ${type} states.`, size)
  else if ('padding' in data && (data.padding as Uint8Array).length > 3) {
    const { length: more } = data.padding as Uint8Array
    say('vf-state/ice-length', `The length is ${length}, ${more} bytes more than ${type} states.`, size)
  }
}

function judgeContent(tlv: IceTlv, { offset, held, path }: Spot, context: Context, say: Say): void {
  const at = offset + ICE_TLV_HEADER
  const field = (name: string, start: number, length: number) => ({
    offset: at + start,
    length,
    path: [...path, 'data', name],
  })
  const header = partOf([tlv], 'header')
  if (header !== undefined) {
    const { magic, version } = header
    if (magic !== ICE_MAGIC) say('vf-state/ice-magic', `The magic is 0x${magic.toString(16)}.`, field('magic', 0, 4))
    if (version !== ICE_VERSION) say('vf-state/ice-version', `The version is ${version}.`, field('version', 4, 2))
  }
  const whole = { offset: at, length: held, path: [...path, 'data'] }
  const outside = (what: string, found: number, limit: number | undefined, name: string) => {
    if (limit === undefined || found < limit) return
    const message = `The ${what} is ${found}, the VF has ${limit}.`
    say('vf-state/ice-queue', message, { ...whole, path: [...whole.path, name] })
  }
  const tx = partOf([tlv], 'tx-queue')
  if (tx !== undefined) {
    outside('queue', tx.queueId, context.queues, 'queueId')
    if (tx.head >= tx.count) {
      say('vf-state/ice-head', `The head is ${tx.head}, the ring has ${tx.count} descriptors.`, field('head', 10, 2))
    }
  }
  const rx = partOf([tlv], 'rx-queue')
  if (rx !== undefined) {
    outside('queue', rx.queueId, context.queues, 'queueId')
    const ring = `the ring has ${rx.count} descriptors`
    const place = { ...field('head', 18, 2), severity: 'warning' as const }
    if (rx.head >= rx.count) say('vf-state/ice-head', `The head is ${rx.head}, ${ring}.`, place)
    if (rx.tail >= rx.count) say('vf-state/ice-tail', `The tail is ${rx.tail}, ${ring}.`, field('tail', 20, 2))
  }
  const msix = partOf([tlv], 'msix-regs')
  if (msix !== undefined) outside('vector', msix.vectorId, context.vectors, 'vectorId')
}
