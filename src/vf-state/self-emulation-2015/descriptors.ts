import * as generated from '../../generated/vf-state/self-emulation-2015/descriptors.js'
import { type Codec, codec, structureFormat, toView, type Value } from '../../layout/index.ts'
import { rxRead, rxWriteBack, txContext, txRead, txWriteBack } from './descriptors.layout.ts'

/** Forms of a descriptor, by name. */
export const descriptorCodecs = {
  'tx-read': codec(txRead, generated.txRead),
  'tx-context': codec(txContext, generated.txContext),
  'tx-write-back': codec(txWriteBack, generated.txWriteBack),
  'rx-read': codec(rxRead, generated.rxRead),
  'rx-write-back': codec(rxWriteBack, generated.rxWriteBack),
} as const
export type DescriptorForm = keyof typeof descriptorCodecs

/** A descriptor with the form that it was read in. */
export type Descriptor = {
  [F in DescriptorForm]: { form: F } & ((typeof descriptorCodecs)[F] extends Codec<infer T> ? Value<T> : never)
}[DescriptorForm]

export type Direction = 'tx' | 'rx'

const CONTEXT = 2

/** Whether the device has finished with a descriptor: its DD bit. */
export function isDone(descriptors: Uint8Array, offset: number, direction: Direction): boolean {
  return ((descriptors[offset + (direction === 'tx' ? 12 : 8)] ?? 0) & 1) === 1
}

/** What a descriptor is: the DD bit tells who has written it last. */
export function formOf(descriptors: Uint8Array, offset: number, direction: Direction): DescriptorForm {
  if (isDone(descriptors, offset, direction)) return `${direction}-write-back`
  if (direction === 'rx') return 'rx-read'
  const word = toView(descriptors).getUint32(offset + 8, true)
  return ((word >>> 20) & 0xf) === CONTEXT ? 'tx-context' : 'tx-read'
}

export const txReadFormat = structureFormat({ codec: descriptorCodecs['tx-read'] })
export const txContextFormat = structureFormat({ codec: descriptorCodecs['tx-context'] })
export const txWriteBackFormat = structureFormat({ codec: descriptorCodecs['tx-write-back'] })
export const rxReadFormat = structureFormat({ codec: descriptorCodecs['rx-read'] })
export const rxWriteBackFormat = structureFormat({ codec: descriptorCodecs['rx-write-back'] })
