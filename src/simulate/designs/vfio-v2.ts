import { mlx5StateFormat } from '../../vf-state/index.ts'
import { areaOf } from '../guest/memory-map.ts'
import { PAGE, Ram } from '../guest/ram.ts'
import { RING_SIZE } from '../guest/variables.layout.ts'
import type { Machine } from '../machine.ts'
import { Refused, type Stage, type Steps } from '../stage.ts'
import { PARTS, type SectionType } from '../stream/writer.ts'
import { Vf } from '../vf/vf.ts'
import { type DriverFaults, MigrationDriver } from '../vfio/migration-driver.ts'
import { decodeRecords } from '../vfio/records.ts'
import { dataRecord, putConfig, sendRecords } from '../vfio/section.ts'
import { HostDevice, laterDifferences, wholeDifferences } from './host-device.ts'
import { receiveLate } from './late.ts'
import type { Recipe } from './recipe.ts'

/** What QEMU reads at a time. */
const BUFFER = 1024 * 1024
const PACKET = 900
/** Number of the second device. */
const PEER = 1

/** A VF of the mlx5 family. */
const IDENTITY = { vendorId: 0x15b3, deviceId: 0x101e } as const

const FEATURES = { stopCopy: true, p2p: true, preCopy: true } as const

/** Since 2022: the kernel's states and descriptors, as QEMU uses them. */
class VfioV2 implements Steps {
  private readonly host: HostDevice
  private readonly driver: MigrationDriver
  /** A second device that moves along; there are two only where that is the fault. */
  private readonly peer: MigrationDriver | undefined
  private target: MigrationDriver | undefined
  private readonly saved: Uint8Array[] = []
  private initialSent = false
  private loaded = 0

  constructor(private readonly stage: Stage) {
    const { source, trace, journal, has } = stage
    this.host = new HostDevice(stage)
    const features = { ...FEATURES, p2p: !has('no-peer-to-peer') }
    this.driver = new MigrationDriver('source', source.vf, trace, features, sourceFaults(has))
    if (has('no-peer-to-peer')) {
      const vf = new Vf(new Ram(1), IDENTITY)
      journal.device(PEER, vf.config)
      this.peer = new MigrationDriver('source', vf, trace, features, {}, PEER)
    }
  }

  begin(): void {
    const { has } = this.stage
    if (!has('logging-not-started')) this.log(true)
    if (has('data-fd-leaked')) {
      this.driver.set('PRE_COPY')
      this.driver.set('RUNNING')
    }
    this.all((driver) => driver.set('PRE_COPY'))
    this.driver.precopyInfo()
    sendRecords(this.stage, 'START', [{ tag: 'DEV_SETUP_STATE' }])
  }

  afterRound(): void {
    this.host.queryWritten()
    if (this.stage.has('initial-bytes-left')) this.iterate([])
    else this.iterate(this.readPreCopy())
  }

  beforeStop(): void {
    const { source, has } = this.stage
    if (has('initial-bytes-grow')) {
      this.driver.restartInitial()
      this.iterate(this.readPreCopy())
    }
    // Room for the packet that the log will forget.
    if (has('dirty-page-missed')) source.driver.poll(RING_SIZE)
    if (has('read-state-before-stop')) {
      this.driver.set('STOP_COPY')
      this.readAll()
    }
  }

  afterStop(): void {
    const { source, random, has } = this.stage
    if (!has('read-state-before-stop')) {
      // The guest stands still and its device does not, yet.
      if (has('dirty-page-missed') || random.chance(0.5)) source.vf.receive(random.bytes(PACKET))
      if (this.driver.features.p2p) this.driver.set('PRE_COPY_P2P')
      this.all((driver) => {
        if (!driver.set('STOP_COPY')) this.fail('the driver refuses STOP_COPY')
      })
    }
    if (has('stop-copy-to-pre-copy')) {
      this.driver.read(PACKET)
      this.driver.set('PRE_COPY')
      this.driver.set('STOP_COPY')
    }
    if (has('bitmap-not-asked')) return
    this.host.queryWritten((page) => has('dirty-page-missed') && areaOf(page) === 'rxBuffers')
  }

  save(): void {
    const { source, random, has } = this.stage
    if (has('dma-after-stop')) receiveLate(source, random)
    if (has('device-error')) {
      this.driver.read(PACKET)
      this.driver.fail()
      this.driver.tell()
      this.fail('the device is in ERROR')
    }
    if (has('read-after-stop')) {
      this.keep(this.driver.read(PACKET))
      this.driver.set('STOP')
    }
    this.readAll()
    const data = this.saved.splice(0)
    const bytes = data.reduce((sum, piece) => sum + piece.length, 0)
    this.stage.trace.add('source', 'state-saved', { part: 'device-state', bytes })
    if (has('short-data')) data.push((data.pop() as Uint8Array).slice(0, -1))
    sendRecords(this.stage, 'END', data.map(dataRecord))
    const { config, msix } = source.vf
    this.stage.trace.add('source', 'state-saved', { part: 'config', bytes: config.length })
    sendRecords(this.stage, 'FULL', [{ tag: 'DEV_CONFIG_STATE', pci: { config: config.slice(), msix: msix.slice() } }])
    if (!has('logging-not-started')) this.log(false)
    this.all((driver) => {
      driver.set('STOP')
      driver.close()
    })
  }

