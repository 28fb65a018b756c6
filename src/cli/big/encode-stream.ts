import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { printPath } from '../../findings/index.ts'
import { checkedPieces, type Resolve } from '../../layout/index.ts'
import { Complaint } from '../complaint.ts'
import { Output } from '../output.ts'
import { useNodeHashes } from './native-hashes.ts'

interface Places {
  /** File to write; standard output where there is none. */
  readonly output: string | undefined
  /** The stream that the JSON was decoded from. */
  readonly base: string | undefined
}

/** Writes the pieces of a stream as they are made. @throws EncodeError, Complaint or a system error */
export async function writeStream(
  make: (resolve: Resolve) => Iterable<Uint8Array>,
  { output, base }: Places,
): Promise<void> {
  useNodeHashes()
  const original = base === undefined ? undefined : openSync(base, 'r')
  try {
    const pieces = make(resolver(original, base))
    if (output === undefined) await toStandardOutput(pieces)
    else toFile(pieces, output)
  } finally {
    if (original !== undefined) closeSync(original)
  }
}

async function toStandardOutput(pieces: Iterable<Uint8Array>): Promise<void> {
  if (process.stdout.isTTY) throw new Complaint('Bytes are not printed on a terminal; give a file with -o.')
  const out = new Output()
  for (const piece of pieces) await out.bytes(piece)
}

/** Half a stream is of no use: where something fails, the file is taken away again. */
function toFile(pieces: Iterable<Uint8Array>, path: string): void {
  const file = openSync(path, 'w')
  try {
    for (const piece of pieces) for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}

const PIECE = 1 << 20

function resolver(file: number | undefined, name: string | undefined): Resolve {
  return (reference, path) => {
    if (file === undefined) {
      throw new Complaint(
        `${printPath(['value', ...path])} stands in the stream that was decoded; name it with --base ORIGINAL.`,
      )
    }
    return checkedPieces(piecesOf(file, name as string, reference), reference, path)
  }
}

function* piecesOf(file: number, path: string, { offset, length }: { offset: number; length: number }) {
  for (let at = 0; at < length; ) {
    const piece = new Uint8Array(Math.min(PIECE, length - at))
    let count: number
    try {
      count = readSync(file, piece, 0, piece.length, offset + at)
    } catch (error) {
      // The system does not say of what.
      throw Object.assign(error as Error, { path })
    }
    if (count === 0) return
    yield piece.subarray(0, count)
    at += count
  }
}
