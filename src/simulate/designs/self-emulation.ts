import { isOpaque } from '../../layout/index.ts'
import { configSpaceFormat } from '../../pci/index.ts'
import {
  CONTAINER_SECTION,
  type ContainerBody,
  containerFormat,
  MIGRATION_STATUS_OFFSET,
  type Ring,
  restoreOrder,
  shiftRing,
  stateInPfCodecs,
  streamedMsixCodec,
  streamedMsixLength,
} from '../../vf-state/index.ts'
import { byteDifferences, memoryDifferences, valueDifferences } from '../compare.ts'
import { ringAddress, ringPage } from '../guest/driver.ts'
import { bufferAddress, MAP } from '../guest/memory-map.ts'
import { PAGE } from '../guest/ram.ts'
import { RING_SIZE } from '../guest/variables.layout.ts'
import type { Machine } from '../machine.ts'
import type { Stage, Steps } from '../stage.ts'
import type { SectionType } from '../stream/writer.ts'
import { CAPABILITIES, MAILBOX_VECTOR, VECTORS } from '../vf/config.ts'
import { streamedTable } from '../vf/messages.ts'
import { type Direction, RING } from '../vf/registers.ts'
import { raiseMailbox, waitForGuest } from './mailbox.ts'
import { BLOB, pfState } from './pf-state.ts'
import type { Recipe } from './recipe.ts'
import { Recording, recorded } from './recording.ts'

const CONFIG_SIZE = 4096
/** Bytes of a completion body: flag, then config space, MSI-X table and blob, each behind its number. */
const BODY = 1 + 4 + CONFIG_SIZE + 4 + streamedMsixLength(VECTORS) + 4 + BLOB
/** Bytes of the blob where the kernel has the structure of Linux 4.2. */
const OLD_BLOB = 92
const REGISTERS = { migrationStatus: MIGRATION_STATUS_OFFSET, vfAnswer: MIGRATION_STATUS_OFFSET + 1 } as const
const DIRECTIONS = ['rx', 'tx'] as const
const CONTAINER_OPTIONS = { variant: 'b' } as const

/** October 2015: the driver records registers and marks pages by dummy writes; the PF driver gives the rest as a blob. */
class SelfEmulation implements Steps {
  private readonly works: boolean
  /** What the PF driver of the source knows of its VF, and that of the destination. */
  private readonly blob: Uint8Array
  private targetBlob: Uint8Array = new Uint8Array(0)

  constructor(private readonly stage: Stage) {
    this.works = !stage.has('interface-down') && !stage.has('driver-absent')
    this.blob = pfState(stage)
  }

  begin(): void {
    const { stage } = this
    const { trace, source } = stage
    for (const { id, offset, length } of CAPABILITIES)
      trace.add('source', 'capability-place', { offset, length, faked: false, id })
    if (stage.has('capability-overlap'))
      trace.add('source', 'capability-place', { offset: 0xf0, length: 16, faked: false, id: 0x05 })
    trace.add('source', 'capability-place', { offset: MIGRATION_STATUS_OFFSET, length: 2, faked: true })
    source.driver.tracking = {
      taken: (_, bufferPage) => {
        this.dummyWrite(bufferPage)
        this.dummyWrite(ringPage('rx'))
      },
    }
    if (stage.has('interface-down')) {
      source.driver.close()
      trace.add('source', 'device', { state: 'down' })
    } else if (stage.has('driver-absent')) trace.add('source', 'device', { state: 'absent' })
    if (stage.has('recording-shared')) this.recordAnotherVf()
    stage.stream.section('START', containerFormat.encode({ flag: 'setup', configLength: undefined }))
    trace.add('source', 'stream-sent', { part: 'setup', flags: 1, bytes: 1 })
  }

  beforeStop(): void {
    const { stage } = this
    if (stage.has('ready-without-start')) this.write(stage.source, 'vfAnswer', 1, 'guest')
    this.write(stage.source, 'migrationStatus', 1, 'vmm')
    stage.trace.add('source', 'mailbox', { message: 'ping', by: 'pf' })
    raiseMailbox(stage, stage.source, MAILBOX_VECTOR)
    if (stage.has('read-state-before-stop')) stage.trace.add('source', 'state-saved', { part: 'blob', bytes: BLOB })
    if (stage.has('stopped-before-ready')) return
    waitForGuest(stage, this.works && !stage.has('guest-silent'), () => this.quiet())
  }

