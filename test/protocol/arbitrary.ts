import fc from 'fast-check'
import { eventKinds, type Field, SIDES, type TraceEvent } from '../../src/protocol/index.ts'

const REGISTERS = [
  ...['enable', 'vmmStatus', 'vfStatus', 'mailboxVector', 'phase', 'acknowledge', 'slotMask', 'pausedMask'],
  ...['migrationStatus', 'vfAnswer', 'runState', 'deviceState', 'configAction', 'memoryAction', 'memoryPosition'],
]
const REGIONS = ['device-state', 'config', 'memory', 'bitmap', 'migration']
const WORDS = [...REGISTERS, ...REGIONS, 'data', 'data_offset', 'data_size', 'pending_bytes', '__proto__', '']

function fieldArbitrary(field: Field): fc.Arbitrary<unknown> {
  switch (field.type) {
    case 'integer':
      if (field.most !== undefined) return fc.oneof(fc.nat(2), fc.nat(field.most))
      // Small numbers meet each other.
      return fc.oneof({ weight: 9, arbitrary: fc.nat(6) }, { weight: 1, arbitrary: fc.maxSafeInteger() })
    case 'text':
      return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...WORDS) }, { weight: 1, arbitrary: fc.string() })
    case 'flag':
      return fc.boolean()
    case 'one-of':
      return fc.constantFrom(...field.values)
  }
}

/** Any event, of any kind and content. */
export const anyEvent: fc.Arbitrary<TraceEvent> = fc.oneof(
  ...Object.entries(eventKinds).map(([kind, { fields }]) => {
    const entries = Object.entries<Field>(fields)
    const required = entries.filter(([, { optional }]) => !optional).map(([name]) => name)
    return fc
      .record(
        {
          at: fc.nat(),
          side: fc.constantFrom(...SIDES),
          kind: fc.constant(kind),
          ...Object.fromEntries(entries.map(([name, field]) => [name, fieldArbitrary(field)])),
        },
        { requiredKeys: ['at', 'side', 'kind', ...required] as never[], noNullPrototype: true },
      )
      .map((event) => event as unknown as TraceEvent)
  }),
)
