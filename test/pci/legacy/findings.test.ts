import { expect, test } from 'vitest'
import { legacyCapabilities } from '../../../src/pci/legacy/index.ts'
import { type Around, read } from './support.ts'

/** Each code with the smallest input that causes it, and close neighbours that do not. */
interface Case {
  readonly name: string
  readonly bytes: string
  readonly around?: Around
  /** `severity code path` of every finding of the capability's own rules. */
  readonly found: readonly string[]
}

const zeros = (count: number) => '00 '.repeat(count)
const MSIX_3 = '11 00 02 80 03 00 00 00 03 20 00 00'

const pm: readonly Case[] = [
  { name: 'PM version 0', bytes: `01 00 00 00 ${zeros(4)}`, found: ['warning pci/pm-version capabilities.version'] },
  { name: 'PM version 4', bytes: `01 00 04 00 ${zeros(4)}`, found: ['warning pci/pm-version capabilities.version'] },
  {
    name: 'PM in D1 without support',
    bytes: '01 00 03 00 01 00 00 00',
    found: ['warning pci/pm-state-unsupported control.powerState'],
  },
  { name: 'PM in D1', bytes: '01 00 03 02 01 00 00 00', found: [] },
  {
    name: 'PM in D2 without support',
    bytes: '01 00 03 02 02 00 00 00',
    found: ['warning pci/pm-state-unsupported control.powerState'],
  },
  { name: 'PM in D3hot', bytes: '01 00 03 00 03 00 00 00', found: [] },
]

const tooManyCapable = 'warning pci/msi-vector-count control.multipleMessageCapable'
const tooManyEnabled = 'warning pci/msi-vector-count control.multipleMessageEnable'
/** MSI with 32-bit address and the given control, address and data. */
const msi32 = (control: string, address = '00 00 e0 fe', data = '40 00') => `05 00 ${control} ${address} ${data}`

const msi: readonly Case[] = [
  { name: 'MSI, enabled', bytes: msi32('01 00'), found: [] },
  { name: 'MSI of 32 vectors', bytes: msi32('5b 00'), found: [] },
  { name: 'MSI capable of 64 vectors', bytes: msi32('0c 00'), found: [tooManyCapable] },
  { name: 'MSI with 64 vectors enabled', bytes: msi32('60 00'), found: [tooManyEnabled] },
  {
    name: 'MSI with 2 of 1 vectors enabled',
    bytes: msi32('11 00'),
    found: ['warning pci/msi-more-enabled-than-capable control.multipleMessageEnable'],
  },
  { name: 'the same while disabled, as hardware shows it', bytes: msi32('10 00'), found: [] },
  {
    name: 'MSI address of odd alignment',
    bytes: msi32('00 00', '02 00 e0 fe'),
    found: ['warning pci/msi-address-unaligned addressLow'],
  },
  {
    name: 'MSI data where the index goes',
    bytes: msi32('13 00', undefined, '41 00'),
    found: ['warning pci/msi-data-low-bits data'],
  },
  { name: 'the same while disabled', bytes: msi32('12 00', undefined, '41 00'), found: [] },
  { name: 'MSI data above the index', bytes: msi32('13 00', undefined, '42 00'), found: [] },
  { name: 'MSI to address 0', bytes: msi32('01 00', zeros(4)), found: ['warning pci/msi-message addressLow'] },
  { name: 'the same while disabled (2)', bytes: msi32('00 00', zeros(4)), found: [] },
  { name: 'MSI vector 15', bytes: msi32('01 00', undefined, '0f 00'), found: ['warning pci/msi-message data'] },
  { name: 'MSI vector 16', bytes: msi32('01 00', undefined, '10 00'), found: [] },
  { name: 'MSI as NMI', bytes: msi32('01 00', undefined, '00 04'), found: [] },
  { name: 'MSI, remappable', bytes: msi32('01 00', '18 00 e0 fe', '00 00'), found: [] },
  { name: 'MSI to a doorbell of another platform', bytes: msi32('01 00', '40 00 09 08', '00 00'), found: [] },
  { name: 'MSI to address 0, masked', bytes: `05 00 01 01 ${zeros(8)} 01 00 00 00 ${zeros(4)}`, found: [] },
  {
    name: 'MSI mask of a vector that is not there',
    bytes: `05 00 00 01 ${zeros(8)} 02 00 00 00 ${zeros(4)}`,
    found: ['info pci/msi-bits-beyond-vectors mask'],
  },
  {
    name: 'MSI pending of a vector that is not there',
    bytes: `05 00 02 01 ${zeros(12)} 04 00 00 00`,
    found: ['info pci/msi-bits-beyond-vectors pending'],
  },
  { name: 'MSI mask of all 32 vectors', bytes: `05 00 0a 01 ${zeros(8)} ff ff ff ff ${zeros(4)}`, found: [] },
  {
    name: 'MSI extended data enabled, not offered',
    bytes: msi32('00 04'),
    found: ['warning pci/msi-extended-data control.extendedDataEnable'],
  },
  {
    name: 'MSI extended data set, not offered',
    bytes: `05 00 00 01 ${zeros(6)} 01 00 ${zeros(8)}`,
    found: ['info pci/msi-extended-data extendedData'],
  },
  { name: 'MSI with extended data', bytes: '05 00 01 06 00 00 e0 fe 40 00 01 00', found: [] },
]

