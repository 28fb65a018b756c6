import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  type QemuMigration,
  qemuMigrationFormat,
  qemuStreamReader,
  type RamListener,
  readVmDescription,
} from '../../../src/qemu/index.ts'
import { facts } from '../fixture.ts'
import { differences, type Said } from '../vmdesc/analyzer.ts'
import { captures, eventsOf, type OracleSections, streamOf, withFacts } from './captures.ts'

const KINDS = ['START', 'PART', 'END', 'FULL']
const FOOTER = 5

describe.each(withFacts('sections'))('the sections of %s', (_, capture) => {
  const bytes = streamOf(capture)
  const { sections, machine } = qemuMigrationFormat.decode(bytes)
  const oracle = facts<OracleSections>(capture.path)

  test('are those that the analyzer finds', () => {
    expect(machine).toMatch(/^pc-/)
    const names = new Map(oracle.sections.map(({ sectionId, name }) => [sectionId, name]))
    const expected = oracle.sections
      .filter(({ type }) => KINDS.includes(type))
      .map(({ type, offset, length, sectionId, name, instance, version, footer }) => ({
        ...{ kind: type, offset, sectionId, name: name ?? names.get(sectionId) },
        size: length + (footer ? FOOTER : 0),
        ...(instance === undefined ? {} : { instanceId: instance, version }),
      }))
    const own = sections.map(({ instanceId, version, ...section }) => {
      const isNamed = section.kind === 'START' || section.kind === 'FULL'
      return { ...section, ...(isNamed ? { instanceId, version } : {}) }
    })
    expect(own).toEqual(expected)
  })
})

/** The description that stands in a stream. */
function describedIn({ elements }: QemuMigration) {
  const json = elements.findLast((element) => 'json' in element)?.json as Uint8Array
  return readVmDescription(json).description?.devices ?? []
}

describe.each(withFacts('state'))('the devices of %s', (_, capture) => {
  const value = qemuMigrationFormat.decode(streamOf(capture))
  const state = facts<Record<string, Said>>(capture.path)
  const described = describedIn(value)

  test('are decoded, each field, as the analyzer does', () => {
    expect(value.devices.length).toBeGreaterThan(20)
    expect(value.devices.length).toBe(described.length)
    const found = value.devices.flatMap(({ name, sectionId, fields }, index) => {
      const key = `${name} (${sectionId})`
      const device = described[index]
      return device === undefined ? [key] : [...differences(fields as never, device, state[key], key)]
    })
    expect(found).toEqual([])
  })
})

/** Builds guest memory from what a stream has of it. */
class Memory implements RamListener {
  readonly wantsContent = true
  readonly blocks = new Map<string, Uint8Array>()

  block({ name, usedLength }: { name: string; usedLength: bigint }): void {
    this.blocks.set(name, new Uint8Array(Number(usedLength)))
  }

  page(block: string, address: number, kind: string, content: Uint8Array | undefined): void {
    const bytes = this.blocks.get(block) as Uint8Array
    if (kind === 'zero') bytes.fill(content?.[0] ?? 0, address, address + 4096)
    else if (kind === 'page' && content !== undefined) bytes.set(content, address)
  }

  mapped({ name }: { name: string }, start: number, bytes: Uint8Array): void {
    this.blocks.get(name)?.set(bytes, start)
  }
}

/** Where pages come as deltas, or compressed, the analyzer's memory is not right. */
const PLAIN = withFacts('sections').filter(
  ([name, { path }]) => !/xbzrle|compress|g1-/.test(name) && facts<OracleSections>(path).ramBlocks !== undefined,
)

describe.each(PLAIN)('the memory of %s', (_, capture) => {
  const bytes = streamOf(capture)
  const { ramBlocks = {} } = facts<OracleSections>(capture.path)

  test.each([bytes.length, 65536, 4099])('in chunks of %i bytes is that which the analyzer builds', (size) => {
    const memory = new Memory()
    for (const event of eventsOf(qemuStreamReader({ ram: memory, wanted: 'findings' }), bytes, size)) {
      expect(event).not.toMatchObject({ finding: { severity: 'error' } })
    }
    const own = [...memory.blocks].map(([name, block]) => {
      const sha256 = createHash('sha256').update(block).digest('hex')
      return [name.replace(/^\//, ''), { size: block.length, sha256 }]
    })
    expect(Object.fromEntries(own)).toEqual(ramBlocks)
  })
})

test('there are streams of every kind', () => {
  expect(captures.length).toBeGreaterThanOrEqual(16)
  expect(withFacts('state').length).toBeGreaterThanOrEqual(10)
  expect(PLAIN.length).toBeGreaterThanOrEqual(7)
})
