import { closeSync, openSync } from 'node:fs'
import { printPath } from '../../findings/index.ts'
import { checkedPieces, type Resolve } from '../../layout/index.ts'
import { Complaint } from '../complaint.ts'
import { refuseInputs } from '../same-file.ts'
import { writeBytes } from './byte-output.ts'
import { filePieces } from './file-pieces.ts'
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
  // The base is read while the output is written.
  if (base !== undefined) refuseInputs(output, [base])
  useNodeHashes()
  const original = base === undefined ? undefined : openSync(base, 'r')
  try {
    await writeBytes(make(resolver(original, base)), output)
  } finally {
    if (original !== undefined) closeSync(original)
  }
}

function resolver(file: number | undefined, name: string | undefined): Resolve {
  return (reference, path) => {
    if (file === undefined) {
      throw new Complaint(
        `${printPath(['value', ...path])} stands in the stream that was decoded; name it with --base ORIGINAL.`,
      )
    }
    return checkedPieces(filePieces(file, name as string, reference), reference, path)
  }
}
