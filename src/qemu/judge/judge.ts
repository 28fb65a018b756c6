import type { Path, Report } from '../../findings/index.ts'
import type { DerivedSpace, Value } from '../../layout/index.ts'
import type { command as commandLayout } from '../frame.layout.ts'
import type { RamState } from '../ram/blocks.ts'
import { mayLeavePagesOut, type QemuSection } from '../section.ts'
import type { DecodedDevice, DeviceDescription, VmDescription } from '../vmdesc/index.ts'
import { CommandOrder, type CommandPlace } from './commands.ts'
import { SectionOrder } from './order.ts'
import { type JudgedDevice, PciJudge } from './pci-device.ts'
import { RamJudge } from './ram.ts'
import { judgeRunState } from './run-state.ts'
import { versionCodes } from './version-codes.ts'
import { judgeCapability, judgePageSize, judgeVersion, type PartPlace } from './versions.ts'

/** A device whose state was decoded, with what its section says of it. */
interface SeenDevice extends JudgedDevice {
  readonly name: string
  readonly version: number | undefined
}

/** Judges a stream while it is read: what no part of it says by itself. */
export class Judge {
  readonly ram: RamJudge
  readonly #commands: CommandOrder
  readonly #order: SectionOrder
  readonly #pci: PciJudge
  #pageSize: ({ readonly size: number } & PartPlace) | undefined
  /** Whether a device may have told QEMU to leave pages of memory out. */
  #leavesOut = false

  constructor(
    private readonly report: Report,
    ram: RamState,
  ) {
    this.#commands = new CommandOrder(report, ram)
    this.#order = new SectionOrder(report, this.#commands)
    this.#pci = new PciJudge(report)
    this.ram = new RamJudge(report, ram, this.#commands)
  }

  /** Spaces that findings about devices count in. */
  get spaces(): readonly DerivedSpace[] {
    return this.#pci.spaces
  }

  /** Whether a section has come to its END: what comes then is not to be passed over. */
  get hasEnded(): boolean {
    return this.#order.hasEnded
  }

  /** The stream goes on after a failure of postcopy. */
  resumes(): void {
    this.#commands.isResumed = true
  }

  /** A part of the configuration states the size of a page. */
  seePageBits(bits: number, place: PartPlace): void {
    this.#pageSize = { size: 2 ** bits, ...place }
  }

  /** A part of the configuration lists capabilities. */
  seeCapabilities(names: Iterable<string>, place: PartPlace): void {
    for (const name of names) judgeCapability(name, place, this.report)
  }

  /** The header of a section was read. @param end where it ends */
  seeSection(section: QemuSection, machine: string | undefined, end: number): void {
    const { name } = section
    if (mayLeavePagesOut(name)) this.#leavesOut = true
    judgeVersion(section, machine, end, this.report)
    this.#order.section(section, end)
  }

  /** Sections that hold nothing were passed over. */
  seeEmptyParts(): void {
    this.#order.passed()
  }

  seeCommand(command: Value<typeof commandLayout>, place: CommandPlace): void {
    this.#commands.command(command, place, this.#order.hasEnded)
  }

  seePackageEnd(): void {
    this.#commands.packageEnds()
  }

  /** The end mark of the stream was read. @param packageEnd where the package ends that is open */
  seeEnd(offset: number, element: number, packageEnd: number | undefined): void {
    if (packageEnd !== undefined && offset < packageEnd) this.#order.endInPackage(packageEnd, element, offset)
    else this.#commands.packageEnds()
    this.#order.finish(offset)
    this.ram.finish({ offset, leavesOut: this.#leavesOut })
  }

  /** The input ended before the end mark. */
  seeNoEnd(): void {
    this.ram.finish(undefined)
  }

  /** The description at the end was read. */
  seeDescription(description: VmDescription | undefined): void {
    judgePageSize(this.#pageSize, description?.pageSize, this.report)
  }

  /** The state of a device was decoded. */
  seeDevice(device: SeenDevice, decoded: DecodedDevice, described: DeviceDescription): void {
    const { name, version } = device
    this.#pci.device(device, decoded.pci)
    if (described.version !== undefined && version !== undefined && described.version !== version) {
      const message = `${name} has version ${version} in its section and ${described.version} in its description.`
      const place = { offset: device.offset, length: 0, path: [...device.path, 'version'] as Path }
      this.report(versionCodes.finding('qemu/version-mismatch', message, place))
    }
    if (name !== 'globalstate') return
    const { runstate } = decoded.fields
    if (!(runstate instanceof Uint8Array)) return
    const path = [...device.path, 'fields', 'runstate']
    const within = runstate.byteOffset - device.bytes.byteOffset
    judgeRunState(runstate, { offset: device.offset + within, path }, this.report)
  }
}
