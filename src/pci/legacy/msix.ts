import { defineCodes, hexOffset } from '../../findings/index.ts'
import * as generated from '../../generated/pci/legacy/msix.js'
import { codec, type Value } from '../../layout/index.ts'
import { type CapabilityReport, capability, type FunctionFacts } from '../capability.ts'
import { msixCapability } from './msix.layout.ts'

export type MsixCapability = Value<typeof msixCapability>

const SOURCE = 'PCI Express Base Specification, MSI-X capability; linux/pci_regs.h PCI_MSIX_*'

const codes = defineCodes({
  'pci/msix-bir-reserved': {
    severity: 'error',
    title: 'the MSI-X table or PBA names a BAR that cannot exist',
    explanation: 'There are six base address registers. Neither a guest nor vfio can find the structure.',
    source: SOURCE,
  },
  'pci/msix-bar-unusable': {
    severity: 'warning',
    title: 'the MSI-X table or PBA names an I/O or absent BAR',
    explanation:
      'Both structures are in memory space. A BAR that is all zero may only be unassigned, as every BAR of a VF is; then nothing is reported.',
    source: SOURCE,
  },
  'pci/msix-overlap': {
    severity: 'error',
    title: 'the MSI-X table and PBA share bytes',
    explanation: 'Masking a vector would change pending bits. QEMU refuses such a device.',
    source: 'QEMU hw/pci/msix.c, msix_init',
  },
  'pci/msix-beyond-bar': {
    severity: 'error',
    title: 'the MSI-X table or PBA reaches past the end of its BAR',
    explanation:
      'Vectors behind the end do not exist. QEMU refuses such a device. Only checked where BAR sizes are known.',
    source: 'QEMU hw/pci/msix.c, msix_init',
  },
})

export const msix = capability({
  id: 0x11,
  name: 'MSI-X',
  codec: codec(msixCapability, generated.msixCapability),
  codes,
  check(value, report, { facts }) {
    checkBars(value, facts, report)
    checkRanges(value, facts, report)
  },
})

/** Vectors of the table: 1 to 2048. */
export function msixVectors({ control }: MsixCapability): number {
  return control.tableSize + 1
}

/** Bytes of the pending bit array as hardware has it: whole 64-bit words. */
export function pendingBytes(vectors: number): number {
  return 8 * Math.ceil(vectors / 64)
}

type Report = CapabilityReport<keyof typeof codes.entries>

const PARTS = [
  ['table', 'table'],
  ['pba', 'pending bit array'],
] as const

function checkBars(value: MsixCapability, facts: FunctionFacts, report: Report): void {
  const { bars, headerLayout } = facts
  for (const [part, title] of PARTS) {
    const { bir } = value[part]
    const at = [part, 'bir']
    if (bir > 5) {
      report('pci/msix-bir-reserved', `The ${title} is in BAR ${bir}; 5 is the highest.`, at)
    } else if (headerLayout === 1 && bir > 1) {
      report('pci/msix-bar-unusable', `The ${title} is in BAR ${bir}; a bridge has BARs 0 and 1.`, at)
    } else if (isHighHalf(bars, bir)) {
      report('pci/msix-bar-unusable', `The ${title} is in BAR ${bir}, the high half of a 64-bit BAR.`, at)
    } else if (((bars[bir] ?? 0) & 1) === 1) {
      report('pci/msix-bar-unusable', `The ${title} is in BAR ${bir}, which is I/O space.`, at)
    } else if (isAbsent(facts, bir)) {
      report('pci/msix-bar-unusable', `The ${title} is in BAR ${bir}, which is absent.`, at)
    }
  }
}

/** Whether the register before is a 64-bit BAR that takes this one as its high half. */
function isHighHalf(bars: readonly number[], bir: number): boolean {
  let at = 0
  while (at < bir) at += ((bars[at] ?? 0) & 7) === 4 ? 2 : 1
  return at > bir
}

/** A BAR of zero is absent only where others are in use: a VF, or a function never set up, has none at all. */
function isAbsent({ bars, command }: FunctionFacts, bir: number): boolean {
  return command.memorySpace && bars[bir] === 0 && bars.some((bar) => bar !== 0)
}

function checkRanges(value: MsixCapability, { barSizes }: FunctionFacts, report: Report): void {
  const vectors = msixVectors(value)
  const sizes = { table: 16 * vectors, pba: pendingBytes(vectors) }
  const { table, pba } = value
  if (table.bir === pba.bir && table.offset < pba.offset + sizes.pba && pba.offset < table.offset + sizes.table) {
    const [tableEnd, pbaEnd] = [table.offset + sizes.table, pba.offset + sizes.pba]
    const message = `The table is at ${hexOffset(table.offset)} to ${hexOffset(tableEnd)}, the pending bit array at ${hexOffset(pba.offset)} to ${hexOffset(pbaEnd)} of BAR ${pba.bir}.`
    report('pci/msix-overlap', message, ['pba', 'offset'])
  }
  for (const [part, title] of PARTS) {
    const { bir, offset } = value[part]
    const [end, room] = [offset + sizes[part], barSizes?.[bir]]
    if (room === undefined || end <= room) continue
    const message = `The ${title} ends at ${hexOffset(end)} of BAR ${bir}, which has ${hexOffset(room)} bytes.`
    report('pci/msix-beyond-bar', message, [part, 'offset'])
  }
}
