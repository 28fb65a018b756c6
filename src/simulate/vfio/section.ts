import type { Machine } from '../machine.ts'
import { Refused, type Stage } from '../stage.ts'
import { PARTS, type SectionType } from '../stream/writer.ts'
import { CAPABILITIES_POINTER } from '../vf/config.ts'
import { configObjection, encodeRecords, type PciState, restorePci, type VfioRecord } from './records.ts'

// What the designs do alike whose sections hold QEMU's records.

/** Sends a section of records, and the one that ends it. */
export function sendRecords(
  { stream, trace, copying }: Stage,
  type: SectionType,
  records: readonly VfioRecord[],
  end: 'END_OF_STATE' | 'DEV_INIT_DATA_SENT' = 'END_OF_STATE',
): void {
  const body = encodeRecords([...records, { tag: end }])
  stream.section(type, body)
  trace.add('source', 'stream-sent', { part: PARTS[type], bytes: body.length })
  copying.transfer(body.length)
}

/** A piece of the device state. */
export function dataRecord(data: Uint8Array): VfioRecord {
  return { tag: 'DEV_DATA_STATE', data }
}

/** Where a destination has its first capability that is built in another way. */
const CAPABILITY_ELSEWHERE = 0xa0

/** Puts the config space that came in place. @throws Refused where it differs in what must not */
export function putConfig({ trace, has }: Stage, pci: PciState, { vf }: Machine): void {
  if (has('config-refused')) vf.config[CAPABILITIES_POINTER] = CAPABILITY_ELSEWHERE
  const reason = configObjection(pci.config, vf.config)
  if (reason !== undefined) {
    trace.add('destination', 'state-refused', { part: 'config', reason })
    throw new Refused(`config space: ${reason}`)
  }
  restorePci(pci, vf)
  trace.add('destination', 'state-loaded', { part: 'config', bytes: pci.config.length })
}
