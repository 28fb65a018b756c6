import { counted, hexOffset, type Path, type Report } from '../../findings/index.ts'
import { isOpaque } from '../../layout/index.ts'
import { checkMsixTable, findMsixState, msixTableCodes, pendingVectors } from '../../pci/index.ts'
import type { ComposedView } from '../../vf-state/index.ts'
import { vfioConfigCodes } from './config-codes.ts'
import { PCI_STATE_VERSION } from './config-state.layout.ts'
import type { VfioConfigState } from './config-state.ts'

type Code = keyof typeof vfioConfigCodes.entries
type Say = (code: Code, message: string, path: Path) => void

/** Judges what the parts of a config state do not say by themselves. */
export function judgeConfigState(state: VfioConfigState, report: Report, view: ComposedView): void {
  const say: Say = (code, message, path) =>
    report(vfioConfigCodes.finding(code, message, { ...view.locate(path), path }))
  const { version, interrupts, configSpace, trailing } = state
  if (version > PCI_STATE_VERSION) {
    say('qemu/vfio-config-version', `The version is ${version}; ${PCI_STATE_VERSION} is the highest.`, ['version'])
  } else if (version < PCI_STATE_VERSION) {
    say('qemu/vfio-config-older', `The version is ${version}; QEMU writes ${PCI_STATE_VERSION}.`, ['version'])
  }
  interrupts.forEach((level, pin) => {
    if (level <= 1) return
    say('qemu/vfio-interrupt-level', `The level of INT${'ABCD'[pin]} is ${level}.`, ['interrupts', pin])
  })
  if (trailing !== undefined) {
    const message = `${counted(trailing.length, 'byte')} follow what the config space accounts for.`
    say('qemu/vfio-config-length', message, ['trailing'])
  }
  if (!isOpaque(configSpace)) judgeIdentity(configSpace.header.vendorId, report, view)
  judgeMsix(state, say, report, view)
}

function judgeIdentity(vendorId: number, report: Report, { locate, parts }: ComposedView): void {
  if (vendorId !== 0 && vendorId !== 0xffff) return
  const path = ['configSpace', 'header', 'vendorId']
  const { offset, length } = locate(path)
  const start = parts.find(({ name }) => name === 'configSpace')?.offset ?? 0
  const message = `The vendor ID is ${hexOffset(vendorId)}.`
  const place = { offset: offset - start, length, path }
  report({ ...vfioConfigCodes.finding('qemu/vfio-config-identity', message, place), in: 'configSpace' })
}

function judgeMsix({ msix }: VfioConfigState, say: Say, report: Report, view: ComposedView): void {
  const space = view.parts.find(({ name }) => name === 'configSpace')
  if (msix === undefined || isOpaque(msix) || space === undefined) return
  const control = findMsixState(view.bytes.subarray(space.offset, space.offset + space.length))
  if (control === undefined) return
  const { entries } = msix.table
  checkMsixTable(entries, msix.pba, control, (code, message, [first, ...rest], more) => {
    const path = first === 'entries' ? ['msix', 'table', 'entries', ...rest] : ['msix', 'pba', ...rest]
    report(msixTableCodes.finding(code, message, { ...view.locate(path), path, ...more }))
  })
  const pending = pendingVectors(msix.pba).filter((vector) => vector < entries.length)
  const [first] = pending
  if (first === undefined) return
  const others = pending.length > 1 ? `, and ${pending.length - 1} more are` : ' is'
  say('qemu/vfio-msix-pending', `Vector ${first}${others} pending.`, ['msix', 'pba'])
}
