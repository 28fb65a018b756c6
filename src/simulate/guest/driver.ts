import {
  type Counter,
  DESCRIPTOR_SIZE,
  descriptorCodecs,
  freeDescriptors,
  isDone,
  readCounter,
  restoreStatistics,
  saveStatistics,
  shownCount,
  startStatistics,
  type VfStatistics,
} from '../../vf-state/index.ts'
import { COUNTERS, type Direction, QUEUE_ENABLE, RING } from '../vf/registers.ts'
import { bufferAddress, MAP, SOCKET_BUFFERS, TX_BUFFERS } from './memory-map.ts'
import { PAGE, type Ram } from './ram.ts'
import { RING_SIZE } from './variables.layout.ts'
import { type GuestVariables, guestVariablesCodec } from './variables.ts'

/** How the driver reaches the registers of its device. */
export interface RegisterAccess {
  read(offset: number): number
  write(offset: number, value: number): void
}

/** What a design has the driver do about pages that the device writes behind the back of the hypervisor. */
export interface DmaTracking {
  /** The driver has taken a finished packet from its buffer. */
  taken(descriptor: number, bufferPage: number, ringPage: number): void
}

const NONE = 0xffff
const COUNTER_NAMES = ['gprc', 'gorc', 'gptc', 'gotc', 'mprc'] as const
const RING_AREAS = { rx: 'rxRing', tx: 'txRing' } as const

export const ringAddress = (direction: Direction): number => MAP[RING_AREAS[direction]].page * PAGE
export const ringPage = (direction: Direction): number => MAP[RING_AREAS[direction]].page

/** The driver of the VF in the guest. All that it knows lies in guest memory. */
export class Driver {
  variables: GuestVariables
  tracking: DmaTracking = { taken: () => {} }

  constructor(
    readonly ram: Ram,
    private readonly io: RegisterAccess,
  ) {
    this.variables = EMPTY
    this.load()
  }

  /** Takes what the driver knows from guest memory. */
  load(): void {
    const length = guestVariablesCodec.encode(EMPTY).length
    this.variables = guestVariablesCodec.decode(this.ram.at(MAP.variables.page * PAGE, length))
  }

  /** Writes what the driver knows to guest memory. */
  store(): void {
    this.ram.write(MAP.variables.page * PAGE, guestVariablesCodec.encode(this.variables))
  }