const vendor: readonly Case[] = [
  { name: 'vendor length 2', bytes: '09 00 02', found: ['warning pci/vendor-length-short length'] },
  { name: 'vendor length 3', bytes: '09 00 03', found: [] },
  {
    name: 'vendor length past the space, as on X58',
    bytes: '09 00 ff 00',
    around: { offset: 0xfc },
    found: ['warning pci/vendor-length-beyond-space length'],
  },
  { name: 'vendor length to the end', bytes: '09 00 04 00', around: { offset: 0xfc }, found: [] },
  {
    name: 'virtio in BAR 6',
    bytes: `09 00 10 01 06 ${zeros(11)}`,
    around: { facts: { vendorId: 0x1af4 } },
    found: ['warning pci/virtio-bar bar'],
  },
  {
    name: 'virtio past its BAR',
    bytes: `09 00 10 01 04 00 00 00 01 00 00 00 00 10 00 00`,
    around: { facts: { vendorId: 0x1af4, barSizes: [0, 0, 0, 0, 0x1000] } },
    found: ['warning pci/virtio-beyond-bar structureOffset'],
  },
  {
    name: 'virtio shared memory of 4 GiB in 4 KiB',
    bytes: `09 00 18 08 04 ${zeros(15)} 01 00 00 00`,
    around: { facts: { vendorId: 0x1af4, barSizes: [0, 0, 0, 0, 0x1000] } },
    found: ['warning pci/virtio-beyond-bar structureOffset'],
  },
  {
    name: 'virtio to the end of its BAR',
    bytes: `09 00 10 01 04 00 00 00 00 00 00 00 00 10 00 00`,
    around: { facts: { vendorId: 0x1af4, barSizes: [0, 0, 0, 0, 0x1000] } },
    found: [],
  },
]

const bridgeMigration = (revision: string, phase: string, acknowledge: string, masks: string) =>
  `09 00 18 4d ${revision} 00 00 00 ${phase} 00 ${acknowledge} 00 ${masks}`
const NO_SLOTS = zeros(12)
const proposed = { options: { bridgeMigration: true } }
const bridge: readonly Case[] = [
  { name: 'bridge migration, idle', bytes: bridgeMigration('01', '00', '00', NO_SLOTS), around: proposed, found: [] },
  {
    name: 'bridge migration of revision 2',
    bytes: bridgeMigration('02', '00', '00', NO_SLOTS),
    around: proposed,
    found: ['warning pci/bridge-migration-revision revision'],
  },
  {
    name: 'paused and missed devices that take no part',
    bytes: bridgeMigration('01', '00', '00', '01 00 00 00 03 00 00 00 04 00 00 80'),
    around: proposed,
    found: [
      'error pci/bridge-migration-outside-slots pausedMask',
      'error pci/bridge-migration-outside-slots missedMask',
    ],
  },
  {
    name: 'pause acknowledged while tracking',
    bytes: bridgeMigration('01', '01', '02', NO_SLOTS),
    around: proposed,
    found: ['warning pci/bridge-migration-acknowledge acknowledge.phase'],
  },
  {
    name: 'idle again, the last phase still acknowledged',
    bytes: bridgeMigration('01', '00', '03', NO_SLOTS),
    around: proposed,
    found: [],
  },
]

const above = 'info pci/express-link-above-capability link.status'
/** A PCI Express endpoint of version 1 with the given registers. */
const express = (flags: string, payloads = '00 00 00 00 00 00', link = zeros(8)) =>
  `10 00 ${flags} ${payloads} 00 00 ${link}`
