import { joined } from '../../layout/index.ts'
import type { Side } from '../../protocol/index.ts'
import type { Machine } from '../machine.ts'
import { Refused, type Stage, type Steps } from '../stage.ts'
import { PARTS, type SectionType } from '../stream/writer.ts'
import { MigrationRegion } from '../vfio/migration-region.ts'
import { decodeRecords } from '../vfio/records.ts'
import { dataRecord, putConfig, sendRecords } from '../vfio/section.ts'
import { putSnapshot, takeSnapshot } from './device-snapshot.ts'
import { HostDevice, laterDifferences, wholeDifferences } from './host-device.ts'
import { receiveLate } from './late.ts'
import type { Recipe } from './recipe.ts'

/** Values of the device state; what no driver takes, and what one that has failed shows. */
const STATE = { stop: 0, running: 1, stopAndCopy: 2, preCopy: 3, resuming: 4, resumingAndRunning: 5, error: 6 } as const
/** Bytes of the region, of its header, and those that the driver stages at a time. */
const REGION = 16 * 1024
const DATA_OFFSET = 4096
const PIECE = REGION - DATA_OFFSET
/** 2020 to 2022: a region of the device with a header and staged data, as QEMU 5.2 to 7.2 use it. */
class VfioV1 implements Steps {
  private readonly host: HostDevice
  private readonly regions: Readonly<Record<Side, MigrationRegion>>
  /** Staged data as it was read, a record each. */
  private pieces: Uint8Array[] | undefined
  private readonly received: Uint8Array[] = []

  constructor(private readonly stage: Stage) {
    const { trace } = stage
    this.host = new HostDevice(stage)
    this.regions = {
      source: new MigrationRegion('source', trace, DATA_OFFSET),
      destination: new MigrationRegion('destination', trace, DATA_OFFSET),
    }
  }

  begin(): void {
    this.introduce('source')
    this.regions.source.setState(STATE.preCopy)
    sendRecords(this.stage, 'START', [{ tag: 'DEV_SETUP_STATE' }])
  }

  afterRound(): void {
    this.host.queryWritten()
    this.regions.source.readRegister('pending_bytes', 0)
    // The driver has nothing to say before the stop; QEMU sends the record all the same.
    sendRecords(this.stage, 'PART', [{ tag: 'DEV_DATA_STATE', data: new Uint8Array(0) }])
  }

  beforeStop(): void {
    if (this.stage.has('read-state-before-stop')) this.readState()
  }

  afterStop(): void {
    this.regions.source.setState(STATE.stopAndCopy)
    if (this.stage.has('bitmap-after-state')) this.readState()
    this.host.queryWritten()
  }

  save(): void {
    const { source, random, has, trace } = this.stage
    const region = this.regions.source
    if (has('dma-after-stop')) receiveLate(source, random)
    if (has('device-error')) {
      region.readRegister('device_state', STATE.error)
      trace.add('source', 'migration-cancelled', { reason: 'the driver has failed' })
      throw new Refused('source: the driver is in the error state')
    }
    if (this.pieces === undefined) this.readState()
    sendRecords(this.stage, 'END', (this.pieces ?? []).map(dataRecord))
    region.setState(STATE.stop)
    const { config, msix } = source.vf
    sendRecords(this.stage, 'FULL', [{ tag: 'DEV_CONFIG_STATE', pci: { config: config.slice(), msix: msix.slice() } }])
    trace.add('source', 'state-saved', { part: 'config', bytes: config.length })
  }

  load(type: SectionType, bytes: Uint8Array, target: Machine): number {
    const { trace } = this.stage
    if (type === 'START') this.arrive()
    const { records, length } = decodeRecords(bytes)
    const data = records.flatMap((record) =>
      record.tag === 'DEV_DATA_STATE' && record.data.length > 0 ? [record.data] : [],
    )
    if (data.length > 0) this.writeState(data, target)
    for (const record of records) if (record.tag === 'DEV_CONFIG_STATE') putConfig(this.stage, record.pci, target)
    trace.add('destination', 'stream-loaded', { part: PARTS[type], bytes: length })
    return length
  }

  beforeStart(): void {
    this.regions.destination.setState(STATE.running)
  }

  compare(target: Machine): string[] {
    return wholeDifferences(this.stage.source, target)
  }

  afterStart(target: Machine): string[] {
    const { source, random } = this.stage
    return laterDifferences(source, target, random.word())
  }

  private introduce(side: Side): void {
    const { trace, has } = this.stage
    trace.add(side, 'platform', { id: side === 'destination' && has('platform-mismatch') ? 'X550' : '82599' })
    trace.add(side, 'region-size', { region: 'migration', size: REGION })
    this.regions[side].readRegister('device_state', STATE.running)
  }

  private arrive(): void {
    const { has } = this.stage
    this.introduce('destination')
    if (has('illegal-bits')) this.regions.destination.setState(STATE.resumingAndRunning)
    if (!has('resuming-skipped')) this.regions.destination.setState(STATE.resuming)
  }

  /** The save loop: how much is pending, where it is, how much of it, the bytes, and again. */
  private readState(): void {
    const { trace, source, has } = this.stage
    const region = this.regions.source
    const image = takeSnapshot(source.vf)
    const whole = has('pending-left') ? image.length - PIECE : image.length
    const pieces: Uint8Array[] = []
    let at = 0
    while (at < whole) {
      const piece = image.slice(at, at + PIECE)
      region.readRegister('pending_bytes', image.length - at)
      if (has('wrong-order')) region.data(piece.length, false)
      region.readData(piece.length, has('data-overrun') ? REGION : piece.length)
      pieces.push(piece)
      at += piece.length
    }
    region.readRegister('pending_bytes', image.length - at)
    this.pieces = pieces
    trace.add('source', 'state-saved', { part: 'device-state', bytes: at })
  }

  /** The resume loop: where the data goes, the bytes, and their size, which makes the driver take them. */
  private writeState(data: readonly Uint8Array[], target: Machine): void {
    const { trace, has } = this.stage
    const pieces = has('transaction-resized') ? halves(data) : data
    for (const [index, piece] of pieces.entries()) {
      const isTaken = !has('size-not-written') || index < pieces.length - 1
      this.regions.destination.writeData(piece.length, isTaken)
      if (isTaken) this.received.push(piece)
    }
    const image = joined(this.received)
    trace.add('destination', 'state-loaded', { part: 'device-state', bytes: image.length })
    putSnapshot(image, target.vf)
  }
}

function halves(pieces: readonly Uint8Array[]): Uint8Array[] {
  return pieces.flatMap((piece) => {
    const middle = piece.length >> 1
    return [piece.subarray(0, middle), piece.subarray(middle)]
  })
}

export const vfioV1: Recipe = {
  section: { name: '0000:00:02.0/vfio', version: 1 },
  // A snapshot, as only this simulator has it.
  state: { format: '', held: 'data' },
  absentDriver: 'host',
  steps: (stage) => new VfioV1(stage),
}
