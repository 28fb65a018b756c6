import { BlockBitmapJudge } from '../../dirty-bitmap/index.ts'
import { ELEMENTS, type ElementName } from '../elements.layout.ts'
import { Judge } from '../judge/index.ts'
import { RamState } from '../ram/blocks.ts'
import type { Teller } from '../teller.ts'
import { qemuStreamCodes } from './codes.ts'
import type { DescriptionAhead } from './description-ahead.ts'
import { HeldDevices } from './held-devices.ts'
import type { QemuReadOptions } from './options.ts'
import { SectionList } from './section-list.ts'
import { VfioDevices } from './vfio-devices.ts'

/** What is known of a stream while it is read. */
export class Context {
  readonly ram = new RamState()
  readonly sections = new SectionList()
  readonly devices = new HeldDevices()
  readonly vfio: VfioDevices
  readonly judge: Judge
  /** Judges the dirty bitmaps of disks, over all sections that have parts of them. */
  readonly bitmaps: BlockBitmapJudge
  /** Index of the element that is read. */
  element = 0
  /** Whether the stream goes on after a failure of postcopy: it has no header, and no sections but those of RAM. */
  isResumed = false
  /** Where the package ends that elements come in. */
  packageEnd: number | undefined
  /** Where the input ended while more of it was wanted. */
  missedAt: number | undefined
  /** Machine type. */
  machine: string | undefined
  /** The description at the end, where it is known before it is reached. */
  description: DescriptionAhead | undefined

  constructor(
    readonly teller: Teller,
    readonly options: QemuReadOptions,
  ) {
    this.description = options.description
    this.vfio = new VfioDevices(teller.report, teller.tellsAll)
    this.bitmaps = new BlockBitmapJudge(teller.report)
    this.judge = new Judge(teller.report, this.ram)
  }

  /** What the next byte begins, which has to be here. */
  next(): ElementName | undefined {
    const { bytes, position } = this.teller.window
    return (ELEMENTS as Readonly<Record<number, ElementName>>)[bytes[position] as number]
  }

  /** Says something of what is open, from where it begins up to here. */
  note(code: keyof typeof qemuStreamCodes.entries, message: string, offset = this.teller.window.offset): void {
    const place = { offset, length: this.teller.window.offset - offset, path: this.teller.path() }
    this.teller.report(qemuStreamCodes.finding(code, message, place))
  }
}
