import { isOpaque, joined } from '../../layout/index.ts'
import type { Side } from '../../protocol/index.ts'
import { type I40eVfRecord, i40eVfStateFormat, makeI40eVfState } from '../../vf-state/index.ts'
import type { Machine } from '../machine.ts'
import { Refused, type Stage, type Steps } from '../stage.ts'
import { PARTS, type SectionType } from '../stream/writer.ts'
import type { Vf } from '../vf/vf.ts'
import { MigrationRegion } from '../vfio/migration-region.ts'
import { decodeRecords } from '../vfio/records.ts'
import { sendRecords } from '../vfio/section.ts'
import { HostDevice, laterDifferences, wholeDifferences } from './host-device.ts'
import { receiveLate } from './late.ts'
import type { Recipe } from './recipe.ts'

/** Values of the device state. */
const STATE = { stop: 0, running: 1, stopAndCopy: 2, preCopy: 3, resuming: 4 } as const
/** Bytes that the vendor module gives at a time. */
const PIECE = 4096
/** Where the data of the v4 region starts. */
const DATA_OFFSET = 32
const BAR0 = 1
const LONGEST_WAIT = 10_000
/** Registers of BAR 3 stand behind those of BAR 0. */
const MSIX_AT = 0x10000

/** 2019 to 2020: a vendor module behind vfio-pci, with the migration region of the time and its own records in it. */
class VendorOps implements Steps {
  private readonly host: HostDevice
  private blob: Uint8Array | undefined
  private readonly received: Uint8Array[] = []
  private readonly regions: Readonly<Record<Side, MigrationRegion>>

  constructor(private readonly stage: Stage) {
    this.host = new HostDevice(stage)
    const { trace } = stage
    this.regions = {
      source: new MigrationRegion('source', trace, DATA_OFFSET),
      destination: new MigrationRegion('destination', trace, DATA_OFFSET),
    }
  }

  begin(): void {
    const { trace, has } = this.stage
    this.introduce('source')
    if (!has('remap-irq-unused')) trace.add('source', 'irq-enable', { what: 'remap', on: true })
    if (has('verdict-mistaken')) {
      trace.add('source', 'handler-verdict', { operation: 'read', verdict: PIECE, defaultCalled: false })
    }
    this.setState('source', STATE.preCopy)
    this.remap()
    sendRecords(this.stage, 'START', [{ tag: 'DEV_SETUP_STATE' }])
  }

  afterRound(): void {
    this.host.queryWritten()
    this.regions.source.readRegister('pending_bytes', 0)
    sendRecords(this.stage, 'PART', [])
  }

  beforeStop(): void {
    if (this.stage.has('read-state-before-stop')) this.readState()
  }

  afterStop(): void {
    const { has } = this.stage
    this.setState('source', STATE.stopAndCopy)
    if (has('bitmap-after-state')) this.readState()
    this.host.queryWritten()
  }

  save(): void {
    const { source, random, has } = this.stage
    if (has('dma-after-stop')) receiveLate(source, random)
    if (this.blob === undefined) this.readState()
    const data = this.blob ?? new Uint8Array(0)
    sendRecords(this.stage, 'END', [{ tag: 'DEV_DATA_STATE', data }])
    this.setState('source', STATE.stop)
  }

  load(type: SectionType, bytes: Uint8Array, target: Machine): number {
    const { trace, has } = this.stage
    if (type === 'START') {
      this.introduce('destination')
      if (has('driver-absent')) {
        trace.add('destination', 'device', { state: 'absent' })
        throw new Refused('the destination has no vendor module for the device')
      }
      this.setState('destination', STATE.resuming)
    }
    const { records, length } = decodeRecords(bytes)
    for (const record of records) if (record.tag === 'DEV_DATA_STATE') this.writeState(record.data, target)
    trace.add('destination', 'stream-loaded', { part: PARTS[type], bytes: length })
    return length
  }

  compare(target: Machine): string[] {
    return wholeDifferences(this.stage.source, target)
  }

  afterStart(target: Machine): string[] {
    const { source, random } = this.stage
    this.setState('destination', STATE.running)
    return laterDifferences(source, target, random.word())
  }

  private introduce(side: Side): void {
    const { trace, has } = this.stage
    trace.add(side, 'platform', { id: side === 'destination' && has('platform-mismatch') ? 'X722' : 'XL710' })
    trace.add(side, 'handler-registered', { name: 'vfio-pci:8086-154c' })
  }

