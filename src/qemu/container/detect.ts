import { toView } from '../../layout/index.ts'
import { STREAM_MAGIC, STREAM_VERSION } from '../elements.layout.ts'

/** Where a stream may start besides the beginning: what `file:PATH,offset=N` and storage that is written in blocks ask for. */
const STEP = 512

/**
 * Where a migration stream of QEMU starts: at the beginning, behind zero bytes, or at a multiple of 512. Undefined where
 * the bytes show none.
 */
export function detectQemuStream(head: Uint8Array): number | undefined {
  if (startsStream(head, 0)) return 0
  const zeros = head.findIndex((byte) => byte !== 0)
  if (zeros > 0 && startsStream(head, zeros)) return zeros
  for (let at = STEP; at + LENGTH <= head.length; at += STEP) if (startsStream(head, at)) return at
  return undefined
}

/** Magic and version; a version further away than this is other data with the same four letters in it. */
const LENGTH = 8

function startsStream(bytes: Uint8Array, at: number): boolean {
  if (at + LENGTH > bytes.length) return false
  const view = toView(bytes)
  const version = view.getUint32(at + 4)
  return view.getUint32(at) === STREAM_MAGIC && version > 0 && version <= STREAM_VERSION
}

const SAVED = 'LibvirtQemudSave'
/** What an image that libvirt has not finished starts with. */
export const PARTIAL = 'LibvirtQemudPart'

/** Whether the bytes start a save image of libvirt, finished or not. */
export function isSaveImage(head: Uint8Array): boolean {
  return startsWith(head, SAVED) || startsWith(head, PARTIAL)
}

const startsWith = (head: Uint8Array, magic: string) =>
  head.length >= magic.length && Array.from(magic).every((letter, at) => head[at] === letter.charCodeAt(0))
