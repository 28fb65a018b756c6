import { counted, type Path, type Report } from '../../findings/index.ts'
import type { MultifdDeviceState } from '../multifd/device-state.ts'
import { NO_INDEX } from '../multifd/packet.layout.ts'
import { vfioPacketCodes } from './packet-codes.ts'

/** A part of the state of a device, and what findings say of its place. */
export interface DevicePacket extends MultifdDeviceState {
  /** Bytes of the data, where they are not given here. */
  readonly length?: number
  /** Default the empty path. */
  readonly path?: Path
}

/** The packets of one device, put in order. */
export interface DevicePackets {
  readonly name: string
  readonly instanceId: number
  /** State of the device: what follows the pre-copy data of the main channel. */
  readonly state: readonly DevicePacket[]
  /** Undefined where the packet is missing. */
  readonly config: DevicePacket | undefined
}

/** Orders packets, of any channels and in any order, by device and index. */
export function reassembleDevicePackets(packets: Iterable<DevicePacket>, report: Report): DevicePackets[] {
  const devices = new Map<string, DevicePacket[]>()
  for (const packet of packets) {
    if (packet.index === NO_INDEX) {
      say(report, 'qemu/vfio-packet-index', `${packet.name} has a packet of index ${NO_INDEX}.`, packet)
      continue
    }
    const key = `${packet.instanceId} ${packet.name}`
    const others = devices.get(key)
    if (others === undefined) devices.set(key, [packet])
    else others.push(packet)
  }
  return [...devices.values()].map((of) => ordered(of, report))
}

function ordered(packets: DevicePacket[], report: Report): DevicePackets {
  const { name, instanceId } = packets[0] as DevicePacket
  const sorted = packets.sort((a, b) => a.index - b.index)
  const state: DevicePacket[] = []
  let config: DevicePacket | undefined
  let next = 0
  for (const packet of sorted) {
    const { index, isConfig } = packet
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
    if (!isConfig) state.push(packet)
    else config ??= packet
  }
  const last = sorted.at(-1)
  if (config === undefined && last !== undefined) {
    const message = `${name} has ${counted(sorted.length, 'packet')}, the last of index ${last.index}.`
    say(report, 'qemu/vfio-packet-config-missing', message, last)
  }
  return { name, instanceId, state, config }
}

type Code = keyof typeof vfioPacketCodes.entries

function say(report: Report, code: Code, message: string, packet: DevicePacket): void {
  const { offset, data, length = data.length, path = [] } = packet
  report(vfioPacketCodes.finding(code, message, { offset, length, path }))
}
