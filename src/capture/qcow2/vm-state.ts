import { counted } from '../../findings/index.ts'
import { type Qcow2Image, type Qcow2Snapshot, refuse, within } from './image.ts'

/** Inflates raw deflate data of one cluster, behind which other bytes may stand. @throws anything for damaged data */
export type InflateCluster = (bytes: Uint8Array, size: number) => Uint8Array | Promise<Uint8Array>

/** What a piece of VM state is made of. */
type Piece =
  | { readonly kind: 'zero'; readonly length: number }
  | { readonly kind: 'data'; readonly offset: number; readonly length: number }
  | { readonly kind: 'deflate'; readonly offset: number; readonly stored: number; readonly length: number }

/** The most that is read at once, unless a cluster is larger. */
const RUN = 1 << 20

/**
 * The VM state of a snapshot, which is a migration stream, in pieces; those are valid until the next one. A state that
 * takes more than the file has is refused, whatever the tables say.
 *
 * @throws CaptureError
 */
export async function* vmStateChunks(
  image: Qcow2Image,
  snapshot: Qcow2Snapshot,
  inflate: InflateCluster,
): AsyncGenerator<Uint8Array> {
  const { file } = image
  const zeros = new Uint8Array(Math.min(RUN, 1 << image.clusterBits))
  // Each cluster of an honest image is of one place only; compressed ones share sectors with their neighbours.
  let budget = 2 * file.size
  for await (const piece of runsOf(piecesOf(image, snapshot))) {
    budget -= piece.kind === 'deflate' ? piece.stored : piece.length
    if (budget < 0)
      throw refuse('damaged', 0, `a VM state that the file of ${counted(file.size, 'byte')} holds`, 'more')
    if (piece.kind === 'zero') {
      for (let left = piece.length; left > 0; left -= zeros.length) yield zeros.subarray(0, left)
    } else if (piece.kind === 'data') {
      const bytes = await file.read(piece.offset, piece.length)
      if (bytes.length < piece.length) throw cut(piece.offset + bytes.length)
      yield bytes
    } else yield await inflated(image, piece, inflate)
  }
}

async function inflated(
  { file, clusterBits, hasZlib }: Qcow2Image,
  { offset, stored, length }: Extract<Piece, { kind: 'deflate' }>,
  inflate: InflateCluster,
): Promise<Uint8Array> {
  if (!hasZlib) throw refuse('unsupported', offset, 'a cluster compressed with zlib', 'one compressed with zstd')
  const bytes = await file.read(offset, stored)
  const size = 1 << clusterBits
  const whole = await Promise.resolve()
    .then(() => inflate(bytes, size))
    .catch(() => undefined)
  if (whole?.length !== size) throw refuse('damaged', offset, 'a whole compressed cluster', 'damaged data')
  return whole.subarray(0, length)
}

/** Data that lies one after another as one piece. */
async function* runsOf(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  let run: Piece | undefined
  for await (const piece of pieces) {
    if (run !== undefined && joins(run, piece)) run = { ...run, length: run.length + piece.length }
    else {
      if (run !== undefined) yield run
      run = piece
    }
  }
  if (run !== undefined) yield run
}

const joins = (run: Piece, next: Piece): boolean =>
  run.length + next.length <= RUN &&
  ((run.kind === 'zero' && next.kind === 'zero') ||
    (run.kind === 'data' && next.kind === 'data' && run.offset + run.length === next.offset))

