import { array, bytes, choice, framed, optional, remaining, StructType, struct, u32 } from '../../layout/index.ts'
import { infoCapability } from '../capability-header.layout.ts'
import type { InfoSpec } from './value.ts'

/** The JSON of a decoded information structure: names and kinds, not how the bytes follow one another. */
export function infoDocument({ name, head, bodies }: InfoSpec): StructType {
  const { facts, fields } = head.type
  const part = (title: string) => ({ title, source: facts.source })
  const types = Object.fromEntries(Object.entries(bodies).map(([id, { type }]) => [id, type]))
  const capability = struct(
    `${name}-capability`,
    {
      offset: u32.doc('where the capability lies, in bytes from the start'),
      header: infoCapability,
      body: framed(remaining, choice('header.id', types)),
      padding: optional(1, bytes(remaining).doc('up to where the next capability is aligned')),
    },
    part('Capability with its place'),
  )
  const gap = struct(`${name}-gap`, { offset: u32, bytes: bytes(remaining) }, part('Bytes that nothing covers'))
  return new StructType(
    name,
    {
      ...fields,
      capabilities: array(capability, 'to-end'),
      gaps: array(gap, 'to-end'),
      room: optional(1, bytes(remaining).doc('room for capabilities that none were written to')),
      trailing: optional(1, bytes(remaining).doc('what follows the bytes that argsz counts')),
    },
    facts,
  )
}
