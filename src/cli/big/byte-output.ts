import { writeSync } from 'node:fs'
import { Complaint } from '../complaint.ts'
import { Output } from '../output.ts'
import { OutputFile } from './output-file.ts'

type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** Writes bytes to a file, or to standard output. A file that fails half-way is not there, or as it was. */
export async function writeBytes(pieces: Pieces, path: string | undefined): Promise<void> {
  if (path === undefined) return toStandardOutput(pieces)
  const file = new OutputFile(path)
  try {
    for await (const piece of pieces) writeAt(file.descriptor, piece, null, path)
    file.finish()
  } catch (error) {
    file.abandon()
    throw error
  }
}

async function toStandardOutput(pieces: Pieces): Promise<void> {
  refuseTerminal()
  const out = new Output()
  for await (const piece of pieces) await out.bytes(piece)
}

/** @throws Complaint where standard output is a terminal */
export function refuseTerminal(): void {
  if (process.stdout.isTTY) throw new Complaint('Bytes are not printed on a terminal; give a file with -o.')
}

/** Writes all bytes at a place in a file, or where it stands. @throws a system error that names the path */
export function writeAt(file: number, bytes: Uint8Array, position: number | null, path: string): void {
  try {
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(file, bytes, at, bytes.length - at, position === null ? null : position + at)
    }
  } catch (error) {
    // The system does not say of what.
    throw Object.assign(error as Error, { path })
  }
}
