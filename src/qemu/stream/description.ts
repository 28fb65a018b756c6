import { counted } from '../../findings/index.ts'
import { descriptionHeaderCodec } from '../frame.ts'
import { type Teller, wanted } from '../teller.ts'
import { descriptionCodes, type VmDescription } from '../vmdesc/index.ts'
import { qemuStreamCodes } from './codes.ts'
import { describedBy } from './held-devices.ts'

const DESCRIPTION = 6

/** Longest description that is read: 16 MiB. QEMU's own are a few hundred KiB. */
const LONGEST = 2 ** 24

/** Reads the JSON behind the end mark. */
export class Description {
  constructor(
    private readonly teller: Teller,
    private readonly hear?: (json: Uint8Array) => void,
  ) {}

  /** Takes the description where there is one, as element `index`. */
  *read(index: number): Generator<number, VmDescription | undefined, undefined> {
    const { teller } = this
    const { window } = teller
    yield* wanted(window, HEADER)
    if (window.available === 0 || window.bytes[window.position] !== DESCRIPTION) return undefined
    if (window.available < HEADER) {
      const message = 'The stream ends inside of the header of the description.'
      const place = { offset: window.offset, length: window.available, path: teller.path() }
      teller.report(qemuStreamCodes.finding('qemu/description-ended-early', message, place))
      return undefined
    }
    teller.begin(index, 'object')
    const header = yield* teller.struct('description', descriptionHeaderCodec)
    const length = header?.length ?? 0
    const start = window.offset
    const path = teller.path('json')
    teller.begin('json', 'bytes')
    const pieces: Uint8Array[] = []
    let left = length
    while (left > 0 && (yield* wanted(window, 1))) {
      const { offset } = window
      const bytes = window.takeUpTo(left)
      if (length <= LONGEST) pieces.push(bytes.slice())
      teller.bytes(offset, bytes)
      left -= bytes.length
    }
    teller.end()
    teller.end()
    if (left > 0) {
      const message = `The description has ${counted(length, 'byte')}, of which ${left} are missing.`
      const place = { offset: start, length: length - left, path }
      teller.report(qemuStreamCodes.finding('qemu/description-ended-early', message, place))
      return undefined
    }
    if (length > LONGEST) {
      const message = `The description has ${length} bytes; at most ${LONGEST} are read.`
      teller.report(descriptionCodes.finding('qemu/vmdesc-too-large', message, { offset: start, length, path }))
      return undefined
    }
    const json = gathered(pieces)
    this.hear?.(json)
    return describedBy(json, start, teller.report, path)
  }
}

const HEADER = 5

function gathered(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
