import { statSync } from 'node:fs'
import { join } from 'node:path'
import { writeBytes } from '../big/byte-output.ts'
import { writeStream } from '../big/encode-stream.ts'
import { manifestStream } from '../big/manifest.ts'
import { Complaint } from '../complaint.ts'
import { pageSizeOption } from '../dirty/quantities.ts'
import { naming } from '../open.ts'
import { refuseInputs } from '../same-file.ts'

interface PackOptions {
  readonly output?: string
  readonly device?: string
  readonly design?: string
  readonly deflate?: boolean
  readonly uuid?: string
  readonly pageSize?: string
  readonly set?: readonly string[]
}

/** Makes a migration stream of a folder that `unpack` wrote, or of parts. */
export async function pack(words: readonly string[], options: PackOptions): Promise<number> {
  const { output, device, design, deflate, uuid, pageSize, set } = options
  const manifest = words.map(manifestOf).find((path) => path !== undefined)
  if (manifest === undefined) {
    const { partsToStream } = await import('../big/pack-parts.ts')
    const pieces = partsToStream(words, {
      ...{ device, design, uuid, output },
      pageSize: pageSize === undefined ? undefined : pageSizeOption('--page-size', pageSize),
      settings: set ?? [],
      isDeflated: deflate === true,
    })
    await naming(words.join(' '), () => writeBytes(pieces, output))
    return 0
  }
  if (words.length > 1) throw new Complaint(`${manifest} is a whole stream; pack it alone.`)
  const given = Object.entries({
    device,
    design,
    deflate,
    uuid,
    'page-size': pageSize,
    set: set?.length === 0 ? undefined : set,
  }).find(([, value]) => value !== undefined)
  if (given !== undefined) throw new Complaint(`--${given[0]} is for parts; a manifest says it itself.`)
  const { inputs, pieces } = manifestStream(manifest)
  refuseInputs(output, inputs)
  await writeStream(pieces, { output, base: undefined })
  return 0
}

/** The manifest that a word names: a file of that name, or one in a folder. */
function manifestOf(word: string): string | undefined {
  if (word.endsWith('.json')) return word
  return statSync(word, { throwIfNoEntry: false })?.isDirectory() ? join(word, 'manifest.json') : undefined
}
