import {
  closeSync,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { counted, DecodeError } from '../findings/index.ts'
import { type Ahead, aheadOf, DEFAULT_MAX_BYTES } from '../layout/index.ts'
import { Complaint } from './complaint.ts'

const CHUNK = 1 << 19
/** Bytes that detection may look at before the rest is read. */
export const HEAD = 1 << 16

/** An input that is opened but not yet read to its end. */
export interface Source {
  /** Path as given, or `-`. */
  readonly path: string
  /** Name without folders. */
  readonly name: string
  readonly head: Uint8Array
  /** Size where it is known before reading. */
  readonly size: number | undefined
  /** All bytes in pieces, the head included; can be read once. Pieces are valid until the next one. */
  chunks(): AsyncIterable<Uint8Array>
  /** Any part of it, where it is a file. */
  readonly ahead?: Ahead
  close(): void
}

/** The input itself, where any part of it can be looked at: a file, or one that is wholly in its head. */
export const lookAhead = ({ ahead, head, size }: Source): Ahead | undefined =>
  ahead ?? (size === head.length ? aheadOf(head) : undefined)

/** Opens a file, or standard input for `-`. @throws a system error, or Complaint for a folder */
export async function openSource(path: string): Promise<Source> {
  return path === '-' ? stdinSource() : fileSource(path)
}

function fileSource(path: string): Source {
  const file = openSync(path, 'r')
  try {
    const facts = fstatSync(file)
    if (facts.isDirectory()) {
      throw new Complaint(`${path} is a folder: name a file in it, or let vfmig validate walk it.`)
    }
    const read = (chunk: Uint8Array, from = 0): number => {
      try {
        return readSync(file, chunk, from, chunk.length - from, null)
      } catch (error) {
        // The system does not say of what.
        throw Object.assign(error as Error, { path })
      }
    }
    const head = new Uint8Array(HEAD)
    let filled = 0
    for (let count = 1; filled < HEAD && count > 0; filled += count) count = read(head, filled)
    const known = facts.isFile() && facts.size > filled && filled === HEAD
    const first = head.subarray(0, filled)
    return {
      path,
      name: basename(path),
      head: first,
      // What sysfs says of a file's size is not what an unprivileged reader gets.
      size: filled < HEAD ? filled : known ? facts.size : undefined,
      async *chunks() {
        yield first
        if (filled < HEAD) return
        const chunk = new Uint8Array(CHUNK)
        for (let count = read(chunk); count > 0; count = read(chunk)) yield chunk.subarray(0, count)
      },
      ...(known && { ahead: aheadIn(file, facts.size, path) }),
      close: () => closeSync(file),
    }
  } catch (error) {
    closeSync(file)
    throw error
  }
}

function aheadIn(file: number, size: number, path: string): Ahead {
  return {
    size,
    read(offset, length) {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)))
      try {
        return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset))
      } catch (error) {
        throw Object.assign(error as Error, { path })
      }
    },
  }
}

async function stdinSource(): Promise<Source> {
  const reader = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const pieces: Buffer[] = []
  let filled = 0
  let ended = false
  while (filled < HEAD && !ended) {
    const { value, done } = await reader.next()
    if (done) ended = true
    else {
      pieces.push(value)
      filled += value.length
    }
  }
  const head = Buffer.concat(pieces)
  return {
    path: '-',
    name: '-',
    head,
    size: ended ? filled : undefined,
    async *chunks() {
      yield head
      if (ended) return
      for (let next = await reader.next(); !next.done; next = await reader.next()) yield next.value
    },
    close: () => process.stdin.destroy(),
  }
}

/** What comes out of a source when something is taken off it: its first bytes are read already. */
export async function sourceOf(outer: Source, chunks: AsyncGenerator<Uint8Array>, name = outer.name): Promise<Source> {
  const pieces: Uint8Array[] = []
  let filled = 0
  let ended = false
  while (filled < HEAD && !ended) {
    const { value, done } = await chunks.next()
    if (done) ended = true
    else {
      // A piece is valid until the next one.
      pieces.push(value.slice())
      filled += value.length
    }
  }
  const head = Buffer.concat(pieces)
  return {
    path: outer.path,
    name,
    head,
    size: ended ? filled : undefined,
    async *chunks() {
      yield head
      if (!ended) yield* chunks
    },
    close() {
      chunks.return(undefined)
      outer.close()
    },
  }
}

/** Reads a source to its end. @throws DecodeError beyond 256 MiB */
export async function readAll(source: Source): Promise<Uint8Array> {
  if (source.size !== undefined && source.size <= source.head.length) return source.head
  if ((source.size ?? 0) > DEFAULT_MAX_BYTES) throw tooLarge(source)
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of source.chunks()) {
    length += piece.length
    if (length > DEFAULT_MAX_BYTES) throw tooLarge(source)
    pieces.push(Uint8Array.prototype.slice.call(piece))
  }
  return Buffer.concat(pieces)
}

function tooLarge({ size }: Source): DecodeError {
  const expected = `at most ${DEFAULT_MAX_BYTES >> 20} MiB, the most that is read into memory`
  const found = size === undefined ? 'more' : counted(size, 'byte')
  return new DecodeError({ code: 'capture/too-large', path: [], offset: 0, expected, found })
}

/** The folder of one PCI function in sysfs, or a folder of such folders. */
export function isSysfsFolder(path: string): boolean {
  if (path === '-' || !isFolder(path)) return false
  return (
    isFunctionFolder(path) || readdirSync(path).some((name) => ADDRESS.test(name) && isFunctionFolder(join(path, name)))
  )
}

/** A folder named like a function, or a link to one, with a configuration space in it. */
function isFunctionFolder(path: string): boolean {
  if (!isFolder(path)) return false
  const isNamed = ADDRESS.test(basename(path)) || ADDRESS.test(basename(realpathSync(path)))
  return isNamed && (statSync(join(path, 'config'), { throwIfNoEntry: false })?.isFile() ?? false)
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

const ADDRESS = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i
/** Attributes of a function that say something about its bytes, beside the bytes themselves. */
const ATTRIBUTES = ['resource', 'vpd', 'vendor', 'device', 'sriov_totalvfs', 'sriov_numvfs']

/**
 * The files of interest below a sysfs folder; links to functions are followed, as /sys/bus/pci/devices has them.
 *
 * @throws a system error where a configuration space cannot be read
 */
export function sysfsFiles(path: string): { path: string; bytes: Uint8Array }[] {
  const folders = isFunctionFolder(path)
    ? [ADDRESS.test(basename(path)) ? path : realpathSync(path)]
    : readdirSync(path)
        .filter((name) => ADDRESS.test(name) && isFunctionFolder(join(path, name)))
        .map((name) => join(path, name))
  return folders.flatMap((folder) =>
    ['config', ...ATTRIBUTES].flatMap((name) => {
      const path = join(folder, name)
      try {
        return [{ path, bytes: readFileSync(path) }]
      } catch (error) {
        // The others are not there in every function, and some may only be read as root.
        if (name === 'config') throw error
        return []
      }
    }),
  )
}

/** A file below a folder, or a folder there of which the files cannot be listed. */
export interface Walked {
  readonly path: string
  /** Why a folder cannot be listed. */
  readonly failure?: unknown
}

/** All files below a folder in a stable order; links are not followed. @throws a system error for the folder itself */
export function* filesBelow(folder: string): Generator<Walked> {
  const entries: Dirent[] = readdirSync(folder, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isFile()) yield { path }
    if (!entry.isDirectory()) continue
    try {
      yield* filesBelow(path)
    } catch (failure) {
      yield { path, failure }
    }
  }
}
