import { describe, expect, it } from 'vitest'
import {
  type DeviceDescription,
  decodeDevice,
  encodeDevice,
  fieldsFromJson,
  fieldsToJson,
  readVmDescription,
  sizeOf,
} from '../../../src/qemu/vmdesc/index.ts'
import { differences, load, packed } from './analyzer.ts'

const FOLDERS = [
  'o1-igb-16m-q10',
  'o2-e1000e-vnet-16m-q10',
  'o2-e1000e-vnet-16m-q7',
  'o11-pc-i440fx-q10',
  'o13-pba-pending-q10',
  'g1-igb-q10',
]

describe.each(FOLDERS)('the devices of %s', (folder) => {
  const {
    json,
    state,
    bodies,
    description: desc,
  } = load(new URL(`../../../fixtures/qemu/${folder}/`, import.meta.url), packed)
  const { description, problems } = readVmDescription(json)
  const deviceOf = (name: string, instance: number) =>
    description?.devices.find((device) => device.name === name && device.instanceId === instance) as DeviceDescription

  it('are described without a problem, each section once', () => {
    expect(problems).toEqual([])
    expect(description?.pageSize).toBe(4096)
    const sections = bodies.map(({ section: { name, instance } }) => `${instance} ${name}`)
    expect(description?.devices.map(({ name, instanceId }) => `${instanceId} ${name}`)).toEqual(sections)
    expect(JSON.parse(new TextDecoder().decode(json))).toEqual(desc)
  })

  it('have the sizes that the description gives', () => {
    for (const { section, body } of bodies) {
      expect([section.name, sizeOf(deviceOf(section.name, section.instance))]).toEqual([section.name, body.length])
    }
  })

  it('decode to what the analyzer of QEMU says', () => {
    const found: string[] = []
    for (const { section, body } of bodies) {
      const device = deviceOf(section.name, section.instance)
      const { fields, problems, length } = decodeDevice(body, device)
      expect([section.name, problems, length]).toEqual([section.name, [], body.length])
      const key = `${section.name} (${section.sectionId})`
      found.push(...differences(fields, device, state[key], key))
    }
    expect(found).toEqual([])
  })

  it('encode to the same bytes, through JSON too, and are located without gaps', () => {
    for (const { section, body } of bodies) {
      const device = deviceOf(section.name, section.instance)
      const decoded = decodeDevice(body, device)
      const { fields } = decoded
      const located = decoded.located()
      expect(Buffer.compare(encodeDevice(fields, device), body)).toBe(0)
      const text = JSON.stringify(fieldsToJson(fields))
      const again = encodeDevice(fieldsFromJson(JSON.parse(text), device), device)
      expect(Buffer.compare(again, body)).toBe(0)
      let end = 0
      for (const { offset, length } of located) end = offset === end ? end + length : Number.NaN
      expect([section.name, end]).toEqual([section.name, body.length])
    }
  })

  it('differ from what the analyzer says where a byte is another', () => {
    for (const { section, body } of bodies) {
      if (body.length === 0) continue
      const device = deviceOf(section.name, section.instance)
      const key = `${section.name} (${section.sectionId})`
      const located = decodeDevice(body, device).located()
      // Not the header of a subsection, nor what the analyzer only calls true.
      const field = located.find(({ length, value }) => length > 0 && typeof value !== 'boolean')
      if (field === undefined) continue
      const other = Uint8Array.from(body)
      other[field.offset] = (other[field.offset] ?? 0) ^ 0x40
      const found = [...differences(decodeDevice(other, device).fields, device, state[key], key)]
      expect([section.name, found.length]).toEqual([section.name, 1])
    }
  })
})
