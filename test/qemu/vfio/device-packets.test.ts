import { describe, expect, test } from 'vitest'
import type { Finding } from '../../../src/findings/index.ts'
import { toView } from '../../../src/layout/index.ts'
import {
  type DevicePacket,
  DeviceState,
  decodeConfigState,
  reassembleDevicePackets,
  vfioTagAt,
} from '../../../src/qemu/index.ts'
import { vfioPacketCodes } from '../../../src/qemu/vfio/packet-codes.ts'
import { channelOf, oracleOf, streamOf } from './captures.ts'

/** What stands in front of the data: header of multifd, name, instance and size; version, index and flags. */
const HEADER = 276 + 12

/** Packets as the channels carried them, one channel after the other. */
function captured(scenario: string): DevicePacket[] {
  return (oracleOf(scenario).multifd_channels ?? []).flatMap(({ device_state_packets: packets = [] }, channel) => {
    const bytes = channelOf(scenario, channel)
    return packets.map((packet) => {
      const {
        idstr: name,
        instance_id: instanceId,
        next_packet_size: size,
        idx_be32: index,
        flags_be32: flags,
      } = packet
      const offset = packet.offset + HEADER
      const data = bytes.subarray(offset, offset + size - 12)
      return { name, instanceId, index, isConfig: flags === 1, data, offset }
    })
  })
}

describe.each(['q100-multifd-devstate', 'q100-v-shortreads-multifd'])('%s', (scenario) => {
  const { device_state: states, vfio_sections: sections } = oracleOf(scenario)

  test.each(['in the order of the channels', 'backwards'])('packets %s', (order) => {
    const packets = captured(scenario)
    const findings: Finding[] = []
    const given = order === 'backwards' ? packets.reverse() : packets
    const devices = reassembleDevicePackets(given, (finding) => findings.push(finding))
    expect(findings).toEqual([])
    expect(devices.map(({ name }) => name).sort()).toEqual(Object.keys(states).sort())
    const main = streamOf(scenario)
    for (const { name, state, config } of devices) {
      const collected = new DeviceState()
      for (const { idstr, records } of sections) {
        if (idstr !== name) continue
        for (const { length = 0, offset } of records)
          collected.add(main.subarray(offset + 16, offset + 16 + length), offset + 16)
      }
      for (const { data, offset } of state) collected.add(data, offset)
      const { bytes, sha256 } = states[name] ?? {}
      const judged = collected.finish({ vendorId: 0x4348 })
      expect(judged).toMatchObject({ format: 'mtty-state', size: bytes, sha256, findings: [] })
      // The last packet is the config state with its tags.
      expect(config?.index).toBe(state.length)
      const data = config?.data ?? new Uint8Array(16)
      expect(vfioTagAt(toView(data), 0)).toBe('DEV_CONFIG_STATE')
      const decoded = decodeConfigState(data.subarray(8))
      expect(decoded?.length).toBe(4116)
      expect(decoded?.findings).toEqual([])
      expect(data.length).toBe(8 + 4116 + 8)
    }
  })
})

/** Packets in a line: index, `c` for the config packet. */
const line = (text: string): DevicePacket[] =>
  text.split(' ').map((word, at) => {
    const index = Number.parseInt(word, 10)
    const data = Uint8Array.of(at)
    return { name: 'dev/vfio', instanceId: 0, index, isConfig: word.endsWith('c'), data, offset: 100 * at, path: [at] }
  })

const cases: [string, DevicePacket[], string[]][] = [
  ['config alone', line('0c'), []],
  ['in order', line('0 1 2c'), []],
  ['out of order', line('2c 0 1'), []],
  ['index', line('4294967295'), ['error packet-index 0']],
  ['duplicate', line('0 1 1 2c'), ['error packet-duplicate 2']],
  ['gap', line('0 3 4c'), ['error packet-gap 1']],
  ['a wide gap', line('0 4294967294c'), ['error packet-gap 1']],
  ['first missing', line('1c'), ['error packet-gap 0']],
  ['data behind config', line('0 1c 2'), ['error packet-config-index 2']],
  ['two config packets', line('0c 1c'), ['error packet-config-index 1']],
  ['no config packet', line('1 0'), ['warning packet-config-missing 0']],
]

test.each(cases)('%s', (_, packets, expected) => {
  const findings: Finding[] = []
  reassembleDevicePackets(packets, (finding) => findings.push(finding))
  const lines = findings.map(
    ({ severity, code, path }) => `${severity} ${code.replace('qemu/vfio-', '')} ${path.join('.')}`,
  )
  expect(lines).toEqual(expected)
})

test('every code has a case', () => {
  const caused = cases.flatMap(([, , expected]) => expected.map((text) => `qemu/vfio-${text.split(' ')[1]}`))
  expect(Object.keys(vfioPacketCodes.entries).filter((code) => !caused.includes(code))).toEqual([])
})
