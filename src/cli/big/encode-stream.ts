import { printPath } from '../../findings/index.ts'
import { checkedPieces, type Resolve } from '../../layout/index.ts'
import { Complaint } from '../complaint.ts'
import type { InputOptions } from '../open.ts'
import { refuseInputs } from '../same-file.ts'
import { type Base, openBase } from './base.ts'
import { writeBytes } from './byte-output.ts'
import { useNodeHashes } from './native-hashes.ts'

interface Places extends Pick<InputOptions, 'as' | 'snapshot'> {
  /** File to write; standard output where there is none. */
  readonly output: string | undefined
  /** The stream that the JSON was decoded from, in whatever it stands. */
  readonly base: string | undefined
}

/** Writes the pieces of a stream as they are made. @throws EncodeError, Complaint or a system error */
export async function writeStream(
  make: (resolve: Resolve) => Iterable<Uint8Array>,
  { output, base, ...options }: Places,
): Promise<void> {
  // The base is read while the output is written.
  if (base !== undefined) refuseInputs(output, [base])
  useNodeHashes()
  const original = base === undefined ? undefined : await openBase(base, options)
  try {
    await writeBytes(make(resolver(original)), output)
  } finally {
    original?.close()
  }
}

function resolver(base: Base | undefined): Resolve {
  return (reference, path) => {
    if (base === undefined) {
      throw new Complaint(
        `${printPath(['value', ...path])} stands in the stream that was decoded; name it with --base ORIGINAL.`,
      )
    }
    return checkedPieces(base.pieces(reference), reference, path)
  }
}