  /** Tracking needs accesses to tails to be seen: the module asks user space to map BAR 0 anew, and waits for it. */
  private remap(): void {
    const { trace, copying, has } = this.stage
    if (has('remap-irq-unused')) return
    trace.add('source', 'remap-signal', { bars: BAR0, waits: true, thread: 'kernel' })
    if (has('remap-unanswered')) {
      trace.add('source', 'wait', { for: 'userspace', bound: LONGEST_WAIT })
      copying.pass(LONGEST_WAIT)
      trace.add('source', 'wait-ended', { for: 'userspace', outcome: 'timed-out' })
      return
    }
    trace.add('source', 'region-remapped', { region: 0, mmap: false })
    const thread = has('ack-from-blocked-thread') ? MIGRATION_THREAD : 'main loop'
    trace.add('source', 'remap-ack', { value: 1, thread })
  }

  /** Reads the records piece by piece: how much is pending, where it is, how much of it, then the bytes. */
  private readState(): void {
    const { trace, source, has } = this.stage
    const region = this.regions.source
    const all = i40eVfStateFormat.encode(stateOf(source.vf))
    const whole = has('pending-left') ? all.length - PIECE : all.length
    let at = 0
    while (at < whole) {
      const count = Math.min(PIECE, all.length - at)
      region.readRegister('pending_bytes', all.length - at)
      if (has('wrong-order')) region.data(count, false)
      region.readData(count)
      at += count
    }
    this.blob = all.slice(0, at)
    region.readRegister('pending_bytes', all.length - at)
    trace.add('source', 'state-saved', { part: 'device-state', bytes: at })
  }

  private writeState(data: Uint8Array, { vf }: Machine): void {
    const { trace } = this.stage
    for (let at = 0; at < data.length; at += PIECE) {
      const piece = data.subarray(at, at + PIECE)
      this.regions.destination.writeData(piece.length)
      this.received.push(piece)
    }
    const { value, findings } = i40eVfStateFormat.inspect(joined(this.received))
    const [broken] = findings.filter(({ severity }) => severity === 'error')
    if (value === undefined || broken !== undefined || isOpaque(value.records)) {
      const reason = broken?.message ?? 'The records do not decode.'
      trace.add('destination', 'state-refused', { part: 'device-state', reason })
      throw new Refused(`device state: ${reason}`)
    }
    restore(value.records, vf)
    trace.add('destination', 'state-loaded', { part: 'device-state', bytes: data.length })
  }

  private setState(side: Side, value: number): void {
    this.regions[side].setState(value, MIGRATION_THREAD)
  }
}

const MIGRATION_THREAD = 'migration'

/** The records of a VF: who it is, its configuration space, and every register that is not zero. */
function stateOf(vf: Vf) {
  const identity = { vendor: 0x8086, device: 0x10ed, revision: 1, queuePairs: 1 }
  const registers = [...nonZero(vf.registers, 0), ...nonZero(vf.msix, MSIX_AT)]
  return makeI40eVfState([
    record('identity', 8, identity),
    record('config-space', vf.config.length, vf.config),
    record('registers', 8 * registers.length, { registers }),
  ] as I40eVfRecord[])
}

function record(type: I40eVfRecord['type'], length: number, payload: unknown) {
  const padding = new Uint8Array((8 - (length % 8)) % 8)
  return { type, flags: { mandatory: true, reserved: 0 }, length, payload, padding }
}

function nonZero(bytes: Uint8Array, base: number): { offset: number; value: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / 4 }, (_, index) => ({
    offset: base + 4 * index,
    value: view.getUint32(4 * index, true),
  })).filter(({ value }) => value !== 0)
}

function restore(records: readonly I40eVfRecord[], { config, registers, msix }: Vf): void {
  for (const { payload } of records) {
    if (payload instanceof Uint8Array) config.set(payload)
    else if ('registers' in payload) {
      for (const { offset, value } of payload.registers) {
        const [space, at] = offset < MSIX_AT ? [registers, offset] : [msix, offset - MSIX_AT]
        new DataView(space.buffer, space.byteOffset).setUint32(at, value, true)
      }
    }
  }
}

export const vendorOps: Recipe = {
  section: { name: 'vfio-pci', version: 1 },
  state: { format: i40eVfStateFormat.name, held: 'data' },
  absentDriver: 'host',
  steps: (stage) => new VendorOps(stage),
}