const pcie: readonly Case[] = [
  { name: 'PCIe version 1', bytes: express('01 00'), found: [] },
  {
    name: 'PCIe version 0, as on VFs of the 82599',
    bytes: express('00 00'),
    found: ['info pci/express-version capabilities.version'],
  },
  {
    name: 'PCIe version 3',
    bytes: express('03 00', undefined, zeros(40)),
    found: ['warning pci/express-version capabilities.version'],
  },
  {
    name: 'payload above what is supported',
    bytes: express('01 00', '01 00 00 00 40 00'),
    found: ['warning pci/express-payload device.control.maxPayload'],
  },
  { name: 'largest payload that is supported', bytes: express('01 00', '01 00 00 00 20 00'), found: [] },
  {
    name: 'link wider than it can be',
    bytes: express('01 00', undefined, '11 00 00 00 00 00 21 00'),
    found: [`${above}.width`],
  },
  {
    name: 'link faster than it can be',
    bytes: express('01 00', undefined, '11 00 00 00 00 00 12 00'),
    found: [`${above}.speed`],
  },
  {
    name: 'link capabilities of 0, as in QEMU',
    bytes: express('01 00', undefined, `${zeros(6)} 11 00`),
    found: [`${above}.width`, `${above}.speed`],
  },
  {
    name: 'upstream port with an endpoint header',
    bytes: express('51 00'),
    around: { facts: { bus: 0 } },
    found: ['warning pci/express-type-header capabilities.type'],
  },
  {
    name: 'root port with an endpoint header on bus 0, as in host bridges',
    bytes: express('41 00', undefined, zeros(24)),
    around: { facts: { bus: 0 } },
    found: ['info pci/express-type-header capabilities.type'],
  },
  {
    name: 'root port with an endpoint header elsewhere',
    bytes: express('41 00', undefined, zeros(24)),
    around: { facts: { bus: 1 } },
    found: ['warning pci/express-type-header capabilities.type'],
  },
  {
    name: 'endpoint with a bridge header',
    bytes: express('01 00'),
    around: { facts: { headerLayout: 1 } },
    found: ['warning pci/express-type-header capabilities.type'],
  },
]

const msix: readonly Case[] = [
  {
    name: 'MSI-X in BARs 6 and 7',
    bytes: '11 00 00 00 06 00 00 00 07 08 00 00',
    found: ['error pci/msix-bir-reserved table.bir', 'error pci/msix-bir-reserved pba.bir'],
  },
  {
    name: 'MSI-X in an I/O BAR and in an absent one',
    bytes: '11 00 00 00 00 00 00 00 01 08 00 00',
    around: { facts: { bars: [0xe001, 0, 0, 0, 0, 0] } },
    found: ['warning pci/msix-bar-unusable table.bir', 'warning pci/msix-bar-unusable pba.bir'],
  },
  { name: 'MSI-X of a VF, which has no BARs of its own', bytes: MSIX_3, found: [] },
  {
    name: 'MSI-X in a BAR that nobody has assigned yet',
    bytes: '11 00 00 00 01 00 00 00 01 08 00 00',
    around: { facts: { bars: [0xe001, 0, 0, 0, 0, 0], command: { memorySpace: false, busMaster: false } } },
    found: [],
  },
  {
    name: 'MSI-X in the high half of a BAR',
    bytes: '11 00 00 00 01 00 00 00 00 08 00 00',
    around: { facts: { bars: [0xfe000004, 1, 0, 0, 0, 0] } },
    found: ['warning pci/msix-bar-unusable table.bir'],
  },
  {
    name: 'MSI-X of a bridge in BAR 2',
    bytes: '11 00 00 00 02 00 00 00 00 08 00 00',
    around: { facts: { headerLayout: 1, bars: [0xfe000000, 0] } },
    found: ['warning pci/msix-bar-unusable table.bir'],
  },
  {
    name: 'PBA in the table',
    bytes: '11 00 00 00 00 00 00 00 08 00 00 00',
    found: ['error pci/msix-overlap pba.offset'],
  },
  { name: 'PBA right behind the table', bytes: '11 00 00 00 00 00 00 00 10 00 00 00', found: [] },
  {
    name: 'table in the PBA of 65 vectors',
    bytes: '11 00 40 00 08 00 00 00 00 00 00 00',
    found: ['error pci/msix-overlap pba.offset'],
  },
  {
    name: 'table and PBA past the BAR',
    bytes: '11 00 00 00 f8 0f 00 00 00 10 00 00',
    around: { facts: { bars: [0xfe000000, 0, 0, 0, 0, 0], barSizes: [0x1000] } },
    found: [
      'error pci/msix-overlap pba.offset',
      'error pci/msix-beyond-bar table.offset',
      'error pci/msix-beyond-bar pba.offset',
    ],
  },
  {
    name: 'table and PBA to the end of the BAR',
    bytes: '11 00 00 00 e8 0f 00 00 f8 0f 00 00',
    around: { facts: { bars: [0xfe000000, 0, 0, 0, 0, 0], barSizes: [0x1000] } },
    found: [],
  },
]

