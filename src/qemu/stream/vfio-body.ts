import { configStateNeed, type DecodedConfigState, decodeConfigState } from '../vfio/index.ts'
import { type Teller, wanted } from './teller.ts'
import { vfioRecordHeadCodec } from './vfio-head.ts'

/** Who hears of the records of a VFIO device's section. */
export interface VfioListener {
  record(tag: string, offset: number, length: number | undefined): void
  /** The next bytes of the device's own state, and where they stand. */
  data(bytes: Uint8Array, offset: number): void
  /** What the device's PCI state was decoded to, which begins at an offset; the index that the element refers to it by. */
  config(decoded: DecodedConfigState, offset: number, bytes: Uint8Array): number
}

/** Records that end the body of a section. */
const LAST: ReadonlySet<unknown> = new Set(['END_OF_STATE', 'DEV_INIT_DATA_SENT', 'DEV_CONFIG_LOAD_READY'])

/** Longest PCI state: a config space, and the largest MSI-X table with its pending bits. */
const LONGEST_CONFIG = 65536

/**
 * Reads the records of a section of a VFIO device, up to the one that ends it. False where it cannot be read on.
 *
 * @param length of the body where the description of the stream says it: that of a FULL section
 */
export function* vfioBody(
  teller: Teller,
  listener: VfioListener,
  length: number | undefined,
): Generator<number, boolean, undefined> {
  teller.begin('vfio', 'list')
  const isWhole = yield* records(teller, listener, length)
  teller.end()
  return isWhole
}

function* records(
  teller: Teller,
  listener: VfioListener,
  length: number | undefined,
): Generator<number, boolean, undefined> {
  for (let index = 0, isConfig = false; ; index += 1) {
    teller.begin(index, 'object')
    const tag = yield* oneRecord(teller, listener, length)
    teller.end()
    if (tag === undefined) return false
    // END_OF_STATE of the PCI state ends it, and in old streams more records follow.
    if (LAST.has(tag) && !(isConfig && (yield* isRecord(teller)))) return true
    isConfig = tag === 'DEV_CONFIG_STATE'
  }
}

/** Whether another record stands here. */
function* isRecord({ window }: Teller): Generator<number, boolean, undefined> {
  return (yield* wanted(window, 8)) && window.view.getUint32(window.position) === ONES
}

const ONES = 0xffffffff

function* oneRecord(
  teller: Teller,
  listener: VfioListener,
  length: number | undefined,
): Generator<number, string | undefined, undefined> {
  const { window } = teller
  const { offset } = window
  const head = yield* teller.struct('record', vfioRecordHeadCodec)
  if (head === undefined || typeof head.tag === 'number') return undefined
  const { tag, size } = head
  if (size !== undefined) {
    listener.record(tag, offset, Number(size))
    teller.begin('data', 'bytes')
    let left = Number(size)
    while (left > 0) {
      if (!(yield* wanted(window, 1))) break
      const at = window.offset
      const bytes = window.takeUpTo(left)
      listener.data(bytes, at)
      teller.bytes(at, bytes)
      left -= bytes.length
    }
    teller.end()
    return left > 0 ? undefined : tag
  }
  listener.record(tag, offset, undefined)
  if (tag !== 'DEV_CONFIG_STATE') return tag
  return (yield* config(teller, listener, length)) ? tag : undefined
}

/** Takes the PCI state, which has no length of its own. */
function* config(
  teller: Teller,
  listener: VfioListener,
  bodyLength: number | undefined,
): Generator<number, boolean, undefined> {
  const { window } = teller
  // Its own tag and END_OF_STATE are of the body, too.
  const stated = bodyLength === undefined || bodyLength < 16 ? undefined : bodyLength - 16
  for (;;) {
    const need = configStateNeed(window.peek(Math.min(window.available, LONGEST_CONFIG)))
    if (need === 'enough' || need > LONGEST_CONFIG || !(yield* wanted(window, need))) break
  }
  const here = window.peek(Math.min(window.available, LONGEST_CONFIG))
  const decoded =
    decodeConfigState(here) ?? (stated === undefined ? undefined : decodeConfigState(here, { length: stated }))
  if (decoded === undefined) return false
  const { offset } = window
  const bytes = window.take(decoded.length).slice()
  teller.derived('config', listener.config(decoded, offset, bytes))
  return true
}
