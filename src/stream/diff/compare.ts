import { counted } from '../../findings/index.ts'
import { type Located, plainJson, u8 } from '../../layout/index.ts'
import { align } from './align.ts'
import { type CompareOptions, compareParts, type PartDifference } from './compare-part.ts'
import { pairDevices } from './devices.ts'
import type { KeptPart } from './kept-part.ts'
import { compareMemory } from './memory.ts'
import type { KeptRegion, Migration } from './migration.ts'

/** A difference between two migrations. */
export interface MigrationDifference extends PartDifference {
  readonly kind: 'difference'
  /** Address of the device, or `device 0`; undefined for the migration as a whole. */
  readonly device: string | undefined
  /** Type of the record, with its number from 0 where there are several: `device-state[1]`. */
  readonly record: string
}

/** What makes no difference of content, and may be of interest. */
export interface MigrationNote {
  readonly kind: 'note'
  readonly message: string
}

/**
 * What differs between two migrations, device by device: parts paired by type and content, memory by region and address.
 * In what way something is stored (compression, chunks, the encoding of a bitmap, the order of types) is no difference.
 */
export function* compareMigrations(
  a: Migration,
  b: Migration,
  options: CompareOptions = {},
): Generator<MigrationDifference | MigrationNote> {
  for (const [name, { damages }] of [
    ['a', a],
    ['b', b],
  ] as const) {
    const message = `${name} is damaged in ${counted(damages, 'place')}, which vfmig validate names; damaged records are compared as bytes.`
    if (damages > 0) yield { kind: 'note', message }
  }
  for (const about of new Set([...a.remarks.keys(), ...b.remarks.keys()])) {
    const [mine, other] = [a.remarks.get(about) ?? 'nothing', b.remarks.get(about) ?? 'nothing']
    if (mine !== other) yield { kind: 'note', message: `${about}: ${mine} in a, ${other} in b.` }
  }
  let [stored, moved] = [0, 0]
  const [ours, theirs] = [partsByDevice(a), partsByDevice(b)]
  for (const pair of pairDevices(a, b)) {
    const groups = grouped(pair.a && ours.get(pair.a.number), pair.b && theirs.get(pair.b.number))
    for (const { type, a: mine, b: other } of groups) {
      const pairs = align(mine.map(keysOf), other.map(keysOf))
      for (const [i, j] of pairs) {
        const [x, y] = [mine[i], other[j]]
        const number = Math.max(mine.length, other.length) > 1 ? `[${x === undefined ? j : i}]` : ''
        const place = { kind: 'difference', device: pair.name, record: `${type}${number}` } as const
        const differences = x === undefined || y === undefined ? [alone(x, y)] : compareParts(x, y, options)
        for (const difference of differences) yield { ...place, ...difference }
        if (differences.length > 0 || x === undefined || y === undefined) continue
        if (x.identity !== y.identity && isEvent(x)) moved += 1
        else if (isStoredOtherwise(x, y)) stored += 1
      }
    }
    if (pair.name === undefined) yield* memoryDifferences(a, b)
  }
  const message = `${counted(stored, 'part has', 'parts have')} the same content, stored in another way.`
  if (stored > 0) yield { kind: 'note', message }
  const times = `${counted(moved, 'event is', 'events are')} the same, at other times.`
  if (moved > 0) yield { kind: 'note', message: times }
}

const keysOf = ({ identity, pairing }: KeptPart) => [identity, pairing] as const

const isEvent = ({ content }: KeptPart) => content.kind === 'fields' && content.compared !== undefined

function isStoredOtherwise(a: KeptPart, b: KeptPart): boolean {
  const ways = [a, b].map(({ content, pieces }) => [
    content.kind === 'bitmap' ? content.encoding : '',
    ...pieces.map(({ start, packed }) => `${start}${packed === undefined ? '' : ' packed'}`),
  ])
  return String(ways[0]) !== String(ways[1])
}

function partsByDevice({ parts }: Migration): Map<number | undefined, KeptPart[]> {
  const lists = new Map<number | undefined, KeptPart[]>()
  for (const part of parts) {
    const list = lists.get(part.device)
    if (list === undefined) lists.set(part.device, [part])
    else list.push(part)
  }
  return lists
}

interface Group {
  readonly type: string
  readonly a: KeptPart[]
  readonly b: KeptPart[]
}

/** The parts of a device by type and group, in the order in which they first come. */
function grouped(a: readonly KeptPart[] = [], b: readonly KeptPart[] = []): Iterable<Group> {
  const groups = new Map<string, Group>()
  for (const [side, parts] of [
    ['a', a],
    ['b', b],
  ] as const) {
    for (const part of parts) {
      const key = `${part.type}\n${part.group}`
      const type = part.group === '' ? part.type : `${part.type}[${part.group}]`
      const group = groups.get(key) ?? { type, a: [], b: [] }
      groups.set(key, group)
      group[side].push(part)
    }
  }
  return groups.values()
}

/** A part that one side does not have. */
function alone(a: KeptPart | undefined, b: KeptPart | undefined): PartDifference {
  const key = a === undefined ? 'only in b' : 'only in a'
  const difference = { key, a: a && whole(a), b: b && whole(b) }
  return a?.needed === undefined ? difference : { ...difference, verdict: 'refused', refusals: [a.needed] }
}

/** A part as one field: its fields in words, or its first bytes. */
function whole({ content, bytes, head, offset, length }: KeptPart): Located {
  let fields = head
  try {
    if (content.kind === 'fields' && bytes !== undefined) fields = content.fields(bytes)
  } catch {
    // What does not decode is shown as bytes.
  }
  const words = fields.map(({ path, value }) => `${path.at(-1)}=${JSON.stringify(plainJson(value))}`)
  const size = counted(length, 'byte')
  const value = content.kind === 'fields' && words.length > 0 ? words.join(' ') : [...words, size].join(' ')
  return { path: [], offset, length, type: u8, value }
}

function* memoryDifferences(a: Migration, b: Migration): Generator<MigrationDifference> {
  for (const name of new Set([...a.regions.keys(), ...b.regions.keys()])) {
    const [mine, other] = [a.regions.get(name), b.regions.get(name)]
    const { base, memory } = (mine ?? other) as KeptRegion
    const { unit } = memory
    for (const { start, end, in: side } of compareMemory(mine?.memory, other?.memory)) {
      const address = base + BigInt(start) * BigInt(unit)
      const pages = { address, bytes: BigInt(end - start) * BigInt(unit), in: side }
      const place = { kind: 'difference', device: undefined, record: 'memory-pages' } as const
      yield { ...place, key: name, a: undefined, b: undefined, pages }
    }
  }
}
