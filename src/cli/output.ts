import { once } from 'node:events'
import { closeSync, openSync, writeSync } from 'node:fs'
import { complaintOf } from './complain.ts'

const CHUNK = 1 << 16

/** Where a command writes: gathers pieces to chunks and waits while the reader is slower. */
export class Output {
  private pending = ''

  async write(text: string): Promise<void> {
    this.pending += text
    if (this.pending.length >= CHUNK) await this.flush()
  }

  async line(text: string): Promise<void> {
    await this.write(`${text}\n`)
  }

  async lines(lines: Iterable<string>): Promise<void> {
    for (const line of lines) {
      this.pending += `${line}\n`
      if (this.pending.length >= CHUNK) await this.flush()
    }
  }

  async bytes(bytes: Uint8Array): Promise<void> {
    await this.flush()
    if (!process.stdout.write(bytes)) await once(process.stdout, 'drain')
  }

  async flush(): Promise<void> {
    const text = this.pending
    this.pending = ''
    if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain')
  }
}

/** Writes a whole file, replacing it. */
export function writeFileBytes(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'w')
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
  } finally {
    closeSync(file)
  }
}

/** A reader that closes the pipe early (`| head`) has what it wanted: the command ends quietly. */
export function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    process.stderr.write(`vfmig: ${complaintOf(Object.assign(error, { path: 'standard output' }))}\n`)
    process.exit(2)
  })
  // Nobody reads the complaints: the exit status still says it.
  process.stderr.on('error', () => {})
}