  load(type: SectionType, bytes: Uint8Array, machine: Machine): number {
    const { trace, has } = this.stage
    const target = this.target ?? this.arrive(machine)
    this.target = target
    if (type === 'START' && !has('wrong-order')) target.set('RESUMING')
    const { records, length } = decodeRecords(bytes)
    for (const record of records) {
      if (record.tag === 'DEV_DATA_STATE') this.write(record.data, target)
      if (record.tag === 'DEV_CONFIG_STATE') putConfig(this.stage, record.pci, machine)
    }
    trace.add('destination', 'stream-loaded', { part: PARTS[type], bytes: length })
    return length
  }

  beforeStart(): void {
    const { trace } = this.stage
    const { target } = this
    if (target === undefined) throw new Refused('no state of the device came')
    if (!target.set('RUNNING_P2P')) {
      trace.add('destination', 'state-refused', { part: 'device-state', reason: 'the driver does not leave RESUMING' })
      throw new Refused('device state: the driver of the destination does not leave RESUMING')
    }
    trace.add('destination', 'state-loaded', { part: 'device-state', bytes: this.loaded })
    target.close()
    target.set('RUNNING')
  }

  compare(machine: Machine): string[] {
    return wholeDifferences(this.stage.source, machine)
  }

  afterStart(machine: Machine): string[] {
    const { source, random } = this.stage
    return laterDifferences(source, machine, random.word())
  }

  private all(act: (driver: MigrationDriver) => void): void {
    for (const driver of [this.driver, this.peer]) if (driver !== undefined) act(driver)
  }

  /** What pre-copy has now: one read, as QEMU does after each round. */
  private readPreCopy(): Uint8Array[] {
    const { initialBytes, dirtyBytes } = this.driver.precopyInfo()
    if (initialBytes + dirtyBytes === 0) {
      this.driver.stopCopySize()
      return []
    }
    const piece = this.driver.read(BUFFER)
    return piece.length > 0 ? [piece] : []
  }

  /** The section of a round. The one that completes the initial data says so instead of ending with a plain mark. */
  private iterate(data: readonly Uint8Array[]): void {
    const isFirst = data.length > 0 && !this.initialSent
    if (isFirst) this.initialSent = true
    sendRecords(this.stage, 'PART', data.map(dataRecord), isFirst ? 'DEV_INIT_DATA_SENT' : 'END_OF_STATE')
  }

  private readAll(): void {
    while (this.keep(this.driver.read(BUFFER))) {}
    this.peer?.read(BUFFER)
  }

  private keep(piece: Uint8Array): boolean {
    if (piece.length > 0) this.saved.push(piece)
    return piece.length > 0
  }

  private write(data: Uint8Array, target: MigrationDriver): void {
    const { trace, has } = this.stage
    const isEarly = has('wrong-order') && this.loaded === 0
    if (!target.write(data)) {
      trace.add('destination', 'state-refused', { part: 'device-state', reason: 'the driver does not take the data' })
      throw new Refused('device state: the driver of the destination does not take the data')
    }
    this.loaded += data.length
    if (isEarly) target.set('RESUMING')
  }

  private arrive({ vf }: Machine): MigrationDriver {
    const { trace, has } = this.stage
    const faults = { lenient: has('wrong-order'), otherQueues: has('queue-mismatch') }
    const driver = new MigrationDriver('destination', vf, trace, FEATURES, faults)
    driver.tell()
    return driver
  }

  private log(on: boolean): void {
    const facts = on ? { ranges: 1, pageSize: PAGE } : {}
    this.stage.trace.add('source', 'dma-logging', { on, ...facts, result: 0 })
  }

  private fail(reason: string): never {
    this.stage.trace.add('source', 'migration-cancelled', { reason })
    throw new Refused(`source: ${reason}`)
  }
}

function sourceFaults(has: (fault: string) => boolean): DriverFaults {
  return {
    lenient: has('stop-copy-to-pre-copy') || has('read-after-stop'),
    ...(has('stop-copy-refused') ? { refusesHopTo: 'STOP_COPY' } : {}),
  }
}

export const vfioV2: Recipe = {
  section: { name: '0000:00:02.0/vfio', version: 1 },
  // The driver frames the state as mlx5 does, so the device says that it is one of theirs.
  identity: IDENTITY,
  state: { format: mlx5StateFormat.name, held: 'data' },
  absentDriver: 'host',
  steps: (stage) => new VfioV2(stage),
}