  /** Brings the interface up: fills the receive ring, tells the device of both rings, and counts from here. */
  open(): void {
    const { variables } = this
    variables.rx = { nextToUse: RING_SIZE - 1, nextToClean: 0 }
    variables.tx = { nextToUse: 0, nextToClean: 0 }
    variables.rxBuffers = Array.from({ length: RING_SIZE }, (_, index) => index)
    variables.nextToWatch = Array.from({ length: RING_SIZE }, () => NONE)
    this.ram.write(ringAddress('tx'), new Uint8Array(RING_SIZE * DESCRIPTOR_SIZE))
    this.ram.write(ringAddress('rx'), new Uint8Array(RING_SIZE * DESCRIPTOR_SIZE))
    for (let index = 0; index < RING_SIZE - 1; index++) this.#fill(index, index)
    this.setUpRing('rx')
    this.setUpRing('tx')
    const saved = this.statistics
    const started = startStatistics(this.#registers())
    this.statistics = mapCounters((name) => ({ ...started[name], savedReset: saved[name].savedReset }))
    variables.open = true
    this.store()
  }

  /** Stops both queues and keeps what was counted; rings and buffers stay as they are. */
  pause(): void {
    this.readCounters()
    const saved = saveStatistics(this.statistics)
    this.statistics = mapCounters((name) => ({ ...saved[name], base: saved[name].current }))
    for (const direction of ['rx', 'tx'] as const) this.io.write(RING[direction].control, 0)
    this.store()
  }

  /** Counts on with a device whose counters start at zero. */
  resumeCounters(): void {
    this.statistics = restoreStatistics(this.statistics)
    this.store()
  }

  /** Descriptors of a ring. */
  ring(direction: Direction): Uint8Array {
    return this.ram.at(ringAddress(direction), RING_SIZE * DESCRIPTOR_SIZE)
  }

  /**
   * Takes the interface down; packets that nobody has taken from their buffers are lost. The buffers and rings go back
   * to the allocator, which writes its links into them: so their pages are dirty for the hypervisor too.
   */
  close(): void {
    this.pause()
    for (const direction of ['rx', 'tx'] as const) {
      this.ram.write(ringAddress(direction), new Uint8Array(RING_SIZE * DESCRIPTOR_SIZE))
    }
    for (let index = 0; index < RING_SIZE; index++) {
      this.ram.write(bufferAddress('rxBuffers', index), littleEndian64((index + 1) % RING_SIZE))
    }
    this.variables.open = false
    this.store()
  }

  /** Tells the device of a ring and turns it on; its head is 0 then. */
  setUpRing(direction: Direction): void {
    const { baseLow, baseHigh, length, tail, control } = RING[direction]
    this.io.write(baseLow, ringAddress(direction))
    this.io.write(baseHigh, 0)
    this.io.write(length, RING_SIZE * DESCRIPTOR_SIZE)
    this.io.write(control, QUEUE_ENABLE)
    this.io.write(tail, this.variables[direction].nextToUse)
  }

  /** Takes up to `most` received packets and all sent ones from the rings. */
  poll(most: number): void {
    if (this.variables.open !== true) return
    const { rx } = this.variables
    const before = rx.nextToUse
    for (let taken = 0; taken < most && this.#take(); taken++);
    if (rx.nextToUse !== before) this.io.write(RING.rx.tail, rx.nextToUse)
    this.#cleanSent()
    this.store()
  }

  /** Descriptors that the device has filled and the driver has not taken. */
  waiting(): number[] {
    const { nextToUse, nextToClean } = this.variables.rx
    const indexes: number[] = []
    for (let index = nextToClean; index !== nextToUse && this.#isDone('rx', index); index = next(index))
      indexes.push(index)
    return indexes
  }

  /** Queues a packet for sending; false where there is no room. */
  send(payload: Uint8Array): boolean {
    const { tx, sent, nextToWatch, open } = this.variables
    const outstanding = (tx.nextToUse + RING_SIZE - tx.nextToClean) % RING_SIZE
    if (open !== true || outstanding >= TX_BUFFERS - 1 || freeDescriptors(RING_SIZE, tx) < 1) return false
    const address = bufferAddress('txBuffers', sent % TX_BUFFERS)
    this.ram.write(address, payload)
    this.ram.write(
      ringAddress('tx') + tx.nextToUse * DESCRIPTOR_SIZE,
      descriptorCodecs['tx-read'].encode(toSend(address, payload.length)),
    )
    nextToWatch[tx.nextToUse] = tx.nextToUse
    tx.nextToUse = next(tx.nextToUse)
    this.variables.sent = (sent + 1) >>> 0
    this.store()
    this.io.write(RING.tx.tail, tx.nextToUse)
    return true
  }

  get statistics(): VfStatistics {
    const widths = startStatistics({ gprc: 0n, gorc: 0n, gptc: 0n, gotc: 0n, mprc: 0n })
    return mapCounters((name, index) => {
      const { width } = widths[name]
      return { width, ...(this.variables.counters[index] as Omit<Counter, 'width'>) }
    })
  }

  set statistics(statistics: VfStatistics) {
    this.variables.counters = COUNTER_NAMES.map((name) => {
      const { current, last, base, savedReset } = statistics[name]
      return { current, last, base, savedReset }
    })
  }

  /** What users are shown, by name. */
  shown(): Record<string, bigint> {
    return Object.fromEntries(COUNTER_NAMES.map((name) => [name, shownCount(this.statistics[name])]))
  }

  /** Reads the counters of the device. */
  readCounters(): void {
    const registers = this.#registers()
    const before = this.statistics
    this.statistics = mapCounters((name) => readCounter(before[name], registers[name]))
  }

  #registers(): Record<keyof VfStatistics, bigint> {
    const word = (offset: number) => BigInt(this.io.read(offset))
    const octets = ({ octets, high }: { octets: number; high: number }) => (word(high) << 32n) | word(octets)
    return {
      gprc: word(COUNTERS.rx.packets),
      gorc: octets(COUNTERS.rx),
      gptc: word(COUNTERS.tx.packets),
      gotc: octets(COUNTERS.tx),
      mprc: word(COUNTERS.multicast),
    }
  }

  /** Gives the next finished packet to a program and its buffer back to the device. */
  #take(): boolean {
    const { variables } = this
    const { rx, rxBuffers } = variables
    const index = rx.nextToClean
    if (index === rx.nextToUse || !this.#isDone('rx', index)) return false
    const buffer = rxBuffers[index] as number
    const from = bufferAddress('rxBuffers', buffer)
    const { length } = descriptorCodecs['rx-write-back'].decode(
      this.ram.at(ringAddress('rx') + index * DESCRIPTOR_SIZE, DESCRIPTOR_SIZE),
    )
    this.tracking.taken(index, Math.floor(from / PAGE), ringPage('rx'))
    this.ram.write(bufferAddress('sockets', variables.received % SOCKET_BUFFERS), this.ram.at(from, length).slice())
    variables.received = (variables.received + 1) >>> 0
    rx.nextToClean = next(index)
    this.#fill(rx.nextToUse, buffer)
    rx.nextToUse = next(rx.nextToUse)
    return true
  }

  #fill(index: number, buffer: number): void {
    this.variables.rxBuffers[index] = buffer
    const descriptor = { packetAddress: BigInt(bufferAddress('rxBuffers', buffer)), headerAddress: 0n }
    this.ram.write(ringAddress('rx') + index * DESCRIPTOR_SIZE, descriptorCodecs['rx-read'].encode(descriptor))
  }

  #cleanSent(): void {
    const { tx, nextToWatch } = this.variables
    while (tx.nextToClean !== tx.nextToUse) {
      const last = nextToWatch[tx.nextToClean] as number
      if (last === NONE || !this.#isDone('tx', last)) return
      nextToWatch[tx.nextToClean] = NONE
      tx.nextToClean = next(last)
    }
  }

  #isDone(direction: Direction, index: number): boolean {
    return isDone(this.ram.bytes, ringAddress(direction) + index * DESCRIPTOR_SIZE, direction)
  }
}

