import { statSync } from 'node:fs'
import { join } from 'node:path'
import { writeBytes } from '../big/byte-output.ts'
import { writeStream } from '../big/encode-stream.ts'
import { manifestStream } from '../big/manifest.ts'
import { isQemuStream } from '../big/stream.ts'
import { Complaint } from '../complaint.ts'
import { pageSizeOption } from '../dirty/quantities.ts'
import { naming } from '../open.ts'
import { checkChannels } from '../qemu/check-channels.ts'
import { refuseInputs } from '../same-file.ts'
import { openSource } from '../source.ts'

interface PackOptions {
  readonly output?: string
  readonly device?: string
  readonly design?: string
  readonly deflate?: boolean
  readonly uuid?: string
  readonly pageSize?: string
  readonly set?: readonly string[]
  readonly allDevices?: boolean
  readonly channel: readonly string[]
  readonly snapshot?: string
}

/** Makes a migration stream of a folder that `unpack` wrote, of a stream of QEMU, or of parts. */
export async function pack(words: readonly string[], options: PackOptions): Promise<number> {
  const { output, device, design, deflate, uuid, pageSize, set } = options
  const manifest = words.map(manifestOf).find((path) => path !== undefined)
  if (manifest === undefined) {
    const [word = '', another] = words
    if (another === undefined && (await packQemuStream(word, options))) return 0
    if (options.channel.length > 0) throw new Complaint('--channel is for a migration stream of QEMU.')
    if (options.snapshot !== undefined) throw new Complaint('--snapshot is for a migration stream of QEMU.')
    if (options.allDevices === true) throw new Complaint('--all-devices is for a migration stream of QEMU.')
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
    'all-devices': options.allDevices,
    snapshot: options.snapshot,
    channel: options.channel.length === 0 ? undefined : options.channel,
  }).find(([, value]) => value !== undefined)
  if (given !== undefined) {
    const [name] = given
    const isQemu = ['channel', 'all-devices', 'snapshot'].includes(name)
    throw new Complaint(
      `--${name} is for ${isQemu ? 'a migration stream of QEMU' : 'parts'}; a manifest says it itself.`,
    )
  }
  const { inputs, pieces } = manifestStream(manifest)
  refuseInputs(output, inputs)
  await writeStream(pieces, { output, base: undefined })
  return 0
}

/** Packs what a word names, where that is a stream of QEMU; false where it is something else. */
async function packQemuStream(word: string, options: PackOptions): Promise<boolean> {
  if (word !== '-' && statSync(word, { throwIfNoEntry: false })?.isFile() !== true) return false
  const source = await openSource(word)
  try {
    if (!(await isQemuStream(source))) return false
    const { device, design, pageSize } = options
    const stated = Object.entries({ device, design, 'page-size': pageSize }).find(([, value]) => value !== undefined)
    if (stated !== undefined) throw new Complaint(`--${stated[0]} is for parts; a stream of QEMU says it itself.`)
    await checkChannels(word, options.channel, { again: true })
    refuseInputs(options.output, [word, ...options.channel])
    const { qemuToStream } = await import('../big/pack-qemu.ts')
    const { deflate = false, allDevices = false, uuid, set = [], snapshot, channel: channels } = options
    const pieces = qemuToStream(source, { isDeflated: deflate, allDevices, uuid, set, snapshot, channels })
    await naming(word, () => writeBytes(pieces, options.output))
    return true
  } finally {
    source.close()
  }
}

/** The manifest that a word names: a file of that name, or one in a folder. */
function manifestOf(word: string): string | undefined {
  if (word.endsWith('.json')) return word
  return statSync(word, { throwIfNoEntry: false })?.isDirectory() ? join(word, 'manifest.json') : undefined
}
