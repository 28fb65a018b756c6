import { counted, type Path, printPath, type Report } from '../../findings/index.ts'
import { type DerivedSpace, toView } from '../../layout/index.ts'
import {
  checkMsixTable,
  configSpaceFormat,
  findMsixState,
  type MsixState,
  msixTableCodec,
  msixTableCodes,
  pendingVectors,
} from '../../pci/index.ts'
import { streamedMsixLength } from '../../vf-state/index.ts'
import type { PciField } from '../vmdesc/index.ts'
import { deviceCodes } from './device-codes.ts'

/** A device whose state was decoded. */
export interface JudgedDevice {
  readonly bytes: Uint8Array
  /** Where its bytes lie in the file. */
  readonly offset: number
  /** The path of the device. */
  readonly path: Path
}

/** Bytes of an entry of the table. */
const ENTRY = 16

const SIZES: readonly number[] = [256, 4096]

/** Judges the fields of a device that every PCI device has. The config spaces are spaces of their own. */
export class PciJudge {
  readonly spaces: DerivedSpace[] = []

  constructor(private readonly report: Report) {}

  device(device: JudgedDevice, fields: readonly PciField[]): void {
    let msix: MsixState | undefined
    let spaces = 0
    for (const field of fields) {
      const bytes = device.bytes.subarray(field.offset, field.offset + field.length)
      if (field.type === 'pci config' && SIZES.includes(bytes.length)) {
        spaces += 1
        this.#configSpace(device, field, bytes, spaces)
        msix = findMsixState(bytes)
      } else if (field.type === 'pci irq state') this.#interrupts(device, field, bytes)
      else if (field.type === 'msix state' && msix !== undefined) this.#msix(device, field, bytes, msix)
    }
  }

  #configSpace(device: JudgedDevice, field: PciField, bytes: Uint8Array, count: number): void {
    const { findings } = configSpaceFormat.inspect(bytes)
    const name = `${printPath(device.path)}.configSpace${count === 1 ? '' : count}`
    const path = pathOf(device, field)
    const { length } = bytes
    this.spaces.push({ name, path, pieces: [{ offset: 0, length, parentOffset: device.offset + field.offset }] })
    for (const finding of findings) {
      const message = finding.path.length === 0 ? finding.message : `${printPath(finding.path)}: ${finding.message}`
      this.report({ ...finding, message, path, in: name })
    }
  }

  #interrupts(device: JudgedDevice, field: PciField, bytes: Uint8Array): void {
    const view = toView(bytes)
    for (let pin = 0; 4 * pin + 4 <= bytes.length; pin += 1) {
      const level = view.getUint32(4 * pin)
      if (level <= 1) continue
      const place = { offset: device.offset + field.offset + 4 * pin, length: 4, path: pathOf(device, field) }
      const message = `The level of INT${'ABCD'[pin] ?? ` ${pin}`} is ${level}.`
      this.report(deviceCodes.finding('qemu/pci-interrupt-level', message, place))
    }
  }

  #msix(device: JudgedDevice, field: PciField, bytes: Uint8Array, state: MsixState): void {
    const { vectors } = state
    const place = { offset: device.offset + field.offset, length: bytes.length, path: pathOf(device, field) }
    const expected = streamedMsixLength(vectors)
    if (bytes.length !== expected) {
      const message = `${counted(vectors, 'vector')} take ${counted(expected, 'byte')}, and there are ${bytes.length}.`
      this.report(deviceCodes.finding('qemu/msix-state-size', message, place))
      return
    }
    const tableSize = ENTRY * vectors
    const { entries } = msixTableCodec.decode(bytes.subarray(0, tableSize))
    const pba = bytes.subarray(tableSize)
    checkMsixTable(entries, pba, state, (code, message, [, index], more) => {
      const isEntry = typeof index === 'number'
      const at = isEntry
        ? { offset: place.offset + ENTRY * index, length: ENTRY }
        : { offset: place.offset + tableSize, length: pba.length }
      this.report(msixTableCodes.finding(code, message, { ...at, path: place.path, ...more }))
    })
    const pending = pendingVectors(pba).filter((vector) => vector < vectors)
    if (pending.length === 0) return
    const message = `${counted(pending.length, 'vector is', 'vectors are')} pending, the first is ${pending[0]}.`
    const at = { offset: place.offset + tableSize, length: pba.length, path: place.path }
    this.report(deviceCodes.finding('qemu/msix-pending', message, at))
  }
}

const pathOf = (device: JudgedDevice, field: PciField): Path => [...device.path, 'fields', ...field.path]
