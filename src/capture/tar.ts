import { counted } from '../findings/index.ts'
import { CaptureError } from './errors.ts'
import { readHeader, type TarHeader, tarDamage } from './tar-header.ts'
import { LINE_FEED, textOf } from './text.ts'

/** A member of an archive. */
export interface TarEntry {
  readonly path: string
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  /** Target of a symbolic or hard link. */
  readonly link: string | undefined
  /** Content, a view of the archive. */
  readonly bytes: Uint8Array
  /** Where the content starts in the archive. */
  readonly offset: number
}

const BLOCK = 512

/** Whether the first block is a tar header: its checksum is right. */
export function isTar(head: Uint8Array): boolean {
  try {
    return head.length >= BLOCK && readHeader(head, 0) !== undefined
  } catch {
    return false
  }
}

/**
 * Lists the members of a tar archive (ustar, pax, GNU long names) without copying their contents. The archive ends at
 * a block of zeros or at the end of the bytes. Throws CaptureError where it is damaged.
 */
export function* readTar(archive: Uint8Array): Generator<TarEntry> {
  let extra: Extra = {}
  let at = 0
  while (at < archive.length) {
    if (archive.length - at < BLOCK) throw truncated(at, archive.length, BLOCK)
    const header = readHeader(archive, at)
    if (header === undefined) return
    const offset = at + BLOCK
    const size = hasContent(header) ? ((isExtra(header) ? undefined : extra.size) ?? header.size) : 0
    if (size > archive.length - offset) throw truncated(offset, archive.length, size)
    const bytes = archive.subarray(offset, offset + size)
    if (isExtra(header)) readExtra(header, bytes, at, extra)
    else {
      if (header.type === 'S' || extra.sparse === true) throw tarDamage(at, 'a member of a known kind', 'a sparse file')
      const link = header.type === '1' || header.type === '2' ? (extra.link ?? header.link) : undefined
      yield { path: extra.path ?? header.path, kind: kindOf(header), link, bytes, offset }
      extra = {}
    }
    at = offset + Math.ceil(size / BLOCK) * BLOCK
  }
}

/** What extension headers say of the member that follows them. */
interface Extra {
  path?: string
  link?: string
  size?: number
  sparse?: boolean
}

function hasContent({ type }: TarHeader): boolean {
  // Links, devices, directories and pipes have no content, whatever their size field says.
  return !['1', '2', '3', '4', '5', '6'].includes(type)
}

function kindOf({ type }: TarHeader): TarEntry['kind'] {
  if (type === '0' || type === '7') return 'file'
  if (type === '5') return 'directory'
  return type === '1' || type === '2' ? 'link' : 'other'
}

function isExtra({ type }: TarHeader): boolean {
  return type === 'L' || type === 'K' || type === 'x' || type === 'X' || type === 'g'
}

function readExtra({ type }: TarHeader, bytes: Uint8Array, at: number, extra: Extra): void {
  if (type === 'L') extra.path = untilNul(bytes)
  else if (type === 'K') extra.link = untilNul(bytes)
  else if (type !== 'g') readPax(bytes, at, extra)
}

function untilNul(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0)
  return textOf(bytes, 0, nul === -1 ? bytes.length : nul)
}

/** Records of a pax header: `length key=value\n`, the length counting the whole record. */
function readPax(bytes: Uint8Array, header: number, extra: Extra): void {
  let at = 0
  while (at < bytes.length && bytes[at] !== 0) {
    const space = bytes.subarray(at, at + 12).indexOf(0x20)
    const length = space > 0 ? Number(textOf(bytes, at, at + space)) : Number.NaN
    const isWhole = Number.isInteger(length) && length > space + 1 && bytes[at + length - 1] === LINE_FEED
    if (!isWhole) throw tarDamage(header, 'pax records with their length', 'a damaged one')
    setRecord(textOf(bytes, at + space + 1, at + length - 1), header, extra)
    at += length
  }
}

function setRecord(record: string, header: number, extra: Extra): void {
  const equals = record.indexOf('=')
  const key = record.slice(0, Math.max(equals, 0))
  const value = record.slice(equals + 1)
  if (key === 'path') extra.path = value
  else if (key === 'linkpath') extra.link = value
  else if (key.startsWith('GNU.sparse.')) extra.sparse = true
  else if (key === 'size') {
    const size = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (!Number.isSafeInteger(size)) throw tarDamage(header, 'a size in decimal digits', JSON.stringify(value))
    extra.size = size
  }
}

function truncated(offset: number, length: number, wanted: number): CaptureError {
  return new CaptureError({
    code: 'capture/tar-truncated',
    offset,
    expected: `${counted(wanted, 'byte')} of the archive`,
    found: `${length - offset}`,
  })
}
