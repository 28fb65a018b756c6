import { counted, defineCodes, hexOffset } from '../../findings/index.ts'
import * as generated from '../../generated/pci/legacy/msi.js'
import { codec, type Value } from '../../layout/index.ts'
import { type CapabilityReport, capability } from '../capability.ts'
import { messageProblem } from '../message.ts'
import { messageSignalled } from './msi.layout.ts'

export type Msi = Value<typeof messageSignalled>

const SOURCE = 'PCI Local Bus Specification, MSI capability; linux/pci_regs.h PCI_MSI_*'

const codes = defineCodes({
  'pci/msi-vector-count': {
    severity: 'warning',
    title: 'an MSI vector count is reserved',
    explanation:
      'The two fields are powers of two up to 32 vectors: 0 to 5. Software computes a count from 6 or 7 that does not exist.',
    source: SOURCE,
  },
  'pci/msi-more-enabled-than-capable': {
    severity: 'warning',
    title: 'more MSI vectors are enabled than the function can use',
    explanation:
      'The function sends messages with data that software did not give it. Hardware shows this while MSI is disabled, which is harmless and not reported.',
    source: SOURCE,
  },
  'pci/msi-address-unaligned': {
    severity: 'warning',
    title: 'the MSI message address is not a multiple of 4',
    explanation: 'Bits 1:0 read as 0 in hardware. A destination that restores the address drops them.',
    source: SOURCE,
  },
  'pci/msi-data-low-bits': {
    severity: 'warning',
    title: 'the MSI message data has bits set where the function puts the vector index',
    explanation:
      'The function replaces the low bits of the data by the index of the vector, so some vectors are sent as others.',
    source: SOURCE,
  },
  'pci/msi-bits-beyond-vectors': {
    severity: 'info',
    title: 'mask or pending bits are set for vectors that the function does not have',
    explanation: 'The bits belong to no vector. Drivers that mask everything at once leave such bits behind.',
    source: SOURCE,
  },
  'pci/msi-extended-data': {
    severity: 'warning',
    title: 'extended MSI data is enabled or set without the capability',
    explanation: 'Only functions that say so have 32 bits of message data. The upper half is lost on a destination.',
    source: 'PCI Express Base Specification, MSI extended message data',
  },
  'pci/msi-message': {
    severity: 'warning',
    title: 'an enabled MSI message cannot be delivered',
    explanation:
      'On x86 the vectors 0 to 15 are refused by the interrupt controller, and a message to address 0 overwrites memory. The interrupts are lost, or worse, as soon as the device runs on the destination.',
    source: 'Intel SDM volume 3, message signalled interrupts',
  },
})

/** Whether a part of a decoded configuration space is an MSI capability. */
export function isMsi(part: object): part is Msi {
  return 'layout' in part && part.layout === messageSignalled.name
}

/** The message address, both halves. */
export function msiAddress({ addressLow, addressHigh }: Msi): bigint {
  return (BigInt(addressHigh ?? 0) << 32n) | BigInt(addressLow)
}

/** The message data: 32 bits where extended data is enabled, else 16. */
export function msiData({ control, data, extendedData }: Msi): number {
  return control.extendedDataEnable ? (extendedData ?? 0) * 0x10000 + data : data
}

export const msi = capability({
  id: 0x05,
  name: 'MSI',
  codec: codec(messageSignalled, generated.messageSignalled),
  codes,
  check(value, report) {
    checkCounts(value, report)
    checkMessage(value, report)
    checkVectorBits(value, report)
    checkExtendedData(value, report)
  },
})

type Report = CapabilityReport<keyof typeof codes.entries>

const MOST = 5

function checkCounts({ control }: Msi, report: Report): void {
  const { enable, multipleMessageCapable: capable, multipleMessageEnable: enabled } = control
  for (const field of ['multipleMessageCapable', 'multipleMessageEnable'] as const) {
    const count = control[field]
    if (count > MOST) report('pci/msi-vector-count', `The count is 2^${count}; 32 is the most.`, ['control', field])
  }
  if (enable && enabled > capable) {
    const message = `The function can use ${2 ** capable} of the ${2 ** enabled} vectors that are enabled.`
    report('pci/msi-more-enabled-than-capable', message, ['control', 'multipleMessageEnable'])
  }
}

function checkMessage(value: Msi, report: Report): void {
  const { control, addressLow, data, mask } = value
  if ((addressLow & 3) !== 0) {
    report('pci/msi-address-unaligned', `The address ends in ${hexOffset(addressLow & 0xf)}.`, ['addressLow'])
  }
  if (!control.enable) return
  const index = data & (2 ** Math.min(control.multipleMessageEnable, MOST) - 1)
  if (index !== 0) {
    const message = `Bits ${hexOffset(index)} of the data are set; the vector index replaces them.`
    report('pci/msi-data-low-bits', message, ['data'])
  }
  if (((mask ?? 0) & 1) !== 0) return
  const problem = messageProblem(msiAddress(value), msiData(value))
  if (problem !== undefined)
    report('pci/msi-message', problem.message, [problem.part === 'data' ? 'data' : 'addressLow'])
}

function checkVectorBits(value: Msi, report: Report): void {
  const vectors = 2 ** Math.min(value.control.multipleMessageCapable, MOST)
  for (const field of ['mask', 'pending'] as const) {
    const bits = value[field] ?? 0
    if (bits < 2 ** vectors) continue
    const message = `Bits are set beyond the ${counted(vectors, 'vector')} of the function: ${hexOffset(bits)}.`
    report('pci/msi-bits-beyond-vectors', message, [field])
  }
}

function checkExtendedData({ control, extendedData }: Msi, report: Report): void {
  if (control.extendedDataCapable) return
  if (control.extendedDataEnable) {
    report('pci/msi-extended-data', 'Extended data is enabled, the function does not offer it.', [
      'control',
      'extendedDataEnable',
    ])
  }
  if (extendedData !== undefined && extendedData !== 0) {
    const message = `The extended data is ${hexOffset(extendedData)}, the function does not offer it.`
    report('pci/msi-extended-data', message, ['extendedData'], { severity: 'info' })
  }
}