const asAllocation = { options: { capability14: 'enhanced-allocation' } } as const
const size = 'warning pci/ea-entry-size entries.0.control.entrySize'
const ea: readonly Case[] = [
  { name: 'EA entry of a plain size', bytes: `14 00 01 00 02 00 00 00 ${zeros(8)}`, around: asAllocation, found: [] },
  { name: 'EA entry size 0', bytes: '14 00 01 00 00 00 00 00', around: asAllocation, found: [size] },
  {
    name: 'EA entry with a 64-bit base and no room for it',
    bytes: '14 00 01 00 02 00 00 00 02 00 00 00 00 00 00 00',
    around: asAllocation,
    found: [size],
  },
  {
    name: 'EA entry larger than its flags say',
    bytes: `14 00 01 00 03 00 00 00 ${zeros(12)}`,
    around: asAllocation,
    found: [size],
  },
  {
    name: 'EA entry with properties 8 and 9',
    bytes: `14 00 01 00 02 08 09 00 ${zeros(8)}`,
    around: asAllocation,
    found: ['warning pci/ea-property-unknown entries.0.control.primaryProperties'],
  },
  {
    name: 'EA entry with a property of a newer revision, and a fallback',
    bytes: `14 00 01 00 02 08 00 00 ${zeros(8)}`,
    around: asAllocation,
    found: [],
  },
  {
    name: 'EA entry for register 15',
    bytes: `14 00 01 00 f2 00 00 00 ${zeros(8)}`,
    around: asAllocation,
    found: ['info pci/ea-equivalent-reserved entries.0.control.barEquivalent'],
  },
  {
    name: 'EA resource around the end of memory',
    bytes: '14 00 01 00 02 00 00 00 00 00 00 ff fc ff ff 01',
    around: asAllocation,
    found: ['warning pci/ea-range-wraps entries.0.range.base'],
  },
]

const asMigration = { options: { capability14: 'migration-2015' }, msix: MSIX_3 } as const
const migration: readonly Case[] = [
  { name: 'migration, enabled', bytes: '14 00 00 00 01 01 01 02', around: asMigration, found: [] },
  {
    name: 'migration registers of 2',
    bytes: '14 00 00 00 02 02 02 00',
    around: asMigration,
    found: ['enable', 'vmmStatus', 'vfStatus'].map((register) => `warning pci/migration-2015-register ${register}`),
  },
  {
    name: 'mailbox vector 3 of a table of 3',
    bytes: '14 00 00 00 00 00 00 03',
    around: asMigration,
    found: ['error pci/migration-2015-vector mailboxVector'],
  },
  {
    name: 'ready without start',
    bytes: '14 00 00 00 00 00 01 00',
    around: asMigration,
    found: ['error pci/migration-2015-ready-without-start vfStatus'],
  },
  ...['11 00 02 00', '11 00 02 c0', undefined].map((msix) => ({
    name: `mailbox enabled, MSI-X ${msix}`,
    bytes: '14 00 00 00 01 00 00 00',
    around: { options: asMigration.options, ...(msix === undefined ? {} : { msix }) },
    found: ['warning pci/migration-2015-enabled-without-interrupts enable'],
  })),
]

const other: readonly Case[] = [
  { name: 'AF of 7 bytes', bytes: '13 00 07 00 00 00', found: ['warning pci/af-length length'] },
  {
    name: '0x14 without entries, registers small',
    bytes: '14 00 00 00 00 00 00 00',
    around: { msix: MSIX_3 },
    found: ['warning pci/capability-14-ambiguous'],
  },
]

const cases = [...pm, ...msi, ...vendor, ...bridge, ...pcie, ...msix, ...ea, ...migration, ...other]

test.each(cases)('$name', ({ bytes, around, found }) => {
  const result = read(bytes, around)
  expect(result.found).toEqual(found)
  for (const { message } of result.findings) expect(message).toMatch(/^[A-Z"].*\.$/)
})

test('every code has a case', () => {
  const covered = new Set(cases.flatMap(({ found }) => found.map((line) => line.split(' ')[1])))
  const declared = legacyCapabilities.flatMap(({ codes }) => Object.keys(codes?.entries ?? {}))
  expect(declared.filter((code) => !covered.has(code))).toEqual([])
})
