import type { BlockBitmap, GivenGeometry } from '../../dirty-bitmap/index.ts'
import { counted, type Finding } from '../../findings/index.ts'
import { DEFAULT_MAX_BYTES } from '../../layout/index.ts'
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
  if (!gathered.isWhole) {
    throw new Complaint(
      `The chunks of dirty bitmaps take more than ${MOST >> 20} MiB of memory; vfmig decode shows them one by one.`,
    )
  }
  const all = gathered.facts()
  const fact = all.find((each) => each.name === name)
  const rest = stop === undefined ? '.' : `, and it was not read to its end: ${stop.message}`
  if (all.length === 0) throw new Complaint(`The stream has no dirty bitmaps of disks that can be read${rest}`)
  if (fact === undefined) {
    const names = listed(new Set(all.map((each) => each.name)))
    throw new Complaint(`No dirty bitmap is called ${name}; there are ${names}.`)
  }
  const length = geometry?.length ?? fact.length
  if (length > 8 * MOST) {
    const most = `more than the ${MOST >> 20} MiB that are read into memory`
    throw new Complaint(`The dirty bitmap ${name} reaches to granule ${length - 1}: its bits are ${most}.`)
  }
  const [found] = gathered.bitmaps(geometry, name) as [BlockBitmap]
  if (found.complete && found.leftOut === 0) return found
  found.bitmap.dispose()
  const lost = `${counted(found.leftOut, 'chunk has', 'chunks have')} bits that lie behind every disk.`
  const why = found.complete ? lost : (stop?.message ?? 'no chunk completes it.')
  throw new Complaint(`The dirty bitmap ${name} is not whole: ${why}`)
}

/** Most bytes of the bits of one bitmap, and of all chunks. */
const MOST = DEFAULT_MAX_BYTES

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
