import * as generated from '../../generated/qemu/return-path/message.js'
import { codec, type Opaque, type Value } from '../../layout/index.ts'
import { bitmapEnd, bitmapStart, returnPathMessage } from './message.layout.ts'

export const returnPathMessageCodec = codec(returnPathMessage, generated.returnPathMessage)
export const bitmapStartCodec = codec(bitmapStart, generated.bitmapStart)
export const bitmapEndCodec = codec(bitmapEnd, generated.bitmapEnd)

export type ReturnPathMessage = Value<typeof returnPathMessage>

/** The bitmap behind a RECV_BITMAP message. */
export interface ReturnedBitmap {
  /** Bytes of the bitmap. */
  readonly size: bigint
  /** Little-endian words; 1: the page was received. */
  readonly bitmap: Uint8Array
  /** 0x0123456789abcdef; absent where the recording ends before. */
  readonly endMark?: bigint
}

/** A message with what follows it. */
export interface ReturnPathEntry {
  readonly message: ReturnPathMessage
  /** Behind RECV_BITMAP; absent where the recording ends before. */
  readonly received?: ReturnedBitmap
}

/** What the destination of a migration sends to its source. */
export interface ReturnPath {
  /** Messages in their order; the start of one where the recording ends. */
  readonly messages: readonly (ReturnPathEntry | Opaque)[]
}

/** Bytes in front of the data of a message. */
export const START_BYTES = 4
/** Where a message states the length of its data. */
export const LENGTH = 2
/** Bytes of the size in front of a bitmap, and of the mark behind it. */
export const WORD_BYTES = 8
