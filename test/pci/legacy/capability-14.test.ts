import { expect, test } from 'vitest'
import { type Around, tryRead } from './support.ts'

// Enhanced Allocation and the migration capability of 2015 have one ID. The tests that tell them apart, in order; each
// line of the table is decided by the rule that it names.

const MSIX_3 = '11 00 02 80 03 00 00 00 03 20 00 00'
const IDLE = '14 00 00 00 00 00 00 00'
const ENTRY = '14 00 01 00 02 00 ff 80 00 00 00 10 fc ff 0f 00'

interface Case {
  readonly rule: string
  readonly bytes: string
  readonly around?: Around
  /** Short name of the reading; undefined where neither fits. */
  readonly name: string | undefined
  readonly ambiguous?: boolean
}

const auto = { msix: MSIX_3 } as const
const cases: readonly Case[] = [
  {
    rule: '1: the user says migration, whatever the bytes',
    bytes: ENTRY,
    around: { options: { capability14: 'migration-2015' } },
    name: 'Migration-2015',
  },
  {
    rule: '1: the user says Enhanced Allocation',
    bytes: IDLE,
    around: { ...auto, options: { capability14: 'enhanced-allocation' } },
    name: 'EA',
  },
  { rule: '2: byte 3 is not 0, registers fit', bytes: '14 00 01 01 01 01 00 02', around: auto, name: 'Migration-2015' },
  { rule: '2: byte 3 is not 0, registers do not fit', bytes: '14 00 01 01 ff 00 00 00', around: auto, name: undefined },
  { rule: '3: a sound entry', bytes: ENTRY, around: auto, name: 'EA' },
  { rule: '3: a sound entry into the next capability', bytes: ENTRY, around: { ...auto, room: 8 }, name: 'EA' },
  {
    rule: '3: an entry of size 2 whose bytes are no registers of 2015',
    bytes: '14 00 01 00 02 00 00 00 02 00 00 00 00 00 00 00',
    around: auto,
    name: 'EA',
  },
  { rule: '4: no entries, small registers, MSI-X', bytes: IDLE, around: auto, name: 'Migration-2015', ambiguous: true },
  {
    rule: '4: the example of the design',
    bytes: '14 00 00 00 01 01 00 02',
    around: auto,
    name: 'Migration-2015',
    ambiguous: true,
  },
  { rule: '4: enable is 2', bytes: '14 00 00 00 02 00 00 00', around: auto, name: 'EA' },
  { rule: '4: VMM status is 2', bytes: '14 00 00 00 00 02 00 00', around: auto, name: 'EA' },
  { rule: '4: VF status is 2', bytes: '14 00 00 00 00 00 02 00', around: auto, name: 'EA' },
  { rule: '4: the vector is not in the table', bytes: '14 00 00 00 00 00 00 03', around: auto, name: 'EA' },
  { rule: '4: no MSI-X', bytes: IDLE, name: 'EA' },
  { rule: '4: a bridge', bytes: IDLE, around: { ...auto, facts: { headerLayout: 1 } }, name: 'EA' },
  { rule: '5: an entry size of 1', bytes: '14 00 01 00 01 00 00 02', around: auto, name: 'Migration-2015' },
  { rule: '5: an entry size of 0', bytes: '14 00 01 00 00 01 00 02', around: auto, name: 'Migration-2015' },
]

test.each(cases)('$rule', ({ bytes, around, name, ambiguous }) => {
  const result = tryRead(bytes, around)
  expect(result?.name).toBe(name)
  const codes = result?.findings.map(({ code }) => code) ?? []
  expect(codes.includes('pci/capability-14-ambiguous')).toBe(ambiguous ?? false)
})
