import { blockBitmapsForm } from './block-bitmaps.ts'
import { cloudMemoryTableForm } from './cloud-hypervisor.ts'
import { flatForm } from './flat.ts'
import type { BitmapForm } from './form.ts'
import { kvmDirtyRingForm } from './kvm-dirty-ring.ts'
import { recvedBitmapForm, recvedBitmapMessageForm } from './recved-bitmap.ts'
import { xenRecordForm, xenStreamForm } from './xen-stream.ts'

/** Every wire form that holds bitmaps; other formats here are arguments and headers around them. */
export const bitmapForms: readonly BitmapForm[] = [
  flatForm,
  kvmDirtyRingForm,
  recvedBitmapForm,
  recvedBitmapMessageForm,
  blockBitmapsForm,
  cloudMemoryTableForm,
  xenStreamForm,
  xenRecordForm,
] as unknown as readonly BitmapForm[]

/** The form of a format, by its name. */
export function findBitmapForm(name: string): BitmapForm | undefined {
  return bitmapForms.find(({ format }) => format.name === name)
}
