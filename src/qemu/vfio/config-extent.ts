import { leastSize, toView } from '../../layout/index.ts'
import { findMsixState } from '../../pci/index.ts'
import { streamedMsixLength } from '../../vf-state/index.ts'
import { configStateDisplay, configStateHead, configStateInterrupts, DISPLAY_NAME } from './config-state.layout.ts'
import { VFIO_TAG_SIZE, vfioTagAt } from './record.ts'

/** Bytes in front of the config space. */
export const HEAD_SIZE = leastSize(configStateHead)
export const INTERRUPTS_SIZE = leastSize(configStateInterrupts)
export const DISPLAY_SIZE = leastSize(configStateDisplay)

/** Bytes of a config space in a stream, in the order in which they are tried: 256 is what only old devices send. */
const CONFIG_SIZES = [4096, 256] as const

/** Where the parts of a config payload lie. */
export interface ConfigExtent {
  /** Bytes of the config space. */
  readonly configSize: number
  /** Vectors of the MSI-X table; 0 where there is none. */
  readonly vectors: number
  readonly hasDisplay: boolean
  /** Bytes of the payload. */
  readonly length: number
}

/** What the first bytes say of the length of a config payload, which has none of its own. */
export type ConfigSearch =
  | { readonly found: ConfigExtent }
  /** So many bytes from the start of the payload decide, or ask for more. */
  | { readonly need: number }
  /** No layout that is known ends at the tag END_OF_STATE. */
  | 'none'

/**
 * Finds where a config payload ends: where the tag END_OF_STATE stands exactly behind one of the layouts.
 *
 * @param bytes from the first byte behind the tag DEV_CONFIG_STATE
 * @param isOver whether no more bytes will come
 */
export function findConfigExtent(bytes: Uint8Array, isOver = false): ConfigSearch {
  for (const configSize of CONFIG_SIZES) {
    const extent = extentWith(bytes, configSize, endsAtTag)
    if (typeof extent === 'object') return { found: extent }
    if (typeof extent === 'number' && !isOver) return { need: extent }
  }
  return 'none'
}

/** How many bytes of a config payload, and of what follows, have to be there before its length can be told. */
export function configStateNeed(prefix: Uint8Array): number | 'enough' {
  const search = findConfigExtent(prefix)
  return typeof search === 'object' && 'need' in search ? search.need : 'enough'
}

/** The layout that takes the bytes exactly; undefined where none does. */
export function extentOf(bytes: Uint8Array): ConfigExtent | undefined {
  for (const configSize of CONFIG_SIZES) {
    const extent = extentWith(bytes, configSize, (all, at) => (at === all.length ? 'ends' : 'goes-on'))
    if (typeof extent === 'object') return extent
  }
  return undefined
}

/** The layout without MSI-X and display that fits into bytes which no layout takes exactly. */
export function partialExtentOf({ length }: Uint8Array): ConfigExtent | undefined {
  const configSize = CONFIG_SIZES.find((size) => HEAD_SIZE + size + INTERRUPTS_SIZE <= length)
  if (configSize === undefined) return undefined
  return { configSize, vectors: 0, hasDisplay: false, length: HEAD_SIZE + configSize + INTERRUPTS_SIZE }
}

/** What stands at a place: the end of the payload, something else, or what so many bytes in all will tell. */
type Look = (bytes: Uint8Array, at: number) => 'ends' | 'goes-on' | number

const endsAtTag: Look = (bytes, at) => {
  const need = at + VFIO_TAG_SIZE
  if (bytes.length < need) return need
  return vfioTagAt(toView(bytes), at) === 'END_OF_STATE' ? 'ends' : 'goes-on'
}

/** The layout with a config space of so many bytes; a number of bytes where more of them tell. */
function extentWith(bytes: Uint8Array, configSize: number, look: Look): ConfigExtent | number | undefined {
  const configEnd = HEAD_SIZE + configSize
  if (bytes.length < configEnd) return configEnd + INTERRUPTS_SIZE + VFIO_TAG_SIZE
  const vectors = findMsixState(bytes.subarray(HEAD_SIZE, configEnd))?.vectors ?? 0
  const length = configEnd + INTERRUPTS_SIZE + (vectors === 0 ? 0 : streamedMsixLength(vectors))
  const end = look(bytes, length)
  if (end === 'ends') return { configSize, vectors, hasDisplay: false, length }
  if (typeof end === 'number') return end
  const display = displayAt(bytes, length)
  if (display !== true) return display
  const behind = look(bytes, length + DISPLAY_SIZE)
  if (behind === 'ends') return { configSize, vectors, hasDisplay: true, length: length + DISPLAY_SIZE }
  return typeof behind === 'number' ? behind : undefined
}

const DISPLAY_START = Uint8Array.of(5, DISPLAY_NAME.length, ...[...DISPLAY_NAME].map((letter) => letter.charCodeAt(0)))

/** Whether the display subsection begins at a place. */
function displayAt(bytes: Uint8Array, at: number): true | number | undefined {
  const start = bytes.subarray(at, at + DISPLAY_START.length)
  if (start.some((byte, index) => byte !== DISPLAY_START[index])) return undefined
  return start.length === DISPLAY_START.length ? true : at + DISPLAY_SIZE + VFIO_TAG_SIZE
}
