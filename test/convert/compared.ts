import { qemuParts } from '../../src/convert/index.ts'
import { aheadOf } from '../../src/layout/index.ts'
import { findFormat } from '../../src/registry/index.ts'
import {
  type CompareOptions,
  compareMigrations,
  Migration,
  type MigrationDifference,
  type MigrationPart,
} from '../../src/stream/index.ts'

/** Differences and notes of two migrations. */
export interface Compared {
  readonly differences: MigrationDifference[]
  readonly notes: string[]
}

export async function compared(
  a: AsyncIterable<MigrationPart>,
  b: AsyncIterable<MigrationPart>,
  options: CompareOptions = { known: findFormat },
): Promise<Compared> {
  const all = [...compareMigrations(await Migration.of(a), await Migration.of(b), options)]
  return {
    differences: all.filter((each) => each.kind === 'difference'),
    notes: all.flatMap((each) => (each.kind === 'note' ? [each.message] : [])),
  }
}

/** A stream in pieces of some bytes, so that runs and records are cut. */
export function* piecesOf(bytes: Uint8Array, length = 65_537): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

export const partsOf = (bytes: Uint8Array) => qemuParts(piecesOf(bytes), { ahead: aheadOf(bytes) })

export const comparedStreams = (a: Uint8Array, b: Uint8Array, options?: CompareOptions) =>
  compared(partsOf(a), partsOf(b), options)

/** What is refused, without its device: record and path. */
export const refusedOf = ({ differences }: Compared) =>
  differences
    .filter(({ verdict }) => verdict === 'refused')
    .map(({ device, record, key }) => `${device ?? ''} ${record} ${key}`.trim())

/** All that an iterable gives. */
export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
