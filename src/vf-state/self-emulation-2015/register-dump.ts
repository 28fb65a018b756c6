import * as generated from '../../generated/vf-state/self-emulation-2015/register-dump.js'
import { codec, placeOf, structureFormat, type Value } from '../../layout/index.ts'
import { ringCodes } from '../ring/index.ts'
import { ixgbevfRegisterDump } from './register-dump.layout.ts'
import { checkQueues, type QueueRegisters } from './registers.ts'

export const ixgbevfRegisterDumpCodec = codec(ixgbevfRegisterDump, generated.ixgbevfRegisterDump)
export type IxgbevfRegisterDump = Value<typeof ixgbevfRegisterDump>

const RINGS = [
  { baseLow: 'rdbal', length: 'rdlen', head: 'rdh', tail: 'rdt' },
  { baseLow: 'tdbal', length: 'tdlen', head: 'tdh', tail: 'tdt' },
] as const

function queuesOf(value: IxgbevfRegisterDump): QueueRegisters[] {
  return RINGS.flatMap((names) =>
    value[names.length].map((_, index) => ({
      facts: Object.fromEntries(Object.entries(names).map(([fact, name]) => [fact, value[name][index]])),
      paths: Object.fromEntries(Object.entries(names).map(([fact, name]) => [fact, [name, index]])),
    })),
  )
}

/** The words that `ethtool -d DEV raw on` writes for a VF of an 82599 or X540. */
export const ixgbevfRegisterDumpFormat = structureFormat({
  codec: ixgbevfRegisterDumpCodec,
  codes: ringCodes.entries,
  rule(value, report) {
    checkQueues(queuesOf(value), report, (path) => placeOf(ixgbevfRegisterDump, path) ?? { offset: 0, length: 0 })
  },
})
