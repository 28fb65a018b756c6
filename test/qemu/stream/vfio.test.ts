import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type QemuVfioDevice, qemuMigrationFormat, qemuStreamReader } from '../../../src/qemu/index.ts'
import { oracleOf, scenarios, streamOf } from '../vfio/captures.ts'
import { eventsOf } from './captures.ts'

/** Records of a device in the order of the stream. */
const recordsOf = (devices: readonly QemuVfioDevice[], name: string) =>
  devices.filter((device) => device.name === name).flatMap(({ records }) => records)

/** The data of DEV_DATA_STATE records, put together for each device, as the events have it. */
function dataOf(bytes: Uint8Array, size: number): Map<string, Uint8Array[]> {
  const found = new Map<string, Uint8Array[]>()
  let section = ''
  const names = new Map<number, string>()
  for (const event of eventsOf(qemuStreamReader(), bytes, size)) {
    const { kind, path } = event
    if (kind === 'value' && path[2] === 'section' && path.length === 3) {
      const { sectionId, name } = event.value as { sectionId: number; name?: string }
      if (name !== undefined) names.set(sectionId, name)
      section = names.get(sectionId) ?? ''
    }
    if (kind !== 'bytes' || path[2] !== 'vfio' || path[4] !== 'data') continue
    found.set(section, [...(found.get(section) ?? []), event.bytes.slice()])
  }
  return found
}

describe.each(scenarios)('%s', (name) => {
  const bytes = streamOf(name)
  const oracle = oracleOf(name)
  const { vfio = [], sections } = qemuMigrationFormat.decode(bytes)
  const names = [...new Set(oracle.vfio_sections.map(({ idstr }) => idstr))]

  test('has the records that another program finds', () => {
    expect(vfio.map((device) => device.name)).toEqual(names)
    for (const device of names) {
      const expected = oracle.vfio_sections
        .filter(({ idstr }) => idstr === device)
        .flatMap(({ records }) => records)
        .map(({ offset, flag, length }) => ({ offset, tag: flag, ...(length === undefined ? {} : { length }) }))
      expect(recordsOf(vfio, device)).toEqual(expected)
    }
  })

  test('has the sections that another program finds', () => {
    const found = new Map(sections.map((section) => [section.offset, section]))
    for (const { offset, type, section_id: sectionId, idstr } of oracle.vfio_sections) {
      if (name === 'q100-v-shortreads-nop2p' && !found.has(offset)) continue
      expect(found.get(offset)).toMatchObject({ kind: type.replace('SECTION_', ''), sectionId, name: idstr })
    }
  })

  test('has the data, in chunks too', () => {
    for (const size of [bytes.length, 97]) {
      const data = dataOf(bytes, size)
      for (const { idstr, records } of oracle.vfio_sections) {
        const expected = records.flatMap(({ data: hex = '' }) => hex).join('')
        const own = Buffer.concat(data.get(idstr) ?? []).toString('hex')
        expect(own).toContain(expected)
      }
      for (const { name: device, deviceState } of vfio) {
        const whole = Buffer.concat(data.get(device) ?? [])
        const sha256 = createHash('sha256').update(whole).digest('hex')
        expect(deviceState).toMatchObject({ size: whole.length, sha256 })
        const judged = oracle.device_state[device]
        if (judged !== undefined && judged.bytes === whole.length) expect(sha256).toBe(judged.sha256)
      }
    }
  })

  test('has the PCI state', () => {
    for (const { idstr, records } of oracle.vfio_sections) {
      const decoded = records.find(({ flag }) => flag === 'DEV_CONFIG_STATE')?.decoded
      if (decoded === undefined) continue
      const device = vfio.find((one) => one.name === idstr)
      expect(device?.version).toBe(decoded.pci_device_version_be32)
      expect(device?.configSpace).toMatchObject({ size: decoded.config_bytes })
      expect(device?.interrupts).toEqual([0, 0, 0, 0])
      const vectors = decoded.msix_table?.length
      const entries = (device?.msix as { table?: { entries: readonly unknown[] } } | undefined)?.table?.entries
      expect(entries?.length).toBe(vectors)
    }
  })
})
