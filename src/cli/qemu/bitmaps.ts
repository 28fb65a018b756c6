import type { BlockBitmap, GivenGeometry } from '../../dirty-bitmap/index.ts'
import type { Finding } from '../../findings/index.ts'
import { BlockBitmapGatherer } from '../../qemu/index.ts'
import type { Spool } from '../big/spool.ts'
import type { Stream } from '../big/stream.ts'
import { Complaint } from '../complaint.ts'
import { listed } from './part.ts'
import { readQemu } from './read.ts'
import type { QemuTaker } from './taker.ts'

/** One dirty bitmap of a disk, by its name NODE/BITMAP. @throws Complaint where it is not there, or not whole */
export function bitmapOf(
  gathered: BlockBitmapGatherer,
  name: string,
  stop: Finding | undefined,
  geometry?: GivenGeometry,
): BlockBitmap {
  if (!gathered.isWhole) throw new Complaint('The dirty bitmaps of the stream take too much memory.')
  const all = gathered.bitmaps(geometry)
  const found = all.find((each) => each.name === name)
  for (const { bitmap } of all) if (bitmap !== found?.bitmap) bitmap.dispose()
  const rest = stop === undefined ? '.' : `, and it was not read to its end: ${stop.message}`
  if (all.length === 0) throw new Complaint(`The stream has no dirty bitmaps of disks${rest}`)
  if (found === undefined) {
    const names = listed(new Set(all.map((each) => each.name)))
    throw new Complaint(`No dirty bitmap is called ${name}; there are ${names}.`)
  }
  if (found.complete) return found
  found.bitmap.dispose()
  throw new Complaint(`The dirty bitmap ${name} is not whole: ${stop?.message ?? 'no chunk completes it.'}`)
}

/** A dirty bitmap of a stream. @throws Complaint */
export async function streamBitmap(stream: Stream, name: string, geometry?: GivenGeometry): Promise<BlockBitmap> {
  const gathered = new BlockBitmapGatherer()
  const stop = await readQemu(stream, { listener: gathered.listener })
  return bitmapOf(gathered, name, stop, geometry)
}

/** Takes a dirty bitmap of a disk: bits, the lowest of a byte first. */
export class BitmapTaker implements QemuTaker {
  readonly #gathered = new BlockBitmapGatherer()
  readonly listener = this.#gathered.listener

  constructor(
    private readonly spool: Spool,
    private readonly name: string,
  ) {}

  async finish(stop: Finding | undefined): Promise<void> {
    const { bitmap } = bitmapOf(this.#gathered, this.name, stop)
    this.spool.restart()
    this.spool.add(bitmap.toBytes())
    bitmap.dispose()
    await this.spool.finish()
  }
}