  save(): void {
    const { trace, source, stream, copying, has } = this.stage
    if (!has('read-state-before-stop')) trace.add('source', 'state-saved', { part: 'blob', bytes: BLOB })
    trace.add('source', 'state-saved', { part: 'config', bytes: CONFIG_SIZE })
    trace.add('source', 'state-saved', { part: 'msix', bytes: streamedMsixLength(VECTORS) })
    const body = containerFormat.encode({
      flag: 'complete',
      configLength: CONFIG_SIZE,
      configSpace: configSpaceFormat.decode(source.vf.config),
      msixEntries: VECTORS,
      msix: streamedTable(source.vf.msix),
      blobLength: BLOB,
      stateInPf: stateInPfCodecs.b.decode(this.blob),
    })
    stream.section('END', body)
    trace.add('source', 'stream-sent', { part: 'complete', flags: 2, bytes: body.length })
    copying.transfer(body.length)
  }

  load(type: SectionType, bytes: Uint8Array, target: Machine): number {
    const { stage } = this
    const { trace } = stage
    const length = type === 'START' ? 1 : BODY
    const body: ContainerBody = containerFormat.decode(bytes.subarray(0, length), CONTAINER_OPTIONS)
    const complete = body.flag === 'complete'
    trace.add('destination', 'stream-loaded', { part: complete ? 'complete' : 'setup', bytes: length })
    if (!complete) return length
    const { configSpace, msix, stateInPf } = body
    if (configSpace !== undefined && !isOpaque(configSpace)) target.vf.config.set(configSpaceFormat.encode(configSpace))
    trace.add('destination', 'state-loaded', { part: 'config', bytes: CONFIG_SIZE })
    if (msix !== undefined && !isOpaque(msix)) {
      target.vf.msix.set(streamedMsixCodec.encode(msix, { parameters: { vectors: VECTORS } }).subarray(0, 16 * VECTORS))
    }
    trace.add('destination', 'state-loaded', { part: 'msix', bytes: streamedMsixLength(VECTORS) })
    if (stage.has('wrong-order')) trace.add('destination', 'mailbox', { message: 'notify-resume', by: 'vf' })
    // A kernel whose structure has another size logs that and takes nothing.
    const own = stage.has('platform-mismatch') ? OLD_BLOB : BLOB
    trace.add('destination', 'state-loaded', { part: 'blob', bytes: own })
    if (own === BLOB && stateInPf !== undefined && !isOpaque(stateInPf)) {
      this.targetBlob = stateInPfCodecs.b.encode(stateInPf as never)
    }
    return length
  }

  beforeStart(target: Machine): void {
    this.write(target, 'migrationStatus', 0, 'vmm')
  }

  compare(target: Machine): string[] {
    const { source } = this.stage
    const config = ({ vf }: Machine) => vf.config.slice().fill(0, REGISTERS.migrationStatus, REGISTERS.vfAnswer + 1)
    return [
      ...memoryDifferences(source.ram, target.ram),
      ...byteDifferences('config space', config(source), config(target)),
      ...byteDifferences('MSI-X table', source.vf.msix, target.vf.msix),
      ...byteDifferences('state in PF', this.blob, this.targetBlob),
    ]
  }

  afterStart(target: Machine): string[] {
    const { stage } = this
    const { trace, source } = stage
    trace.add('destination', 'mailbox', { message: 'ping', by: 'pf' })
    raiseMailbox(stage, target, MAILBOX_VECTOR)
    if (!this.works) return []
    if (!stage.has('wrong-order')) trace.add('destination', 'mailbox', { message: 'notify-resume', by: 'vf' })
    const shown = source.driver.shown()
    this.writeBack(target)
    const differences = DIRECTIONS.flatMap((direction) => this.shift(target, direction))
    target.driver.resumeCounters()
    target.driver.readCounters()
    trace.add('destination', 'device', { state: 'up' })
    return [...differences, ...valueDifferences('counter', shown, target.driver.shown()), ...this.takeWaiting(target)]
  }

  /** The service task of the driver: queues off, pages of unfinished work marked, answer given. */
  private quiet(): void {
    const { stage } = this
    const { source, random, trace } = stage
    const { driver, vf } = source
    const raced = stage.has('dummy-write-race')
    if (raced) {
      driver.poll(RING_SIZE)
      this.markWaiting()
      for (let packet = 0; packet < RACING; packet++) vf.receive(random.bytes(800))
    }
    driver.pause()
    if (raced) this.dummyWrite(ringPage('rx'))
    else this.markWaiting()
    for (const direction of DIRECTIONS) new Recording(vf, source.ram).read(RING[direction].head)
    trace.add('source', 'device', { state: 'quiet' })
    this.write(source, 'vfAnswer', 1, 'guest')
  }

  /** Marks the data of packets that wait in the ring, then both rings. */
  private markWaiting(): void {
    const { driver } = this.stage.source
    for (const index of driver.waiting()) {
      this.dummyWrite(Math.floor(bufferAddress('rxBuffers', driver.variables.rxBuffers[index] as number) / PAGE))
    }
    for (const direction of DIRECTIONS) this.dummyWrite(ringPage(direction))
  }

