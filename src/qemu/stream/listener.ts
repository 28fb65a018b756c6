import type { BlockBitmapChunk } from '../../dirty-bitmap/index.ts'
import type { QemuSection } from '../section.ts'
import type { HearVfio } from './vfio-body.ts'

/** Who wants the bytes of devices while a stream comes in. Bytes are valid during the call. */
export interface QemuListener {
  /** A section begins. */
  section?(section: QemuSection): void
  /** The next bytes of the body of a section, RAM and dirty bitmaps aside: all of them, in order. */
  body?(section: QemuSection, bytes: Uint8Array): void
  /** The next bytes of a VFIO device's own state, without what frames them. */
  vfioData?(section: QemuSection, bytes: Uint8Array): void
  /** The PCI state of a VFIO device, without its tags. */
  vfioConfig?(section: QemuSection, bytes: Uint8Array): void
  /** The next chunk of the dirty bitmaps of disks; one that only ends a section may be left out. */
  bitmapChunk?(this: void, chunk: BlockBitmapChunk): void
  /** The JSON that describes the devices, whole; one of more than 64 MiB is left out. */
  description?(json: Uint8Array): void
}

/** Who hears of the bytes of one section of a VFIO device. */
export function hearVfio(section: QemuSection, listener: QemuListener | undefined): HearVfio {
  if (listener === undefined) return {}
  return {
    head: (bytes) => listener.body?.(section, bytes),
    data(bytes) {
      listener.body?.(section, bytes)
      listener.vfioData?.(section, bytes)
    },
    config(bytes) {
      listener.body?.(section, bytes)
      listener.vfioConfig?.(section, bytes)
    },
  }
}
