import * as generated from '../generated/pci/header.js'
import { type Codec, codec, type StructType, type Value } from '../layout/index.ts'
import { headerType0, headerType1, headerType2, headerUnknown } from './header.layout.ts'

export type HeaderType0 = Value<typeof headerType0>
export type HeaderType1 = Value<typeof headerType1>
export type HeaderType2 = Value<typeof headerType2>
export type HeaderUnknown = Value<typeof headerUnknown>
export type Header = HeaderType0 | HeaderType1 | HeaderType2 | HeaderUnknown

/** Bytes of every header. */
export const HEADER_SIZE = 64

export const headerType0Codec = codec(headerType0, generated.headerType0)
export const headerType1Codec = codec(headerType1, generated.headerType1)
export const headerType2Codec = codec(headerType2, generated.headerType2)
export const headerUnknownCodec = codec(headerUnknown, generated.headerUnknown)

export const headerCodecs = [headerType0Codec, headerType1Codec, headerType2Codec, headerUnknownCodec] as const

/** The description for a header layout number. */
export function headerCodec(layout: number): Codec<StructType> {
  return (headerCodecs[layout] ?? headerUnknownCodec) as unknown as Codec<StructType>
}

/** Raw base address registers; none where the layout has none. */
export function barsOf(header: Header): readonly number[] {
  return 'bars' in header ? header.bars : []
}

/** What one base address register says. */
export interface Bar {
  readonly index: number
  readonly kind: 'memory' | 'io'
  /** 64-bit registers take the next one as their high half. */
  readonly width: 32 | 64
  /** Memory type bits 2:1: 0 32-bit, 1 below 1 MiB, 2 64-bit, 3 reserved. */
  readonly memoryType: number
  readonly prefetchable: boolean
  /** The register as it reads, and the next one where this takes it as its high half (else 0). */
  readonly low: number
  readonly high: number
  /** A 64-bit register in the last place has no high half. */
  readonly lacksHighHalf: boolean
}

/** Where the register leads: a bus address without the bits that say what kind it is. */
export function barAddress({ kind, low, high }: Bar): bigint {
  return (BigInt(high) << 32n) | BigInt((low & (kind === 'io' ? 0xfffffffc : 0xfffffff0)) >>> 0)
}

/** Decodes base address registers; registers that are all zero are left out. */
export function decodeBars(registers: readonly number[]): Bar[] {
  const bars: Bar[] = []
  for (let index = 0; index < registers.length; index++) {
    const low = registers[index] as number
    if (low === 0) continue
    const io = (low & 1) === 1
    const memoryType = (low >>> 1) & 3
    const wide = !io && memoryType === 2
    const high = wide ? registers[index + 1] : 0
    bars.push({
      index,
      kind: io ? 'io' : 'memory',
      width: wide ? 64 : 32,
      memoryType,
      prefetchable: !io && (low & 8) !== 0,
      low,
      high: high ?? 0,
      lacksHighHalf: high === undefined,
    })
    if (wide) index += 1
  }
  return bars
}
