import { counted, DecodeError } from '../../findings/index.ts'
import type { Parse } from '../../layout/index.ts'
import {
  detectQemuStream,
  isCompressed,
  isSaveImage,
  readSaveImage,
  SAVE_HEADER_SIZE,
  saveImageFields,
  saveImageLength,
  saveImageToJson,
} from '../container/index.ts'
import { type Teller, waitFor } from '../teller.ts'
import { qemuStreamCodes } from './codes.ts'
import { startsRecovery } from './recovery.ts'

/** How far into its file a stream is looked for, unless zero bytes lead to it. */
const FURTHEST = 1 << 16

/**
 * Takes what stands in front of a stream: what libvirt writes there, or the bytes up to an offset. Without an offset the
 * stream is looked for.
 *
 * @throws DecodeError where a save image of libvirt has its stream compressed
 */
export function* takeFront(teller: Teller, offset: number | undefined): Parse {
  const { window } = teller
  if (offset !== undefined && offset > 0) {
    yield* teller.run('leading', offset)
    return
  }
  yield* waitFor(window, MAGIC)
  const head = window.peek(Math.min(MAGIC, window.available))
  if (isSaveImage(head)) yield* takeSaveImage(teller)
  else if (detectQemuStream(head) !== 0 && !(yield* startsRecovery(window))) yield* takeLeading(teller)
}

const MAGIC = 16

function* takeSaveImage(teller: Teller): Parse {
  const { window } = teller
  yield* waitFor(window, SAVE_HEADER_SIZE)
  yield* waitFor(window, saveImageLength(window.peek(window.available)) ?? 0)
  const bytes = window.peek(window.available)
  const read = readSaveImage(bytes)
  // Of a header that is cut the reader of the stream says that it is none.
  if (read === undefined) return
  const { value, length, problems } = read
  for (const problem of problems) teller.report({ ...problem, path: ['saveImage', ...problem.path] })
  const own = window.peek(length)
  const place = { json: () => saveImageToJson(value), fields: () => saveImageFields(own, value) }
  teller.taken('saveImage', value, length, place)
  yield* waitFor(window, MAGIC)
  const { format } = value.header
  if (isCompressed(format) && detectQemuStream(window.peek(Math.min(MAGIC, window.available))) !== 0) {
    const path = ['saveImage', 'header', 'format']
    const expected = 'a migration stream that is not compressed'
    throw new DecodeError({ code: 'qemu/save-compressed', path, offset: window.offset, expected, found: format })
  }
}

/** Takes the bytes up to where a stream starts, as far as one is in sight; else the zero bytes that there are. */
function* takeLeading(teller: Teller): Parse {
  const { window } = teller
  yield* waitFor(window, FURTHEST)
  const start = detectQemuStream(window.peek(Math.min(FURTHEST, window.available)))
  let isZero = true
  if (start !== undefined) {
    isZero = window.peek(start).every((byte) => byte === 0)
    yield* teller.run('leading', start)
  } else if (window.bytes[window.position] === 0 && window.available > 0) yield* takeZeros(teller)
  else return
  const { offset: length } = window
  const words = isZero
    ? counted(length, 'zero byte stands', 'zero bytes stand')
    : counted(length, 'byte stands', 'bytes stand')
  const place = { offset: 0, length, path: ['leading'] }
  teller.report(qemuStreamCodes.finding('qemu/leading-bytes', `${words} before the stream.`, place))
}

function* takeZeros(teller: Teller): Parse {
  const { window } = teller
  teller.begin('leading', 'bytes')
  for (;;) {
    const { bytes, position, limit } = window
    let at = position
    while (at < limit && bytes[at] === 0) at += 1
    const start = window.offset
    teller.bytes(start, window.take(at - position))
    if (window.available > 0 || !(yield* waitFor(window, 1))) break
  }
  teller.end()
}
