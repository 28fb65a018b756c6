import { DESCRIPTOR_SIZE, descriptorCodecs, REGISTER_SPACE } from '../../vf-state/index.ts'
import { PAGE, type Ram } from '../guest/ram.ts'
import { BUS_MASTER, COMMAND, type DeviceIds, initialConfig, VECTORS } from './config.ts'
import { COUNTERS, type Direction, QUEUE_ENABLE, RING } from './registers.ts'

/** One access of the device to guest memory. */
export interface Dma {
  readonly page: number
  readonly direction: 'from-device' | 'to-device'
  readonly role: 'ring' | 'buffer'
  readonly queue: 'rx0' | 'tx0'
  readonly descriptor: number
}

/** The hardware of a VF of an 82599: configuration space, MSI-X table, registers, one receive and one transmit ring. */
export class Vf {
  readonly config: Uint8Array
  readonly msix: Uint8Array = new Uint8Array(VECTORS * 16)
  /** BAR 0, little-endian. */
  readonly registers: Uint8Array = new Uint8Array(REGISTER_SPACE)
  readonly #view = new DataView(this.registers.buffer)
  /** Told of every access to guest memory. */
  observe: (dma: Dma) => void = () => {}

  constructor(
    readonly ram: Ram,
    ids?: DeviceIds,
  ) {
    this.config = initialConfig(ids)
  }

  read(offset: number): number {
    return this.#view.getUint32(offset, true)
  }

  /** A write of the guest; heads are read-only. */
  write(offset: number, value: number): void {
    if (offset !== RING.rx.head && offset !== RING.tx.head) this.#set(offset, value)
  }

  /** Forgets everything but its configuration space and the MSI-X table. */
  reset(): void {
    this.registers.fill(0)
  }

  /** Counters as an earlier user of the VF has left them: only the whole NIC resets them. */
  count(packets: number, octets: number, high: number): void {
    for (const direction of ['rx', 'tx'] as const) {
      const registers = COUNTERS[direction]
      this.#set(registers.packets, packets)
      this.#set(registers.octets, octets)
      this.#set(registers.high, high & 0xf)
    }
  }

  get busMaster(): boolean {
    return ((this.config[COMMAND] as number) & BUS_MASTER) !== 0
  }

  set busMaster(on: boolean) {
    const command = this.config[COMMAND] as number
    this.config[COMMAND] = on ? command | BUS_MASTER : command & ~BUS_MASTER
  }

  /** Stores a packet from the network; false where it has to be dropped. */
  receive(packet: Uint8Array): boolean {
    const index = this.#next('rx')
    if (index === undefined) return false
    const { packetAddress } = descriptorCodecs['rx-read'].decode(this.#descriptor('rx', index))
    const address = Number(packetAddress)
    this.ram.dma(address, packet)
    this.#tell('rx', index, 'from-device', 'buffer', address)
    this.#finish('rx', index, descriptorCodecs['rx-write-back'].encode(received(packet.length)))
    this.#count(COUNTERS.rx, packet.length)
    return true
  }

  /** Sends the packet that is next in the ring; undefined where there is none. */
  transmit(): Uint8Array | undefined {
    const index = this.#next('tx')
    if (index === undefined) return undefined
    const { bufferAddress, cmdTypeLen } = descriptorCodecs['tx-read'].decode(this.#descriptor('tx', index))
    const address = Number(bufferAddress)
    const packet = this.ram.at(address, cmdTypeLen.length).slice()
    this.#tell('tx', index, 'to-device', 'buffer', address)
    this.#finish('tx', index, descriptorCodecs['tx-write-back'].encode(SENT))
    this.#count(COUNTERS.tx, packet.length)
    return packet
  }

  /** Descriptor at the head of a ring that is on and has one for the device. */
  #next(direction: Direction): number | undefined {
    const { head, tail, control } = RING[direction]
    const index = this.read(head)
    const runs = this.busMaster && (this.read(control) & QUEUE_ENABLE) !== 0
    return runs && index !== this.read(tail) ? index : undefined
  }

  #address(direction: Direction, index: number): number {
    const { baseLow, baseHigh } = RING[direction]
    return this.read(baseHigh) * 2 ** 32 + this.read(baseLow) + index * DESCRIPTOR_SIZE
  }

  #descriptor(direction: Direction, index: number): Uint8Array {
    return this.ram.at(this.#address(direction, index), DESCRIPTOR_SIZE)
  }

  /** Writes a descriptor back and moves the head on. */
  #finish(direction: Direction, index: number, descriptor: Uint8Array): void {
    const address = this.#address(direction, index)
    this.ram.dma(address, descriptor)
    this.#tell(direction, index, 'from-device', 'ring', address)
    const { head, length } = RING[direction]
    this.#set(head, (index + 1) % (this.read(length) / DESCRIPTOR_SIZE))
  }

  #count({ packets, octets, high }: (typeof COUNTERS)[Direction], bytes: number): void {
    this.#set(packets, this.read(packets) + 1)
    const sum = this.read(octets) + bytes
    this.#set(octets, sum)
    if (sum >= 2 ** 32) this.#set(high, (this.read(high) + 1) & 0xf)
  }

  #set(offset: number, value: number): void {
    this.#view.setUint32(offset, value, true)
  }

  #tell(queue: Direction, descriptor: number, direction: Dma['direction'], role: Dma['role'], address: number): void {
    this.observe({ page: Math.floor(address / PAGE), direction, role, queue: `${queue}0`, descriptor })
  }
}

/** A receive descriptor as the device writes it back. */
function received(length: number) {
  return {
    info: { rssType: 'none', packetType: 0, coalesced: 0, headerLength: 0, splitHeader: false },
    rss: 0,
    statusError: { done: true, endOfPacket: true, status: 0, errors: 0 },
    length,
    vlan: 0,
  } as const
}

/** A transmit descriptor as the device writes it back. */
const SENT = { reserved0: 0n, nxtseqSeed: 0, status: { done: true, reserved: 0 } } as const