  /** Reads a byte of the page and writes it back: the hypervisor sees a write of the CPU. */
  private dummyWrite(page: number): void {
    const { source, trace, has } = this.stage
    source.ram.write(page * PAGE, source.ram.page(page).slice(0, 1))
    trace.add('source', 'page-dirtied', {
      page,
      how: 'dummy-write',
      ...(has('dummy-write-not-atomic') ? { atomic: false } : {}),
    })
  }

  /** Recorded registers go back to the device; heads cannot be written. */
  private writeBack({ vf, ram }: Machine): void {
    const { trace, has } = this.stage
    const ringRegisters = DIRECTIONS.flatMap((direction) => [RING[direction].control, RING[direction].tail])
    for (const { offset } of restoreOrder(1)) {
      // Queues start when their rings are in place.
      if (!ringRegisters.some((register) => register === offset)) vf.write(offset, recorded(ram, offset))
    }
    if (!has('head-register-written')) return
    trace.add('destination', 'status-write', { register: 'rdh', value: recorded(ram, RING.rx.head), by: 'guest' })
    vf.write(RING.rx.head, recorded(ram, RING.rx.head))
  }

  /** Rotates a ring so that the old head is its first descriptor, where the new device starts. */
  private shift({ ram, driver }: Machine, direction: Direction): string[] {
    const { stage } = this
    const head = recorded(ram, RING[direction].head)
    const { variables } = driver
    const bufferInfo = !stage.has('ring-shift-incomplete')
    const before: Ring<number> = {
      descriptors: driver.ring(direction).slice(),
      indexes: variables[direction],
      ...(direction === 'rx' ? { buffers: variables.rxBuffers } : { nextToWatch: variables.nextToWatch.map(known) }),
    }
    const ring = shiftRing(before, head)
    ram.write(ringAddress(direction), ring.descriptors)
    const { nextToUse, nextToClean } = ring.indexes
    variables[direction] = { nextToUse, nextToClean }
    if (direction === 'rx' && bufferInfo && ring.buffers !== undefined) variables.rxBuffers = [...ring.buffers]
    if (direction === 'tx' && ring.nextToWatch !== undefined)
      variables.nextToWatch = ring.nextToWatch.map((last) => last ?? NONE)
    driver.store()
    driver.setUpRing(direction)
    stage.trace.add('destination', 'ring-shift', { queue: `${direction}0`, count: RING_SIZE, head, bufferInfo })
    return byteDifferences(`ring ${direction}`, rotated(before.descriptors, head), driver.ring(direction))
  }

  /** The packets that waited on the source are those that the driver finds here, with their data. */
  private takeWaiting({ ram, driver }: Machine): string[] {
    const { source } = this.stage
    const wanted = source.driver.waiting().length
    const before = driver.variables.received
    driver.poll(RING_SIZE)
    // What would have happened on the source, for comparison.
    source.driver.tracking = { taken: () => {} }
    source.driver.poll(RING_SIZE)
    const differences = valueDifferences(
      'packets',
      { waiting: wanted },
      { waiting: driver.variables.received - before },
    )
    return [...differences, ...byteDifferences('received data', sockets(source.ram.bytes), sockets(ram.bytes))]
  }

  /** The record is one for all VFs of a guest: another one overwrites what this has kept. */
  private recordAnotherVf(): void {
    const { source, trace, random } = this.stage
    trace.add('source', 'register-recorded', { register: RING.rx.head })
    new Recording(source.vf, source.ram).record(RING.rx.baseLow, random.word())
    trace.add('source', 'register-recorded', { register: RING.rx.baseLow, device: 1 })
  }

  private write({ side, vf }: Machine, register: keyof typeof REGISTERS, value: number, by: 'guest' | 'vmm'): void {
    vf.config[REGISTERS[register]] = value
    this.stage.trace.add(side, 'status-write', { register, value, by })
  }
}

const NONE = 0xffff
/** Packets that come between the dummy write and the end of the queue: buffers lie two to a page. */
const RACING = 3
const known = (last: number): number | undefined => (last === NONE ? undefined : last)

/** What the ring has to be after the shift, told without the function that makes it so. */
function rotated(descriptors: Uint8Array, head: number): Uint8Array {
  return descriptors.map((_, at) => descriptors[(at + 16 * head) % descriptors.length] as number)
}

function sockets(memory: Uint8Array): Uint8Array {
  const { page, pages } = MAP.sockets
  return memory.subarray(page * PAGE, (page + pages) * PAGE)
}

export const selfEmulation: Recipe = {
  section: CONTAINER_SECTION,
  state: { format: containerFormat.name, held: 'bodies', options: () => CONTAINER_OPTIONS },
  layer: (vf, ram) => new Recording(vf, ram),
  absentDriver: 'guest',
  steps: (stage) => new SelfEmulation(stage),
}
