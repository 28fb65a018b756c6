import { byteDifferences, memoryDifferences, valueDifferences } from '../compare.ts'
import { ringPage } from '../guest/driver.ts'
import { bufferAddress } from '../guest/memory-map.ts'
import { restorePciState, savePciState } from '../guest/pci-state.ts'
import { PAGE } from '../guest/ram.ts'
import { RING_SIZE } from '../guest/variables.layout.ts'
import type { Machine } from '../machine.ts'
import type { Stage, Steps } from '../stage.ts'
import type { SectionType } from '../stream/writer.ts'
import { BRIDGE_CAPABILITY, BridgeRegisters } from './bridge-registers.ts'
import { receiveLate } from './late.ts'
import { waitForGuest } from './mailbox.ts'
import type { Recipe } from './recipe.ts'

const CAPABILITY_AT = 0x40
const ELSEWHERE = 0x60
/** Bytes of the body: the registers of the capability. */
const BODY = BRIDGE_CAPABILITY - 2
/** Packets that wait in the ring are taken before it is set up anew. */
const ALL = RING_SIZE

/** December 2015: an emulated bridge tells the PCI core of the guest, which stops the device and marks its pages. */
class Bridge implements Steps {
  private readonly registers: BridgeRegisters
  private readonly target: BridgeRegisters
  private readonly isDown: boolean
  private readonly works: boolean
  private answered = false

  constructor(private readonly stage: Stage) {
    this.registers = new BridgeRegisters('source', stage.trace)
    this.target = new BridgeRegisters('destination', stage.trace)
    this.isDown = stage.has('interface-down') || stage.has('missed-flag-kept')
    this.works = !this.isDown && !stage.has('driver-absent')
  }

  begin(): void {
    const { stage, registers } = this
    const { trace, source } = stage
    trace.add('source', 'topology', { bridged: !stage.has('outside-bridge') })
    this.place('source', CAPABILITY_AT)
    registers.announceSlots()
    if (!this.works) {
      if (this.isDown) source.driver.close()
      trace.add('source', 'device', { state: this.isDown ? 'down' : 'absent' })
    }
    for (const page of this.works ? mappedPages() : [])
      trace.add('source', 'dma-map', { page, direction: directionOf(page) })
    source.driver.tracking = { taken: (_, bufferPage) => this.mark(bufferPage) }
    registers.setPhase('track')
    trace.add('source', 'irq', { what: 'hot-plug' })
    registers.acknowledge('track')
  }

  beforeStop(): void {
    const { stage, registers } = this
    registers.setPhase('pause')
    stage.trace.add('source', 'irq', { what: 'hot-plug' })
    if (stage.has('wrong-order')) return
    const silent = stage.has('guest-silent') || stage.has('bad-path-without-reset')
    this.answered = waitForGuest(stage, !silent, () => this.pause())
    if (!this.answered) registers.setPhase('bad-path')
  }

  save(): void {
    const { stream, copying, source, random, has } = this.stage
    if (has('dma-after-stop')) receiveLate(source, random)
    stream.section('FULL', this.registers.bytes)
    copying.transfer(BODY)
  }

  load(_type: SectionType, bytes: Uint8Array): number {
    this.place('destination', this.stage.has('capability-offset') ? ELSEWHERE : CAPABILITY_AT)
    this.target.load(bytes.subarray(0, BODY))
    return BODY
  }

  compare(target: Machine): string[] {
    return [
      ...memoryDifferences(this.stage.source.ram, target.ram),
      ...byteDifferences('bridge capability', this.registers.bytes, this.target.bytes),
    ]
  }

  afterStart(target: Machine): string[] {
    const { stage } = this
    const { trace } = stage
    if (!this.answered) return this.badPath(target)
    trace.add('destination', 'device', { state: 'reset' })
    this.target.setPhase('resume')
    trace.add('destination', 'irq', { what: 'hot-plug' })
    const differences = this.works ? this.resume(target) : []
    // An administrator brings the interface up, and the driver forgets its note.
    if (stage.has('missed-flag-kept')) trace.add('destination', 'device', { state: 'up' })
    this.target.acknowledge('resume')
    this.target.setPhase('idle')
    return differences
  }

  /** The PCI core pauses the device: callback, bus mastering off, and only then the last marks. */
  private pause(): void {
    const { stage, registers, works } = this
    const { trace, source, random } = stage
    if (works) {
      trace.add('source', 'callback', { which: 'before' })
      savePciState(source.vf, source.ram)
      const early = stage.has('dirty-before-bus-master-clear')
      if (early) {
        this.markAll()
        source.vf.receive(random.bytes(900))
      }
      source.driver.pause()
      source.vf.busMaster = false
      trace.add('source', 'bus-master', { on: false })
      if (!early) this.markAll()
      registers.setMask('pausedMask', 1)
    } else {
      trace.add('source', 'missed-flag', { on: true })
      registers.setMask('missedMask', 1)
    }
    registers.acknowledge('pause')
  }

  /** The driver goes on with a device that was reset; packets that waited are not lost. */
  private resume({ vf, ram, driver }: Machine): string[] {
    const { trace, source } = this.stage
    trace.add('destination', 'callback', { which: 'after' })
    restorePciState(vf, ram)
    vf.busMaster = true
    trace.add('destination', 'bus-master', { on: true })
    const waiting = source.driver.waiting().length
    const shown = source.driver.shown()
    driver.poll(ALL)
    const taken = driver.variables.received - source.driver.variables.received
    driver.open()
    driver.readCounters()
    trace.add('destination', 'device', { state: 'up' })
    this.target.setMask('pausedMask', 0)
    return [
      ...valueDifferences('packets', { waiting }, { waiting: taken }),
      ...valueDifferences('counter', shown, driver.shown()),
      ...byteDifferences('MSI-X table', source.vf.msix, vf.msix),
    ]
  }

  private badPath({ vf }: Machine): string[] {
    const { stage } = this
    if (!stage.has('bad-path-without-reset')) {
      vf.reset()
      stage.trace.add('destination', 'device', { state: 'reset' })
    }
    stage.trace.add('destination', 'missed-flag', { on: true })
    this.target.setPhase('idle')
    return []
  }

  private place(side: 'source' | 'destination', offset: number): void {
    this.stage.trace.add(side, 'capability-place', { offset, length: BRIDGE_CAPABILITY, faked: true, id: 0x09 })
  }

  private markAll(): void {
    for (const page of mappedPages()) this.mark(page)
  }

  /** The hook of the DMA API. */
  private mark(page: number): void {
    const { trace, source } = this.stage
    source.ram.mark(page)
    trace.add('source', 'page-dirtied', { page, how: 'hook', direction: directionOf(page) })
  }
}

/** Pages that the device may write: both rings and all receive buffers. */
function mappedPages(): number[] {
  const first = Math.floor(bufferAddress('rxBuffers', 0) / PAGE)
  const last = Math.floor(bufferAddress('rxBuffers', RING_SIZE - 1) / PAGE)
  const buffers = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return [ringPage('rx'), ringPage('tx'), ...buffers]
}

/** Rings are shared, buffers are written by the device only. */
function directionOf(page: number): 'bidirectional' | 'from-device' {
  return page === ringPage('rx') || page === ringPage('tx') ? 'bidirectional' : 'from-device'
}

export const bridge: Recipe = {
  section: { name: 'pci-bridge-migration', version: 1 },
  // Registers of an emulated bridge, for which there is no format.
  state: { format: '', held: 'bodies' },
  absentDriver: 'guest',
  steps: (stage) => new Bridge(stage),
}
