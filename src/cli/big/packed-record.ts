import { randomUUID } from 'node:crypto'
import { fromHex } from '../../layout/index.ts'
import { deflated, payloadBytes, type RecordInput } from '../../stream/index.ts'
import { Complaint } from '../complaint.ts'

/** What readers have to know first stands as it is. */
const PLAIN: ReadonlySet<RecordInput['type']> = new Set(['device', 'design', 'memory-region', 'note'])

/** The record with its payload compressed, where that makes it at least an eighth smaller. */
export async function compressed(record: RecordInput): Promise<RecordInput> {
  if (PLAIN.has(record.type)) return record
  const content = payloadBytes(record.type, record.payload)
  const payload = await deflated(content)
  return payload.length <= content.length - content.length / 8 ? { ...record, payload, isDeflated: true } : record
}

/** Name of a stream: as it is given, or random. @throws Complaint */
export function uuidOf(text: string | undefined): Uint8Array {
  const uuid = text ?? randomUUID()
  const isRight = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid)
  const bytes = isRight ? fromHex(uuid.replaceAll('-', '')) : undefined
  if (bytes !== undefined) return bytes
  throw new Complaint(`${JSON.stringify(text)} is no UUID; give 32 hexadecimal digits in the form of uuidgen.`)
}
