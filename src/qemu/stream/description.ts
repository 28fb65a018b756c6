import { counted } from '../../findings/index.ts'
import { joined, leastSize } from '../../layout/index.ts'
import { ELEMENT } from '../elements.layout.ts'
import { descriptionHeader } from '../frame.layout.ts'
import { descriptionHeaderCodec } from '../frame.ts'
import { type Teller, waitFor } from '../teller.ts'
import { descriptionCodes, type VmDescription } from '../vmdesc/index.ts'
import { qemuStreamCodes } from './codes.ts'
import { describedBy } from './held-devices.ts'

const HEADER = leastSize(descriptionHeader)
/** Longest description that is read: 16 MiB. QEMU's own are a few hundred KiB. */
const LONGEST = 2 ** 24

/** Reads the JSON behind the end mark. */
export class Description {
  /** Whether one begins, sound or not. */
  isThere = false

  constructor(
    private readonly teller: Teller,
    private readonly hear?: (json: Uint8Array) => void,
  ) {}

  /** Takes the description where there is one, as element `index`. */
  *read(index: number): Generator<number, VmDescription | undefined, undefined> {
    const { teller } = this
    const { window } = teller
    yield* waitFor(window, HEADER)
    if (window.available === 0 || window.bytes[window.position] !== ELEMENT.VMDESCRIPTION) return undefined
    this.isThere = true
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
    const pieces: Uint8Array[] = []
    const isWhole = yield* teller.run('json', length, (bytes) => {
      // Node's Buffer would give a view as its slice.
      if (length <= LONGEST) pieces.push(new Uint8Array(bytes))
    })
    teller.end()
    const place = { offset: start, length: window.offset - start, path }
    const size = `The description has ${counted(length, 'byte')}`
    if (!isWhole) {
      const message = `${size}, of which ${length - place.length} are missing.`
      teller.report(qemuStreamCodes.finding('qemu/description-ended-early', message, place))
      return undefined
    }
    if (length > LONGEST) {
      const message = `${size}; at most ${LONGEST} are read.`
      teller.report(descriptionCodes.finding('qemu/vmdesc-too-large', message, place))
      return undefined
    }
    const json = joined(pieces)
    this.hear?.(json)
    return describedBy(json, start, teller.report, path)
  }
}
