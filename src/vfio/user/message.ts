import type { Opaque } from '../../layout/index.ts'
import type { DeviceInfo } from '../device-info.ts'
import type { IrqInfo } from '../irq-info.ts'
import type { IrqSet } from '../irq-set.ts'
import type { RegionInfo } from '../region-info.ts'
import type { VfioUserHeader } from './header.ts'
import type * as codecs from './payload-codecs.ts'

/** What the command and the type of a message say its payload is. */
export type VfioUserPayload =
  | codecs.VfioUserVersion
  | codecs.VfioUserDmaMap
  | codecs.VfioUserDmaUnmap
  | codecs.VfioUserDirtyPages
  | codecs.VfioUserDmaAccess
  | codecs.VfioUserRegionAccess
  | codecs.VfioUserRegionIoFds
  | codecs.VfioUserWriteMulti
  | codecs.VfioUserWriteMultiReply
  | codecs.VfioUserDeviceFeature
  | codecs.VfioUserMigDataRequest
  | codecs.VfioUserMigData
  | DeviceInfo
  | RegionInfo
  | IrqInfo
  | IrqSet

/** One message. */
export interface VfioUserMessage {
  header: VfioUserHeader
  /** Absent where nothing follows the header; opaque where it is not what the header says, or that is not known. */
  payload?: VfioUserPayload | Opaque
}

/** The messages of one direction. */
export interface VfioUserMessages {
  messages: VfioUserMessage[]
  /** A message that the bytes end in, or that has no size. */
  trailing?: Uint8Array
}
