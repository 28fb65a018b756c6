import { closeSync, openSync, readSync } from 'node:fs'
import { printPath } from '../../findings/index.ts'
import { checkedPieces, type Resolve } from '../../layout/index.ts'
import { Complaint } from '../complaint.ts'
import { isSameFile } from '../same-file.ts'
import { writeBytes } from './byte-output.ts'
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
  if (base !== undefined && output !== undefined && isSameFile(base, output)) {
    throw new Complaint(`${output} is the file that --base names, which is still read; name another one with -o.`)
  }
  useNodeHashes()
  const original = base === undefined ? undefined : openSync(base, 'r')
  try {
    await writeBytes(make(resolver(original, base)), output)
  } finally {
    if (original !== undefined) closeSync(original)
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
