import * as generated from '../generated/pci/vpd.js'
import { codec, isOpaque, type Value } from '../layout/index.ts'
import { vitalProductData, type vpdKeyword } from './vpd.layout.ts'

export const vpdCodec = codec(vitalProductData, generated.vitalProductData)

export type Vpd = Value<typeof vitalProductData>
export type VpdResource = Vpd['resources'][number]
export type Keyword = Value<typeof vpdKeyword>

/** Highest offset that the capability can address, plus one. */
export const LIMIT = 0x8000

/** The end tag has any length of 0 to 7 in its low bits, usually 0. */
export function isEnd({ tag }: VpdResource): boolean {
  return tag === 'end' || (typeof tag === 'number' && (tag & 0xf8) === 0x78)
}

/** Keyword records of a resource; none where it has another content. */
export function keywordsOf({ content }: VpdResource): readonly Keyword[] {
  if (typeof content === 'string' || content instanceof Uint8Array || isOpaque(content)) return []
  return content.keywords
}
