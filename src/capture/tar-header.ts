import { CaptureError } from './errors.ts'
import { startsWith, textOf } from './text.ts'

/** Fields of a header block that a reader of contents needs. */
export interface TarHeader {
  readonly path: string
  readonly size: number
  /** One character; '0' for a plain file. */
  readonly type: string
  readonly link: string
}

const BLOCK = 512
const CHECKSUM = { at: 148, length: 8 } as const

/** Reads a header block; undefined for the block of zeros that ends an archive. */
export function readHeader(archive: Uint8Array, at: number): TarHeader | undefined {
  const block = archive.subarray(at, at + BLOCK)
  if (block.every((byte) => byte === 0)) return undefined
  checkSum(block, at)
  // GNU archives write "ustar  " and use the place of the prefix for other things.
  const prefix = startsWith(block, 257, BLOCK, 'ustar\0') ? text(block, 345, 155) : ''
  const name = text(block, 0, 100)
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156] as number)
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    size: number(block, 124, 12, at),
    type,
    link: text(block, 157, 100),
  }
}

export function tarDamage(offset: number, expected: string, found: string): CaptureError {
  return new CaptureError({ code: 'capture/tar-damaged', offset, expected, found })
}

function checkSum(block: Uint8Array, at: number): void {
  const stated = number(block, CHECKSUM.at, CHECKSUM.length, at)
  let sum = 0
  // Old archivers added up signed characters.
  let signedSum = 0
  for (let index = 0; index < BLOCK; index++) {
    const inside = index >= CHECKSUM.at && index < CHECKSUM.at + CHECKSUM.length
    const byte = inside ? 0x20 : (block[index] as number)
    sum += byte
    signedSum += byte > 127 ? byte - 256 : byte
  }
  if (stated !== sum && stated !== signedSum)
    throw tarDamage(at, `a tar header with the checksum ${sum}`, `the checksum ${stated}`)
}

function text(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length)
  const nul = field.indexOf(0)
  return textOf(field, 0, nul === -1 ? length : nul)
}

/** A number in octal digits, or in binary where the first bit is set (GNU, for what octal cannot hold). */
function number(block: Uint8Array, at: number, length: number, header: number): number {
  const first = block[at] as number
  if (first >= 0x80) {
    let value = first & 0x7f
    for (let index = 1; index < length; index++) value = value * 256 + (block[at + index] as number)
    if (!Number.isSafeInteger(value)) throw tarDamage(header, 'a number below 2^53 in a tar header', 'a larger one')
    return value
  }
  const digits = text(block, at, length).trim()
  if (!/^[0-7]*$/.test(digits)) throw tarDamage(header, 'octal digits in a tar header', JSON.stringify(digits))
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}
