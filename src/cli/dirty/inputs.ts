import {
  detectContainer,
  isDomjobinfo,
  isQcow2,
  isQueryMigrate,
  openInflated,
  readDomjobinfo,
  readQueryMigrate,
} from '../../capture/index.ts'
import type { DirtyBitmap, MigrationSample } from '../../dirty-bitmap/index.ts'
// Not all of what there is for QEMU: most inputs are bitmaps, which are read in little memory.
import { detectQemuStream, isSaveImage } from '../../qemu/container/detect.ts'
import type { Stream } from '../big/stream.ts'
import { Complaint } from '../complaint.ts'
import { unknownName } from '../known.ts'
import { nearest } from '../nearest.ts'
import { withoutGzip } from '../plain-source.ts'
import { openSource, readAll, type Source } from '../source.ts'
import { CONVERTED, FORMS, type Meant } from './forms.ts'
import { filePieces, memoryPieces, type Pieces, streamPieces } from './pieces.ts'

/** One input: a bitmap, read in pieces; what is known of a migration over time; or a migration stream. */
export type Input =
  | {
      readonly kind: 'bitmap'
      readonly path: string
      readonly pieces: Pieces
      /** What the form itself says of pages and addresses. */
      readonly stated: Pick<DirtyBitmap, 'pageSize' | 'base' | 'length'> | undefined
    }
  | { readonly kind: 'samples'; readonly path: string; readonly samples: readonly MigrationSample[] }
  /** A migration stream of QEMU, of which the source stays open. */
  | { readonly kind: 'stream'; readonly path: string; readonly stream: Stream; close(): void }

/** @throws Complaint for the name of a form that there is not */
export function checkForm(name: string | undefined): void {
  if (name === undefined || FORMS.includes(name)) return
  const problem = `There is no form of dirty bitmaps ${JSON.stringify(name)}`
  throw unknownName(problem, nearest(name, FORMS), `there are ${FORMS.join(', ')}`)
}

interface Asked extends Meant {
  readonly as: string | undefined
  readonly snapshot: string | undefined
  readonly pageSize: number | undefined
}

/** Opens an input and tells by its first bytes what it is. @throws CaptureError, Complaint or a system error */
export async function openDirtyInput(path: string, options: Asked): Promise<Input> {
  let source = await openSource(path)
  let isStream = false
  try {
    if (options.as !== 'raw') source = await withoutGzip(source)
    const input = await openPlain(source, options)
    isStream = input.kind === 'stream' || (input.kind === 'bitmap' && input.pieces.bytes === undefined)
    return input
  } finally {
    if (!isStream) source.close()
  }
}

async function openPlain(source: Source, options: Asked): Promise<Input> {
  const { path, head } = source
  const { as } = options
  if (as === 'query-migrate' || (as === undefined && isQueryMigrate(head))) {
    return { kind: 'samples', path, samples: readQueryMigrate(await readAll(source)) }
  }
  if (as === 'domjobinfo' || (as === undefined && isDomjobinfo(head))) {
    return { kind: 'samples', path, samples: readDomjobinfo(await readAll(source)) }
  }
  if (as === 'qemu-migration' || (as === undefined && isQemuStream(head))) {
    const input = await openQemu(source, options)
    if (input !== undefined) return input
  }
  const convert = as === undefined ? undefined : CONVERTED[as]
  if (convert !== undefined) return converted(path, convert(bytesIn(source, await readAll(source)), options))
  if (options.bitmap !== undefined) throw new Complaint(`${path} is one bitmap, without a name; leave --bitmap out.`)
  const isRaw = as === 'raw' || detectContainer(source).container === 'raw'
  if (!isRaw)
    return { kind: 'bitmap', path, pieces: memoryPieces(bytesIn(source, await readAll(source))), stated: undefined }
  return { kind: 'bitmap', path, pieces: rawPieces(source), stated: undefined }
}

/** A migration stream of QEMU, or the dirty bitmap of a disk that is wanted of it; undefined where it is another stream. */
async function openQemu(source: Source, options: Asked): Promise<Input | undefined> {
  const { path } = source
  const { as, snapshot, pages } = options
  const { openStream } = await import('../big/stream.ts')
  const own = { ...(as === undefined ? {} : { as }), ...(snapshot === undefined ? {} : { snapshot }) }
  const stream = await openStream(source, own)
  if (stream?.format.name !== 'qemu-migration') return undefined
  if (options.bitmap === undefined) return { kind: 'stream', path, stream, close: () => source.close() }
  const { streamBitmap } = await import('../qemu/bitmaps.ts')
  const { bitmap, granularity } = await streamBitmap(
    stream,
    options.bitmap,
    pages === undefined ? {} : { length: pages },
  )
  const isOther = options.pageSize !== undefined && options.pageSize !== granularity
  if (!isOther && bitmap.length > 0) return converted(path, bitmap)
  bitmap.dispose()
  const name = `dirty bitmap ${options.bitmap}`
  throw new Complaint(
    isOther
      ? `The granules of the ${name} have ${granularity} bytes; leave --page-size out.`
      : `The ${name} came without bits; --pages says how many granules it has.`,
  )
}

/** Whether this is a migration stream of QEMU, or what libvirt and disk images keep one in. */
function isQemuStream(head: Uint8Array): boolean {
  if (isQcow2(head) || isSaveImage(head)) return true
  const start = detectQemuStream(head)
  return start !== undefined && start <= FURTHEST
}

/** A stream may begin at an offset of its file; a bitmap that has its magic somewhere is none. */
const FURTHEST = 4096

function converted(path: string, bitmap: DirtyBitmap): Input {
  try {
    const { pageSize, base, length } = bitmap
    return { kind: 'bitmap', path, pieces: memoryPieces(bitmap.toBytes()), stated: { pageSize, base, length } }
  } finally {
    bitmap.dispose()
  }
}

function rawPieces(source: Source): Pieces {
  const { path, head, size } = source
  if (size === undefined) return streamPieces(source.chunks()[Symbol.asyncIterator](), () => source.close())
  return size > head.length ? filePieces(path, size) : memoryPieces(head)
}

/** The bytes that stand in a hex dump, or the bytes themselves. */
function bytesIn({ path, name }: Source, bytes: Uint8Array): Uint8Array {
  const capture = openInflated(bytes, { name })
  if ('bytes' in capture) return capture.bytes
  const found = capture.container === 'lspci' ? 'the text of lspci' : 'an archive of sysfs'
  throw new Complaint(`${path} is ${found}, not a dirty bitmap; vfmig decode reads it.`)
}
