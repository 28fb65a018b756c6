import * as generated from '../../generated/pci/extended/sriov.js'
import { codec, type Value } from '../../layout/index.ts'
import { type CapabilityReport, capability, type FunctionFacts } from '../capability.ts'
import { singleRootIov } from './sriov.layout.ts'
import { type SriovCode, sriovCodes } from './sriov-codes.ts'

type Sriov = Value<typeof singleRootIov>
type Report = CapabilityReport<SriovCode>

export const sriov = capability({
  id: 0x10,
  name: 'SR-IOV',
  codec: codec(singleRootIov, generated.singleRootIov),
  codes: sriovCodes,
  check(registers, report, { facts }) {
    checkCounts(registers, report)
    checkRouting(registers, report)
    checkMemory(registers, report)
    checkMigration(registers, report, facts)
    const { capability: offered, control } = registers
    if (control.vf10BitTagRequesterEnable && !offered.vf10BitTagRequester) {
      const message = 'VF 10-Bit Tag Requester Enable is set, but VFs do not support it.'
      report('pci/sriov-tags-unsupported', message, ['control', 'vf10BitTagRequesterEnable'])
    }
  },
})

function checkCounts({ capability: { vfMigration }, initialVfs, totalVfs, numVfs }: Sriov, report: Report): void {
  if (initialVfs > totalVfs) {
    const message = `InitialVFs ${initialVfs} is above TotalVFs ${totalVfs}.`
    report('pci/sriov-initial-above-total', message, ['initialVfs'])
  } else if (initialVfs !== totalVfs && !vfMigration) {
    const message = `InitialVFs is ${initialVfs} and TotalVFs ${totalVfs}, but VFs cannot be migrated.`
    report('pci/sriov-initial-differs', message, ['initialVfs'])
  }
  const [most, name] = vfMigration || totalVfs < initialVfs ? [totalVfs, 'TotalVFs'] : [initialVfs, 'InitialVFs']
  if (numVfs > most) report('pci/sriov-num-vfs', `NumVFs ${numVfs} is above ${name} ${most}.`, ['numVfs'])
}

function checkRouting({ control, numVfs, firstVfOffset, vfStride }: Sriov, report: Report): void {
  if (control.vfEnable && numVfs === 0) {
    report('pci/sriov-enabled-without-vfs', 'VF Enable is set, but NumVFs is 0.', ['numVfs'])
  }
  if (control.vfEnable && firstVfOffset === 0) {
    report('pci/sriov-offset-zero', 'VF Enable is set, but First VF Offset is 0.', ['firstVfOffset'])
  }
  if (numVfs > 1 && vfStride === 0) {
    report('pci/sriov-stride-zero', `VF Stride is 0, but there are ${numVfs} VFs.`, ['vfStride'])
  }
}

function checkMemory({ supportedPageSizes, systemPageSize, vfBars }: Sriov, report: Report): void {
  const path = ['systemPageSize']
  if (!isOneBit(systemPageSize)) {
    const message = `The system page size ${hex(systemPageSize)} does not have exactly one bit.`
    report('pci/sriov-page-size', message, path)
  } else if (Math.floor(supportedPageSizes / systemPageSize) % 2 === 0) {
    const message = `The system page size ${hex(systemPageSize)} is not among those supported, ${hex(supportedPageSizes)}.`
    report('pci/sriov-page-size', message, path)
  }
  for (const index of lowHalves(vfBars)) {
    const bar = vfBars[index] as number
    if (bar % 2 === 1) report('pci/sriov-io-bar', `VF BAR ${index} is ${hex(bar)}: I/O space.`, ['vfBars', index])
  }
}

function checkMigration(registers: Sriov, report: Report, facts: FunctionFacts): void {
  const { capability: offered, control, status, vfMigrationStateArray: array } = registers
  if (offered.vfMigration) {
    report('pci/sriov-migration-capable', 'VF Migration Capable is set.', ['capability', 'vfMigration'])
    checkArray(registers, report, facts)
    return
  }
  const inUse = [
    ['control', 'vfMigrationEnable', control.vfMigrationEnable],
    ['control', 'vfMigrationInterruptEnable', control.vfMigrationInterruptEnable],
    ['status', 'vfMigrationStatus', status.vfMigrationStatus],
  ] as const
  for (const [register, bit, isSet] of inUse) {
    if (!isSet) continue
    const message = `The bit ${bit} is set, but VF Migration Capable is not.`
    report('pci/sriov-migration-without-capability', message, [register, bit])
  }
  if (array.offset !== 0 || array.bir !== 0) {
    const message = `The array is at ${hex(array.offset * 8)} of BAR ${array.bir}, but VFs cannot be migrated.`
    report('pci/sriov-migration-array-unused', message, ['vfMigrationStateArray'])
  }
}

const MOST_BARS = 6

function checkArray({ totalVfs, vfMigrationStateArray }: Sriov, report: Report, facts: FunctionFacts): void {
  const { bir } = vfMigrationStateArray
  const path = ['vfMigrationStateArray']
  if (bir >= MOST_BARS) {
    report('pci/sriov-migration-array-outside', `The array is in BAR ${bir}, which does not exist.`, [...path, 'bir'])
    return
  }
  const size = facts.barSizes?.[bir]
  if (size === undefined) return
  const { offset } = vfMigrationStateArray
  if (offset + totalVfs > size) {
    const message = `The array needs ${totalVfs} bytes from ${hex(offset)} of BAR ${bir}, which has ${size}.`
    report('pci/sriov-migration-array-outside', message, path)
  }
}

/** Indexes of the registers that are not the high half of a 64-bit BAR. */
function lowHalves(bars: readonly number[]): number[] {
  const indexes: number[] = []
  for (let index = 0; index < bars.length; index++) {
    indexes.push(index)
    const is64Bit = ((bars[index] as number) & 0x7) === 0x4
    if (is64Bit) index += 1
  }
  return indexes
}

function isOneBit(value: number): boolean {
  return value !== 0 && Number.isInteger(Math.log2(value))
}

const hex = (value: number): string => `0x${value.toString(16)}`
