import { toView } from '../../layout/index.ts'
import { type Teller, waitFor } from '../teller.ts'
import {
  type AfterTag,
  configStateNeed,
  type DecodedConfigState,
  decodeConfigState,
  VFIO_TAG_SIZE,
  vfioRecordHeadCodec,
  vfioTagAt,
} from '../vfio/index.ts'
import type { VfioDevice } from './vfio-device.ts'

/** Longest PCI state: a config space, and the largest MSI-X table with its pending bits. */
const LONGEST_CONFIG = 65536

/** Who else hears of the bytes of a section of a VFIO device; valid during the call. */
export interface HearVfio {
  /** Tag of a record, and the length that may follow it. */
  head?(bytes: Uint8Array): void
  /** The next bytes of the device's own state. */
  data?(bytes: Uint8Array): void
  /** The PCI state. */
  config?(bytes: Uint8Array): void
}

/** The bytes from an offset on that were taken since the last wait. */
const taken = ({ window: { bytes, position, offset } }: Teller, from: number) =>
  bytes.subarray(position - (offset - from), position)

/**
 * Reads the records of a section of a VFIO device, up to the one that ends it. False where it cannot be read on.
 *
 * @param length of the body where the description of the stream says it: that of a FULL section
 */
export function* vfioBody(
  teller: Teller,
  device: VfioDevice,
  length: number | undefined,
  hear: HearVfio = {},
): Generator<number, boolean, undefined> {
  const { window } = teller
  teller.begin('vfio', 'list')
  let next: AfterTag = 'tag'
  for (let index = 0; next === 'tag' && (yield* waitFor(window, VFIO_TAG_SIZE)); index += 1) {
    const { offset } = window
    const tag = vfioTagAt(toView(window.peek(VFIO_TAG_SIZE)), 0)
    next = device.rules.tag(tag, offset)
    if (next === 'lost') break
    teller.begin(index, 'object')
    const head = yield* teller.struct('record', vfioRecordHeadCodec)
    if (head === undefined) next = 'lost'
    else {
      hear.head?.(taken(teller, offset))
      device.record(`${tag}`, offset, head.size)
      if (next === 'data') next = (yield* data(teller, device, head.size ?? 0n, hear)) ? 'tag' : 'lost'
      if (next === 'config') next = (yield* config(teller, device, length, hear)) ? 'tag' : 'lost'
    }
    teller.end()
  }
  teller.end()
  return next === 'end'
}

/** Takes the next bytes of the device's own state. */
function* data(
  teller: Teller,
  device: VfioDevice,
  size: bigint,
  hear: HearVfio,
): Generator<number, boolean, undefined> {
  const { window } = teller
  const start = window.offset
  const isWhole = yield* teller.run('data', Number(size), (bytes, offset) => {
    device.data(bytes, offset)
    hear.data?.(bytes)
  })
  const present = window.offset - start
  device.rules.data(size, present, { offset: start, length: present })
  return isWhole
}

/** Takes the PCI state, which has no length of its own. */
function* config(
  teller: Teller,
  device: VfioDevice,
  bodyLength: number | undefined,
  hear: HearVfio,
): Generator<number, boolean, undefined> {
  // A second one would stand in the place of the first.
  if (device.hasConfig) return false
  const { window } = teller
  const here = () => window.peek(Math.min(window.available, LONGEST_CONFIG))
  for (;;) {
    const need = configStateNeed(here())
    if (need === 'enough' || need > LONGEST_CONFIG || !(yield* waitFor(window, need))) break
  }
  const { offset } = window
  const decoded = decodeConfigState(here()) ?? (yield* described(teller, bodyLength))
  if (decoded === undefined) {
    device.rules.configLost({ offset, length: 0 })
    return false
  }
  // What was decoded has views of the bytes.
  const bytes = window.take(decoded.length).slice()
  hear.config?.(bytes)
  teller.derived('config', device.config(decodeConfigState(bytes, { length: bytes.length }) ?? decoded, offset))
  return true
}

/** The PCI state by the length that the description says: the body without two tags. */
function* described(
  { window }: Teller,
  bodyLength: number | undefined,
): Generator<number, DecodedConfigState | undefined, undefined> {
  const length = bodyLength === undefined ? 0 : bodyLength - 2 * VFIO_TAG_SIZE
  if (length <= 0 || length > LONGEST_CONFIG || !(yield* waitFor(window, length))) return undefined
  return decodeConfigState(window.peek(length), { length })
}