function littleEndian64(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true)
  return bytes
}

const next = (index: number): number => (index + 1) % RING_SIZE

function mapCounters(make: (name: (typeof COUNTER_NAMES)[number], index: number) => Counter): VfStatistics {
  return Object.fromEntries(COUNTER_NAMES.map((name, index) => [name, make(name, index)])) as unknown as VfStatistics
}

/** A transmit descriptor as the driver writes it: one buffer, one packet. */
function toSend(address: number, length: number) {
  return {
    bufferAddress: BigInt(address),
    cmdTypeLen: {
      length,
      reserved: 0,
      type: 'data',
      endOfPacket: true,
      insertFcs: true,
      reportStatus: true,
      extension: true,
      vlan: false,
      segmentation: false,
    },
    olinfoStatus: {
      done: false,
      reserved: 0,
      contextIndex: 0,
      checkContext: false,
      packetOptions: 0,
      payloadLength: length,
    },
  } as const
}

const EMPTY: GuestVariables = {
  rx: { nextToUse: 0, nextToClean: 0 },
  tx: { nextToUse: 0, nextToClean: 0 },
  rxBuffers: Array.from({ length: RING_SIZE }, () => 0),
  nextToWatch: Array.from({ length: RING_SIZE }, () => NONE),
  counters: COUNTER_NAMES.map(() => ({ current: 0n, last: 0n, base: 0n, savedReset: 0n })),
  received: 0,
  sent: 0,
  lastStatus: 0,
  open: false,
  missed: false,
  reserved: new Uint8Array(1),
}
