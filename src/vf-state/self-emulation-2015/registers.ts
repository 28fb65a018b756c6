import type { Path } from '../../findings/index.ts'
import * as generated from '../../generated/vf-state/self-emulation-2015/registers.js'
import { codec, placeOf, type Rule, structureFormat, type Value } from '../../layout/index.ts'
import { checkRing, type RingRegisters, ringCodes } from '../ring/index.ts'
import { ixgbevfRegisters, MOST_QUEUES } from './registers.layout.ts'

export const ixgbevfRegistersCodec = codec(ixgbevfRegisters, generated.ixgbevfRegisters)
export type IxgbevfRegisters = Value<typeof ixgbevfRegisters>

/** The registers that tell of one ring, and their paths. */
export interface QueueRegisters {
  readonly facts: RingRegisters
  readonly paths: Readonly<Partial<Record<keyof RingRegisters, Path>>>
}

/** Judges rings that have been set up; queues of which all registers are 0 are not in use. */
export function checkQueues(
  queues: readonly QueueRegisters[],
  report: Parameters<Rule<unknown>>[1],
  locate: (path: Path) => { offset: number; length: number },
): void {
  for (const { facts, paths } of queues) {
    if (facts.baseLow === 0 && facts.length === 0) continue
    checkRing(facts, (code, message, about) => {
      const path = (about === 'descriptors' ? undefined : paths[about]) ?? []
      report(ringCodes.finding(code, message, { ...locate(path), path }))
    })
  }
}

/** Rings of a register space; paths count from it. */
export function queuesOf({ rxQueues, txQueues }: IxgbevfRegisters): QueueRegisters[] {
  const rx = rxQueues.map(({ rdbal, rdlen, rdh, rdt }, index) => ({
    facts: { baseLow: rdbal, length: rdlen, head: rdh, tail: rdt },
    paths: pathsIn(['rxQueues', index], { baseLow: 'rdbal', length: 'rdlen', head: 'rdh', tail: 'rdt' }),
  }))
  const tx = txQueues.map(({ tdbal, tdlen, tdh, tdt }, index) => ({
    facts: { baseLow: tdbal, length: tdlen, head: tdh, tail: tdt },
    paths: pathsIn(['txQueues', index], { baseLow: 'tdbal', length: 'tdlen', head: 'tdh', tail: 'tdt' }),
  }))
  return [...rx, ...tx]
}

function pathsIn(below: Path, names: Readonly<Partial<Record<keyof RingRegisters, string>>>) {
  return Object.fromEntries(Object.entries(names).map(([fact, name]) => [fact, [...below, name]]))
}

export const ixgbevfRegistersFormat = structureFormat({
  codec: ixgbevfRegistersCodec,
  codes: ringCodes.entries,
  rule(value, report) {
    checkQueues(queuesOf(value), report, (path) => placeOf(ixgbevfRegisters, path) ?? { offset: 0, length: 0 })
  },
})

/** Offset of a register in BAR 0, by its path: `['rxQueues', 1, 'rdt']`; undefined where there is none. */
export function registerOffset(path: Path): number | undefined {
  return placeOf(ixgbevfRegisters, path)?.offset
}

/** A register and where it is. */
export interface RegisterPlace {
  readonly path: Path
  readonly offset: number
}

/** Per-queue registers in the order in which the driver writes them back; heads cannot be written. From memory. */
const RX_ORDER = ['rdbal', 'rdbah', 'rdlen', 'srrctl', 'rscctl', 'dcaRxctrl', 'rxdctl', 'rdt'] as const
const TX_ORDER = ['tdbal', 'tdbah', 'tdlen', 'tdwbal', 'tdwbah', 'dcaTxctrl', 'txdctl', 'tdt'] as const

/**
 * Registers that are written back on restore: interrupts, header types, then the receive and the transmit rings. The
 * groups come in the order of the series; inside a group the order is proposed.
 */
export function restoreOrder(queues: number): RegisterPlace[] {
  const each = <T>(count: number, step: (index: number) => readonly T[]) =>
    Array.from({ length: count }, (_, index) => step(index)).flat()
  const fields = ixgbevfRegisters.fields
  const count = Math.min(queues, MOST_QUEUES)
  const paths: Path[] = [
    ...each(Number((fields.vtivar.count as { value: number }).value), (index) => [['vtivar', index]]),
    ['vtivarMisc'],
    ...each(Number((fields.vteitr.count as { value: number }).value), (index) => [['vteitr', index]]),
    ['vteiac'],
    ['vteiam'],
    ['vteims'],
    ['vfpsrtype'],
    ...each(count, (index) => RX_ORDER.map((name) => ['rxQueues', index, name])),
    ...each(count, (index) => TX_ORDER.map((name) => ['txQueues', index, name])),
  ]
  return paths.map((path) => ({ path, offset: registerOffset(path) as number }))
}

/** The head registers of all queues: a device sets them, nobody else can. */
export const headRegisters: readonly RegisterPlace[] = Array.from({ length: MOST_QUEUES }, (_, index) => [
  ['rxQueues', index, 'rdh'],
  ['txQueues', index, 'tdh'],
])
  .flat()
  .map((path) => ({ path, offset: registerOffset(path) as number }))

const heads = new Set(headRegisters.map(({ offset }) => offset))

/** Whether writing to an offset of BAR 0 changes nothing, because a head register is there. */
export function isHeadRegister(offset: number): boolean {
  return heads.has(offset)
}
