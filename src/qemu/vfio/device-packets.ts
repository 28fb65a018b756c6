import { counted, type Path } from '../../findings/index.ts'
import * as generated from '../../generated/qemu/vfio/device-packet.js'
import { codec, type Report, type Value } from '../../layout/index.ts'
import { vfioDevicePacket } from './device-packet.layout.ts'
import { vfioPacketCodes } from './packet-codes.ts'

export const vfioDevicePacketCodec = codec(vfioDevicePacket, generated.vfioDevicePacket)
export type VfioDevicePacket = Value<typeof vfioDevicePacket>

/** Bytes in front of the data. */
export const PACKET_HEAD = 12
const NO_INDEX = 0xffffffff

/** The payload of a device state packet, with whose it is and where it was found. */
export interface PlacedPacket {
  /** idstr of the device. */
  readonly name: string
  readonly instanceId: number
  readonly payload: Uint8Array
  /** Of the payload, in the file of its channel. */
  readonly offset: number
  /** For findings. */
  readonly path: Path
}

/** Data of a packet with its place. */
export interface PacketData {
  readonly index: number
  readonly data: Uint8Array
  /** Of the data, in the file of its channel. */
  readonly offset: number
}

/** The packets of one device, put in order. */
export interface DevicePackets {
  readonly name: string
  readonly instanceId: number
  /** State of the device: what follows the pre-copy data of the main channel. */
  readonly state: readonly PacketData[]
  /** DEV_CONFIG_STATE, the config state and END_OF_STATE; undefined where the packet is missing. */
  readonly config: PacketData | undefined
}

interface Arrived extends PacketData {
  readonly packet: PlacedPacket
  readonly isConfig: boolean
}

/** Orders packets, of any channels and in any order, by device and index. Views of the payloads are given, not copies. */
export function reassembleDevicePackets(packets: Iterable<PlacedPacket>, report: Report): DevicePackets[] {
  const devices = new Map<string, Arrived[]>()
  for (const packet of packets) {
    const arrived = opened(packet, report)
    if (arrived === undefined) continue
    const key = `${packet.instanceId} ${packet.name}`
    const others = devices.get(key)
    if (others === undefined) devices.set(key, [arrived])
    else others.push(arrived)
  }
  return [...devices.values()].map((arrived) => ordered(arrived, report))
}

function opened(packet: PlacedPacket, report: Report): Arrived | undefined {
  const { payload, offset } = packet
  if (payload.length < PACKET_HEAD) {
    say(report, 'qemu/vfio-packet-short', `${counted(payload.length, 'byte')} are there; the header has 12.`, packet)
    return undefined
  }
  const { version, index, flags, data } = vfioDevicePacketCodec.decode(payload)
  if (version !== 0) {
    say(report, 'qemu/vfio-packet-version', `The version is ${version}.`, packet)
    return undefined
  }
  if (index === NO_INDEX) {
    say(report, 'qemu/vfio-packet-index', `The index is ${index}.`, packet)
    return undefined
  }
  return { index, data, offset: offset + PACKET_HEAD, packet, isConfig: flags.configState }
}

function ordered(arrived: Arrived[], report: Report): DevicePackets {
  const { name, instanceId } = (arrived[0] as Arrived).packet
  const sorted = [...arrived].sort((a, b) => a.index - b.index)
  const state: Arrived[] = []
  let config: Arrived | undefined
  let next = 0
  for (const each of sorted) {
    const { index, packet, isConfig } = each
    if (index < next) {
      say(report, 'qemu/vfio-packet-duplicate', `${name} has index ${index} more than once.`, packet)
      continue
    }
    if (index > next) {
      const missing =
        index - next === 1 ? `Index ${next} is missing` : `The indexes ${next} to ${index - 1} are missing`
      say(report, 'qemu/vfio-packet-gap', `${missing} of ${name}.`, packet)
    }
    next = index + 1
    if (config !== undefined) {
      const message = `Index ${index} of ${name} comes behind the config packet ${config.index}.`
      say(report, 'qemu/vfio-packet-config-index', message, packet)
    }
    if (!isConfig) state.push(each)
    else config ??= each
  }
  const last = sorted.at(-1)
  if (config === undefined && last !== undefined) {
    const message = `${name} has ${counted(sorted.length, 'packet')}, the last of index ${last.index}.`
    say(report, 'qemu/vfio-packet-config-missing', message, last.packet)
  }
  return { name, instanceId, state: state.map(dataOf), config: config && dataOf(config) }
}

const dataOf = ({ index, data, offset }: Arrived): PacketData => ({ index, data, offset })

type Code = keyof typeof vfioPacketCodes.entries

function say(report: Report, code: Code, message: string, { offset, payload, path }: PlacedPacket): void {
  const length = Math.min(payload.length, PACKET_HEAD)
  report(vfioPacketCodes.finding(code, message, { offset, length, path }))
}
