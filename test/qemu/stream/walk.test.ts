import { describe, expect, test } from 'vitest'
import { type QemuMigration, qemuMigrationFormat, qemuStreamReader } from '../../../src/qemu/index.ts'
import { facts } from '../fixture.ts'
import { eventsOf, type OracleChunk, type Step, stepsOf, streamOf, withFacts } from './captures.ts'

type Members = Readonly<Record<string, unknown>>

interface Element {
  readonly offset: number
  readonly length: number
  readonly members: Members
}

/** The elements of a stream with their places. */
function elementsOf(bytes: Uint8Array, { elements }: QemuMigration): Map<number, Element> {
  const found = new Map<number, Element>()
  for (const { kind, path, offset, ...event } of eventsOf(qemuStreamReader(), bytes)) {
    if (kind !== 'end' || path.length !== 2 || path[0] !== 'elements') continue
    const { length } = event as { length: number }
    found.set(offset - length, { offset: offset - length, length, members: elements[Number(path[1])] as Members })
  }
  return found
}

/** Names of records as the other program has them. */
const NAMES: Readonly<Record<string, string>> = { page: 'normal' }
const PAGES = ['zero', 'page', 'xbzrle', 'compressed']

function recordsOf(ram: readonly Members[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { kind, pageCount } of ram) {
    const name = NAMES[String(kind)] ?? String(kind)
    if (PAGES.includes(String(kind))) counts[name] = (counts[name] ?? 0) + Number(pageCount)
    else if (kind === 'multifdFlush') counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

const popcount = (bytes: Uint8Array) =>
  bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)

function blocksOf(ram: readonly Members[]) {
  const blocks = ram.flatMap((record) => (record.blocks ?? []) as readonly Members[])
  return blocks.map(({ entry, bitmap }) => {
    const { name, usedLength, mappedRam } = entry as Members & { mappedRam?: Record<string, bigint> }
    const plain = { name, length: Number(usedLength) }
    if (mappedRam === undefined) return plain
    const { bitmapOffset, pagesOffset, pageSize, version } = mappedRam
    const places = { bitmapOffset: Number(bitmapOffset), pagesOffset: Number(pagesOffset), pageSize: Number(pageSize) }
    return { ...plain, version, ...places, setPages: popcount(bitmap as Uint8Array) }
  })
}

function expectChunks(found: readonly Members[], expected: readonly OracleChunk[]): void {
  const seen = found.map(({ node, bitmap, start, bits }) => ({
    node: (node as Members | undefined)?.name,
    bitmap: (bitmap as Members | undefined)?.name,
    granularity: (start as Members | undefined)?.granularity,
    sectors: (bits as Members | undefined)?.sectorCount,
    popcount: bits === undefined ? undefined : popcount(((bits as Members).buffer ?? new Uint8Array(0)) as Uint8Array),
  }))
  expect(seen).toEqual(
    expected.map(({ node, bitmap, granularity, sectors, popcount: count }) => ({
      ...{ node, bitmap, granularity, sectors },
      popcount: sectors === undefined ? undefined : (count ?? 0),
    })),
  )
}

/** Holds an element against what the other program says of it. */
function expectStep({ length, members }: Element, step: Step): void {
  const { section, ram, bitmaps, command } = members as { section?: Members; command?: Members } & Members
  if (step.rest !== undefined) {
    expect(section).toMatchObject({ kind: 'FULL', name: step.name, sectionId: step.sectionId })
    return
  }
  expect([step.offset, length]).toEqual([step.offset, step.length])
  if (step.type === 'COMMAND') {
    const content = command?.content as Members
    expect(command).toMatchObject({ command: step.command, length: step.argLength })
    if (step.value !== undefined) expect(content.value).toBe(step.value)
    if (step.block !== undefined) expect(content.name).toBe(step.block)
    if (step.payloadLength !== undefined) expect(content.packagedLength).toBe(step.payloadLength)
    if (step.pagesizes !== undefined) {
      expect([content.hostPages, content.targetPageSize]).toEqual(step.pagesizes.map(BigInt))
    }
    if (step.ranges !== undefined) {
      const ranges = content.ranges as readonly { start: bigint; length: bigint }[]
      expect(ranges.map(({ start, length: bytes }) => [start, bytes])).toEqual(
        step.ranges.map((two) => two.map(BigInt)),
      )
    }
    return
  }
  if (step.type === 'EOF') {
    expect(members.end).toEqual({ kind: 0 })
    return
  }
  expect(section).toMatchObject({ kind: step.type, sectionId: step.sectionId })
  if (Array.isArray(step.records)) expectChunks(bitmaps as readonly Members[], step.records)
  else expect(recordsOf(ram as readonly Members[])).toEqual(step.records)
  if (step.blocks === undefined) return
  const expected = Object.entries(step.blocks).map(([name, { ...facts }]) => ({
    name,
    ...facts,
    bitmapBytes: undefined,
  }))
  expect(blocksOf(ram as readonly Members[]).map((block) => ({ ...block, bitmapBytes: undefined }))).toEqual(expected)
}

describe.each(withFacts('walk'))('%s', (_, capture) => {
  const bytes = streamOf(capture)
  const value = qemuMigrationFormat.decode(bytes)
  const start = value.leading?.length ?? 0
  const steps = stepsOf(capture.path).map((step) => ({ ...step, offset: step.offset + start }))
  const elements = elementsOf(bytes, value)

  test('has the elements that another program finds', () => {
    for (const step of steps) {
      if (step.type === 'HEADER') expect(step.offset).toBe(start)
      else if (step.type === 'CONFIGURATION') {
        const parts = ((value as unknown as Members).configurationParts ?? []) as readonly Members[]
        const capabilities = parts.flatMap(({ content }) => ((content as Members).capabilities ?? []) as Members[])
        expect(value.machine).toBe(step.machine)
        expect(capabilities.map(({ name }) => name)).toEqual(step.capabilities)
      } else expectStep(elements.get(step.offset) as Element, step)
    }
  })

  test('has no others', () => {
    const { omittedEmptyParts = 0 } = facts<{ omittedEmptyParts?: number }>(capture.path)
    const end = steps.find(({ rest }) => rest !== undefined)?.offset ?? Number.POSITIVE_INFINITY
    const named = steps.filter(({ type, offset }) => offset < end && type !== 'HEADER' && type !== 'CONFIGURATION')
    const found = [...elements.keys()].filter((offset) => offset < end)
    expect(found.length).toBe(named.length + omittedEmptyParts)
  })
})
