import type { Finding } from '../../findings/index.ts'
import { descriptionAhead, qemuStreamReader } from '../../qemu/index.ts'
import type { Stream } from '../big/stream.ts'
import type { QemuTaker } from './taker.ts'

/** Findings behind which nothing of the stream is read. */
const STOPS: ReadonlySet<string> = new Set(['qemu/ended-early', 'qemu/unknown-element', 'qemu/body-not-read'])

/** Reads a stream of QEMU for somebody who listens. @returns why it was not read to its end, where it was not */
export async function readQemu(
  stream: Stream,
  hears: Pick<QemuTaker, 'listener' | 'ram' | 'finding' | 'after'>,
): Promise<Finding | undefined> {
  const { listener, ram } = hears
  const { offset } = stream.options
  let stop: Finding | undefined
  const batches = stream.through(
    (ahead) =>
      qemuStreamReader({
        wanted: 'findings',
        offset: offset as number,
        description: ahead && descriptionAhead(ahead),
        ...(listener && { listener }),
        ...(ram && { ram }),
      }),
    hears.after && (() => hears.after?.() ?? Promise.resolve()),
  )
  for await (const batch of batches) {
    for (const event of batch) {
      if (event.kind !== 'finding') continue
      hears.finding?.(event.finding)
      if (STOPS.has(event.finding.code)) stop ??= event.finding
    }
  }
  return stop
}
