import type { PathPart } from '../../findings/index.ts'
import { barsOf, decodeBars, type Header } from '../header.ts'

type HeaderCode =
  | 'pci/vf-identity'
  | 'pci/retry-status'
  | 'pci/header-layout'
  | 'pci/bar-64-last'
  | 'pci/bar-memory-type'
  | 'pci/bar-io-reserved'
  | 'pci/interrupt-pin'
  | 'pci/bus-master-without-decode'

type HeaderReport = (code: HeaderCode, message: string, field: readonly PathPart[]) => void

/** Rules that need nothing but the header. */
export function judgeHeader(header: Header, report: HeaderReport): void {
  const { vendorId, deviceId, command, headerType } = header
  if (headerType.layout > 2) {
    report('pci/header-layout', `The header layout ${headerType.layout} does not exist.`, ['headerType', 'layout'])
  }
  const isVf = vendorId === 0xffff && deviceId === 0xffff
  if (isVf) {
    report('pci/vf-identity', 'Vendor and device ID read 0xffff: a VF takes them from its PF.', ['vendorId'])
  } else if (vendorId === 0x0001 && deviceId === 0xffff) {
    report('pci/retry-status', 'The first four bytes ask the reader to try again.', ['vendorId'])
  }
  const decodes = command.memorySpace || command.ioSpace
  // A VF has no memory enable of its own: VF MSE in the PF stands for it.
  if (command.busMaster && !decodes && !isVf && headerType.layout === 0) {
    report('pci/bus-master-without-decode', 'Bus mastering is on while memory and I/O decoding are off.', ['command'])
  }
  if ('interruptPin' in header && typeof header.interruptPin === 'number') {
    report('pci/interrupt-pin', `The interrupt pin is ${header.interruptPin}.`, ['interruptPin'])
  }
  judgeBars(header, report)
}

function judgeBars(header: Header, report: HeaderReport): void {
  const registers = barsOf(header)
  for (const bar of decodeBars(registers)) {
    const { index } = bar
    const raw = registers[index] as number
    if (bar.lacksHighHalf) {
      report('pci/bar-64-last', `BAR ${index} is 64 bits wide, but it is the last register.`, ['bars', index])
    }
    if (bar.kind === 'memory' && bar.memoryType === 3) {
      report('pci/bar-memory-type', `BAR ${index} has the reserved memory type 3.`, ['bars', index])
    }
    if (bar.kind === 'io' && (raw & 2) !== 0) {
      report('pci/bar-io-reserved', `BAR ${index} is an I/O register with the reserved bit 1 set.`, ['bars', index])
    }
  }
}
