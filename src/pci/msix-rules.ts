import { counted, defineCodes, hexOffset } from '../findings/index.ts'
import type { Value } from '../layout/index.ts'
import type { CapabilityReport } from './capability.ts'
import { messageProblem } from './message.ts'
import type { msixEntry } from './msix.layout.ts'

const SOURCE = 'PCI Express Base Specification, MSI-X table and PBA structures'

/** What can be said of pending bits alone. */
export const pbaCodes = defineCodes({
  'pci/msix-pending-beyond-table': {
    severity: 'warning',
    title: 'pending bits are set for vectors that the table does not have',
    explanation:
      'The bits are reserved. The number of vectors may come from another device, or the array was read at the wrong offset.',
    source: SOURCE,
  },
})

/** What can be said of an MSI-X table, with its pending bits and its capability. */
export const msixTableCodes = defineCodes({
  ...pbaCodes.entries,
  'pci/msix-address-unaligned': {
    severity: 'warning',
    title: 'the message address of a vector is not a multiple of 4',
    explanation: 'Bits 1:0 have to be 0; the message may be dropped or go elsewhere.',
    source: SOURCE,
  },
  'pci/msix-address-zero': {
    severity: 'warning',
    title: 'a vector that may be sent has address 0',
    explanation:
      'The device writes its message to the start of memory. The vector was enabled before it was set up, or its setting was lost.',
    source: SOURCE,
  },
  'pci/msix-vector-refused': {
    severity: 'warning',
    title: 'a vector that may be sent has a message that x86 refuses',
    explanation:
      'Interrupt controllers refuse the vectors 0 to 15, which belong to exceptions: the interrupt is lost. Tables of hosts with AMD interrupt remapping carry an index in their data, and the rule does not hold for them.',
    source: 'Intel SDM volume 3, message signalled interrupts',
  },
  'pci/msix-pending-unmasked': {
    severity: 'info',
    title: 'a vector is pending although nothing holds it back',
    explanation:
      'The interrupt was about to be sent. QEMU fires it when it loads the state; who restores the table by other means has to do it, or the interrupt is lost. In a capture of a running device it is only a race.',
    source: 'QEMU hw/pci/msix.c, msix_load',
  },
  'pci/msix-all-masked': {
    severity: 'info',
    title: 'MSI-X is enabled and every vector is masked',
    explanation: 'No interrupt can be sent. Usual while a driver starts or stops.',
    source: SOURCE,
  },
})

export type PbaReport = CapabilityReport<keyof typeof pbaCodes.entries>
export type MsixTableReport = CapabilityReport<keyof typeof msixTableCodes.entries>

/** What the capability says of the whole table. */
export interface MsixControl {
  readonly enabled: boolean
  readonly functionMask: boolean
  /** False where messages are not those of an x86 machine without AMD remapping; default true. */
  readonly x86?: boolean
}

/**
 * Judges a table and its pending bits. Paths of findings start with `entries` and `pba`.
 *
 * @param pba pending bits, of either length; undefined where they were not captured
 */
export function checkMsixTable(
  entries: readonly Value<typeof msixEntry>[],
  pba: Uint8Array | undefined,
  control: MsixControl,
  report: MsixTableReport,
): void {
  const live = control.enabled && !control.functionMask
  entries.forEach((entry, index) => {
    checkEntry(entry, index, live, control.x86 ?? true, report)
    if (pba === undefined || !live || entry.vectorControl.masked || !isPending(pba, index)) return
    report('pci/msix-pending-unmasked', `Vector ${index} is pending and not masked.`, ['pba'])
  })
  if (live && entries.length > 0 && entries.every(({ vectorControl }) => vectorControl.masked)) {
    report('pci/msix-all-masked', `All vectors are masked, ${entries.length} of ${entries.length}.`, ['entries'])
  }
  if (pba !== undefined) {
    checkPendingBits(pba, entries.length, (code, message, _, more) => report(code, message, ['pba'], more))
  }
}

function checkEntry(
  { address, data, vectorControl }: Value<typeof msixEntry>,
  index: number,
  live: boolean,
  x86: boolean,
  report: MsixTableReport,
): void {
  const sent = live && !vectorControl.masked
  if ((address & 3n) !== 0n) {
    const message = `The address of vector ${index} ends in ${hexOffset(Number(address & 0xfn))}.`
    report('pci/msix-address-unaligned', message, ['entries', index, 'address'], sent ? {} : { severity: 'info' })
  }
  const problem = sent ? messageProblem(address, data) : undefined
  if (problem?.part === 'address') {
    report('pci/msix-address-zero', `Vector ${index}: ${problem.message}`, ['entries', index, 'address'])
  } else if (problem !== undefined && x86) {
    report('pci/msix-vector-refused', `Vector ${index}: ${problem.message}`, ['entries', index, 'data'])
  }
}

/** Reports bits that belong to no vector. */
export function checkPendingBits(pending: Uint8Array, vectors: number, report: PbaReport): void {
  const beyond = pendingVectors(pending).filter((vector) => vector >= vectors)
  const [first] = beyond
  if (first === undefined) return
  const message = `Bit ${first} is set${beyond.length > 1 ? `, and ${beyond.length - 1} more` : ''}; the table has ${counted(vectors, 'vector')}.`
  report('pci/msix-pending-beyond-table', message, ['pending'])
}

/** Whether a vector is pending; vectors behind the array are not. */
export function isPending(pending: Uint8Array, vector: number): boolean {
  return (((pending[vector >>> 3] ?? 0) >>> (vector & 7)) & 1) === 1
}

/** Numbers of all bits that are set, lowest first. */
export function pendingVectors(pending: Uint8Array): number[] {
  const vectors: number[] = []
  for (let at = 0; at < pending.length; at++) {
    for (let bits = pending[at] as number, bit = 0; bits !== 0; bits >>>= 1, bit++) {
      if ((bits & 1) === 1) vectors.push(8 * at + bit)
    }
  }
  return vectors
}
