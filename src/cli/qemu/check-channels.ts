import { statSync } from 'node:fs'
import { qemuMigrationFormat } from '../../qemu/index.ts'
import { detectFormats } from '../../registry/detect.ts'
import { Complaint } from '../complaint.ts'
import { plainHead } from '../plain-source.ts'
import { openSource } from '../source.ts'

/** What a migration can have: their number has 8 bits in QEMU. */
const MOST_CHANNELS = 255

interface Uses {
  /** Channels that are read more than once, so that a pipe will not do. */
  readonly again?: boolean
  /** What is no channel is told of by who reads it. */
  readonly anything?: boolean
}

/**
 * Refuses channels that are said wrongly, before anything is read or written.
 *
 * @param main the main stream, or `-`
 * @throws Complaint or a system error
 */
export async function checkChannels(main: string, channels: readonly string[], uses: Uses = {}): Promise<void> {
  if (channels.length > MOST_CHANNELS) {
    throw new Complaint(
      `QEMU has at most ${MOST_CHANNELS} multifd channels, and ${channels.length} are given; give those of one migration.`,
    )
  }
  const seen = new Map<string, string>()
  const mainFile = main === '-' ? undefined : identityOf(main)
  if (mainFile !== undefined) seen.set(mainFile, main)
  for (const path of channels) {
    if (path === '-') {
      throw new Complaint('A channel is a file; standard input (-) can only be the main stream of the migration.')
    }
    const own = identityOf(path)
    const before = own === undefined ? undefined : seen.get(own)
    if (before !== undefined) {
      const other = before === path ? '' : ` (${before} is the same file)`
      throw new Complaint(
        own === mainFile
          ? `${path} is the main stream of the migration${other}; its channels are other files.`
          : `The channel ${path} is given twice${other}; give each channel once.`,
      )
    }
    if (own !== undefined) seen.set(own, path)
    await checkContent(path, uses)
  }
}

async function checkContent(path: string, { again, anything }: Uses): Promise<void> {
  const facts = statSync(path, { throwIfNoEntry: false })
  if (facts !== undefined && !facts.isFile() && !facts.isDirectory()) {
    if (again) {
      throw new Complaint(`${path} is no plain file, and channels are read more than once here; copy it to a file.`)
    }
    return
  }
  const source = await openSource(path)
  try {
    if (anything) return
    const [found] = detectFormats(await plainHead(source))
    if (found?.format.name === CHANNEL) return
    const isMain = found?.format === qemuMigrationFormat
    const other = isMain ? 'the main stream of a migration' : (found?.format.name ?? 'not recognised')
    throw new Complaint(`${path} is no multifd channel of QEMU: it is ${other}.`)
  } finally {
    source.close()
  }
}

const CHANNEL = 'qemu-multifd-channel'

/** What is the same for two names of a file. */
function identityOf(path: string): string | undefined {
  const facts = statSync(path, { throwIfNoEntry: false, bigint: true })
  return facts?.isFile() ? `${facts.dev}:${facts.ino}` : undefined
}
