import { deflateSync } from 'node:zlib'
import { crc32 } from '../../hash/index.ts'

// The few chunks of a picture with a palette need no library: PNG is its signature, three chunks and what zlib, which
// Node has, makes of the rows.

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const BITS_PER_DOT = 8
const PALETTE_COLOURS = 3

/** A colour: red, green, blue, each 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number]

/** A picture of dots, each the number of a colour. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** Row by row. */
  readonly dots: Uint8Array
  /** At most 256. */
  readonly palette: readonly Colour[]
}

/** The bytes of a PNG file (W3C Portable Network Graphics, indexed colour, no interlace). */
export function encodePng({ width, height, dots, palette }: Picture): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.writeUInt8(BITS_PER_DOT, 8)
  header.writeUInt8(PALETTE_COLOURS, 9)
  // Each row has the number of its filter in front: 0, none.
  const rows = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y++) rows.set(dots.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ])
}

function chunk(name: string, content: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(content.length + 12)
  bytes.writeUInt32BE(content.length, 0)
  bytes.write(name, 4, 'latin1')
  bytes.set(content, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + content.length)), 8 + content.length)
  return bytes
}
