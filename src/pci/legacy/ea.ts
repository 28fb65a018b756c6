import { hexOffset } from '../../findings/index.ts'
import * as generated from '../../generated/pci/legacy/ea.js'
import { codec, isOpaque, type Value } from '../../layout/index.ts'
import type { CapabilityReport } from '../capability.ts'
import { enhancedAllocation, enhancedAllocationBridge } from './ea.layout.ts'

export const allocationCodec = codec(enhancedAllocation, generated.enhancedAllocation)
export const bridgeAllocationCodec = codec(enhancedAllocationBridge, generated.enhancedAllocationBridge)

export type EnhancedAllocation = Value<typeof enhancedAllocation> | Value<typeof enhancedAllocationBridge>
type Entry = EnhancedAllocation['entries'][number]

const SOURCE = 'PCI Enhanced Allocation ECN; linux/pci_regs.h PCI_EA_*; Linux drivers/pci/pci.c, pci_ea_read'

export const allocationCodes = {
  'pci/ea-entry-size': {
    severity: 'warning',
    title: 'the size of an EA entry does not fit its flags',
    explanation:
      'An entry has two dwords behind its first, and one more for each 64-bit flag. Linux stops at an entry that disagrees, so this resource and those behind it are lost.',
    source: SOURCE,
  },
  'pci/ea-property-unknown': {
    severity: 'warning',
    title: 'an EA entry has neither a known primary nor a known secondary property',
    explanation: 'Software cannot tell what kind of space the resource is in, and skips it.',
    source: SOURCE,
  },
  'pci/ea-equivalent-reserved': {
    severity: 'info',
    title: 'an EA entry stands for a reserved register',
    explanation: 'It is treated as if no register were indicated.',
    source: SOURCE,
  },
  'pci/ea-range-wraps': {
    severity: 'warning',
    title: 'an EA resource wraps around the end of its address space',
    explanation: 'Base and maximum offset together do not fit. Linux ignores the entry.',
    source: SOURCE,
  },
} as const

type Report = CapabilityReport<keyof typeof allocationCodes>

/** Judges every entry of an Enhanced Allocation capability. */
export function checkAllocation({ entries }: EnhancedAllocation, report: Report): void {
  entries.forEach((entry, index) => {
    const at = ['entries', index]
    checkControl(entry, at, report)
    checkRange(entry, at, report)
  })
}

function checkControl({ control }: Entry, at: (string | number)[], report: Report): void {
  const { barEquivalent, primaryProperties, secondaryProperties } = control
  if (typeof primaryProperties === 'number' && typeof secondaryProperties === 'number') {
    const message = `The properties are ${hexOffset(primaryProperties)} and ${hexOffset(secondaryProperties)}.`
    report('pci/ea-property-unknown', message, [...at, 'control', 'primaryProperties'])
  }
  if (barEquivalent === 'reserved') {
    report('pci/ea-equivalent-reserved', 'The entry stands for register 15.', [...at, 'control', 'barEquivalent'])
  }
}

function checkRange({ control, range }: Entry, at: (string | number)[], report: Report): void {
  const { entrySize } = control
  if (isOpaque(range)) {
    const message = `The entry size is ${entrySize}; its flags need more dwords.`
    report('pci/ea-entry-size', message, [...at, 'control', 'entrySize'])
    return
  }
  if (range.more.length > 0) {
    const message = `The entry size is ${entrySize}; its flags need ${entrySize - range.more.length / 4}.`
    report('pci/ea-entry-size', message, [...at, 'control', 'entrySize'])
  }
  const { start, end } = allocationRange(range)
  const limit = range.base.is64Bit ? 2n ** 64n : 2n ** 32n
  if (end < limit) return
  const message = `The resource is from ${hexOffset64(start)} to ${hexOffset64(end)}.`
  report('pci/ea-range-wraps', message, [...at, 'range', 'base'])
}

/** First and last byte of a resource. The two low bits of the largest offset count as ones. */
export function allocationRange(range: Exclude<Entry['range'], { opaque: Uint8Array }>): {
  start: bigint
  end: bigint
} {
  const start = (BigInt(range.baseHigh ?? 0) << 32n) | BigInt(range.base.address)
  const maxOffset = (BigInt(range.maxOffsetHigh ?? 0) << 32n) | BigInt(range.maxOffset.offset) | 3n
  return { start, end: start + maxOffset }
}

const hexOffset64 = (value: bigint): string => `0x${value.toString(16)}`
