import { counted } from '../../findings/index.ts'
import { msixPbaFormat, msixTableFormat } from '../../pci/index.ts'
import type { RecordPlace } from '../integrity.ts'
import type { Context, DeviceFacts } from './context.ts'
import { judgeByFormat } from './format.ts'
import type { Part } from './parts.ts'

const ENTRY = 16

/** Judges an MSI-X table by itself, and against the capability where that is known. */
export function judgeMsixTable(context: Context, part: Part): void {
  const device = context.device(part.device)
  const msix = device?.space?.msix
  const control = msix === undefined ? {} : { enabled: msix.enabled, functionMask: msix.functionMask }
  judgeByFormat(context, part, msixTableFormat, control)
  if (device === undefined) return
  device.tableBytes = part.data.length
  compareTable(context, device, part.place)
}

/** Judges pending bits by themselves, and against the capability where that is known. */
export function judgeMsixPba(context: Context, part: Part): void {
  const device = context.device(part.device)
  const vectors = device?.space?.msix?.vectors
  const { length } = part.data
  // Of a length that is wrong that is said, and nothing else.
  if (vectors === undefined || isPbaOf(vectors, length)) {
    judgeByFormat(context, part, msixPbaFormat, vectors === undefined ? {} : { vectors })
  }
  if (device === undefined) return
  device.pbaBytes = length
  comparePba(context, device, part.place)
}

/** A config space has come: table and pending bits that came before it are compared with it. */
export function compareMsix(context: Context, device: DeviceFacts, place: RecordPlace): void {
  compareTable(context, device, place)
  comparePba(context, device, place)
}

function compareTable(context: Context, { space, tableBytes }: DeviceFacts, place: RecordPlace): void {
  if (space === undefined || tableBytes === undefined) return
  if (space.msix === undefined) {
    if (space.hasLists) withoutCapability(context, 'table', place)
  } else if (tableBytes !== ENTRY * space.msix.vectors) {
    const { vectors } = space.msix
    const message = `The table has ${counted(tableBytes, 'byte')}; ${counted(vectors, 'vector')} of the capability have ${ENTRY * vectors}.`
    context.say('stream/msix-table-length', message, place)
  }
}

function comparePba(context: Context, { space, pbaBytes }: DeviceFacts, place: RecordPlace): void {
  if (space === undefined || pbaBytes === undefined) return
  if (space.msix === undefined) {
    if (space.hasLists) withoutCapability(context, 'pending bit array', place)
  } else if (!isPbaOf(space.msix.vectors, pbaBytes)) {
    const { vectors } = space.msix
    const message = `The pending bit array has ${counted(pbaBytes, 'byte')}; ${counted(vectors, 'vector')} of the capability need ${bytesOf(vectors)}, or ${wordsOf(vectors)} in whole words.`
    context.say('stream/msix-pba-length', message, place)
  }
}

function withoutCapability(context: Context, name: string, place: RecordPlace): void {
  const message = `There is an MSI-X ${name}, and the config space has no MSI-X capability.`
  context.say('stream/msix-capability-missing', message, place)
}

const bytesOf = (vectors: number) => Math.ceil(vectors / 8)
const wordsOf = (vectors: number) => 8 * Math.ceil(vectors / 64)
const isPbaOf = (vectors: number, bytes: number) => bytes === bytesOf(vectors) || bytes === wordsOf(vectors)