async function* piecesOf(image: Qcow2Image, snapshot: Qcow2Snapshot): AsyncGenerator<Piece> {
  const { file, clusterBits, hasExtendedL2 } = image
  const clusterSize = 1 << clusterBits
  const entrySize = hasExtendedL2 ? 16 : 8
  const perTable = clusterSize / entrySize
  const tableSpan = BigInt(clusterSize) * BigInt(perTable)
  const { vmStateSize, diskSize, l1Size } = snapshot
  const l1 = BigInt(within(file, snapshot.l1TableOffset, 0, 'the L1 table of the snapshot'))
  let left = vmStateSize
  // The state stands behind the disk, in the first entry of L1 that no longer is the disk's.
  for (let index = (diskSize + tableSpan - 1n) / tableSpan; left > 0n; index += 1n) {
    if (index >= BigInt(l1Size)) {
      throw refuse('damaged', Number(l1), `an L1 table for ${vmStateSize} bytes of VM state`, `${left} bytes fewer`)
    }
    const at = Number(l1 + index * 8n)
    const table = await tableOf(image, at)
    const length = left < tableSpan ? Number(left) : Number(tableSpan)
    left -= BigInt(length)
    if (table === undefined) yield { kind: 'zero', length }
    else {
      for (let done = 0, entry = 0; done < length; done += clusterSize, entry += entrySize) {
        yield* clusterOf(image, table, entry, Math.min(clusterSize, length - done))
      }
    }
  }
}

/** The L2 table that the entry of L1 at an offset names; undefined where nothing is allocated. */
async function tableOf({ file, clusterBits }: Qcow2Image, at: number): Promise<DataView | undefined> {
  const entry = await file.read(at, 8)
  if (entry.length < 8) throw cut(at + entry.length)
  const offset = viewOf(entry).getBigUint64(0) & OFFSET
  if (offset === 0n) return undefined
  const size = 1 << clusterBits
  const table = await file.read(within(file, offset, at, 'an L2 table'), size)
  if (table.length < size) throw cut(Number(offset) + table.length)
  // The next read may take the same memory.
  return viewOf(table.slice())
}

/** What a cluster of the state is, `length` bytes of it. */
function* clusterOf(image: Qcow2Image, table: DataView, entry: number, length: number): Generator<Piece> {
  const { file, clusterBits, hasExtendedL2, version } = image
  const descriptor = table.getBigUint64(entry)
  if ((descriptor & COMPRESSED) !== 0n) {
    const width = BigInt(62 - (clusterBits - 8))
    const offset = within(file, descriptor & ((1n << width) - 1n), 0, 'a compressed cluster')
    const sectors = Number((descriptor & (COMPRESSED - 1n)) >> width) + 1
    yield { kind: 'deflate', offset, stored: sectors * SECTOR - (offset % SECTOR), length }
    return
  }
  const host = descriptor & OFFSET
  const isZero = !hasExtendedL2 && version >= 3 && (descriptor & 1n) !== 0n
  if (isZero || (host === 0n && !hasExtendedL2)) {
    yield { kind: 'zero', length }
    return
  }
  const bitmap = hasExtendedL2 ? table.getUint32(entry + 12) : ALL
  if (bitmap !== 0 && host === 0n) throw refuse('damaged', 0, 'a cluster with an offset', 'offset 0')
  const offset = bitmap === 0 ? 0 : within(file, host, 0, 'a cluster of VM state')
  if (offset % (1 << clusterBits) !== 0) {
    throw refuse('damaged', offset, 'a cluster at a multiple of its size', `offset 0x${offset.toString(16)}`)
  }
  if (bitmap === ALL) {
    yield { kind: 'data', offset, length }
    return
  }
  // Subclusters that are not allocated read as zero: no backing file has a VM state for this one.
  const size = (1 << clusterBits) / 32
  for (let at = 0, index = 0; at < length; at += size, index += 1) {
    const part = Math.min(size, length - at)
    if (((bitmap >>> index) & 1) === 1) yield { kind: 'data', offset: offset + at, length: part }
    else yield { kind: 'zero', length: part }
  }
}

const SECTOR = 512
const ALL = 0xffffffff
const COMPRESSED = 1n << 62n
/** Bits 9 to 55. */
const OFFSET = ((1n << 56n) - 1n) & ~0x1ffn

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const cut = (offset: number) => refuse('damaged', offset, 'more of the image', 'its end')
