export {
  type BlockBitmapChunk,
  type BlockBitmapChunks,
  blockBitmapChunkCodec,
  blockBitmapChunksCodec,
  readBlockBitmapBody,
} from './block-bitmap-chunks.ts'
export { blockBitmapCodes } from './block-bitmap-codes.ts'
export { BlockBitmapJudge } from './block-bitmap-rules.ts'
export {
  type BlockBitmap,
  type BlockBitmapFacts,
  blockBitmapChunksFormat,
  blockBitmapChunksOf,
  blockBitmapFacts,
  blockBitmaps,
  blockBitmapsForm,
} from './block-bitmaps.ts'
export { CLOUD_COMMANDS, CLOUD_VERSIONS } from './cloud-hypervisor.layout.ts'
export {
  type CloudMemoryTable,
  type CloudRequest,
  type CloudResponse,
  cloudMemoryTableCodec,
  cloudMemoryTableForm,
  cloudMemoryTableFormat,
  cloudRequestCodec,
  cloudRequestFormat,
  cloudResponseCodec,
  cloudResponseFormat,
} from './cloud-hypervisor.ts'
export { cloudCodes } from './cloud-hypervisor-codes.ts'
export { dirtyBitmapFormat, type FlatBitmap, type FlatTarget, flatBitmapCodec, flatForm } from './flat.ts'
export { type FlatCode, flatCodes } from './flat-codes.ts'
export { type FlatFacts, judgeFlat } from './flat-rules.ts'
export type {
  BitmapForm,
  GivenGeometry,
  NamedBitmap,
  SingleBitmapForm,
} from './form.ts'
export { bitmapForms, findBitmapForm } from './forms.ts'
export { KVM_DIRTY_REQUESTS } from './kvm-dirty-log.layout.ts'
export {
  type KvmClearDirtyLog,
  type KvmGetDirtyLog,
  kvmClearDirtyLogCodec,
  kvmClearDirtyLogFormat,
  kvmDirtyLogCodes,
  kvmGetDirtyLogCodec,
  kvmGetDirtyLogFormat,
} from './kvm-dirty-log.ts'
export { KVM_DIRTY_RING_PAGE, KVM_EXIT_DIRTY_RING_FULL, RING_ENTRIES } from './kvm-dirty-ring.layout.ts'
export {
  type KvmDirtyRing,
  kvmDirtyGfnCodec,
  kvmDirtyRingCodec,
  kvmDirtyRingCodes,
  kvmDirtyRingForm,
  kvmDirtyRingFormat,
} from './kvm-dirty-ring.ts'
export {
  type Harvest,
  harvestRing,
  type RingGeometry,
  ringBitmaps,
  ringOf,
  type SlotBitmap,
  type SlotGeometry,
} from './kvm-ring-harvest.ts'
export {
  type MappedRamHeader,
  mappedRamBitmap,
  mappedRamCodes,
  mappedRamHeaderCodec,
  mappedRamHeaderFormat,
} from './mapped-ram.ts'
export { RECV_BITMAP_MESSAGE, RECVED_END_MARK } from './recved-bitmap.layout.ts'
export {
  pagesToSend,
  type RecvedBitmap,
  type RecvedBitmapMessage,
  recvedBitmapCodec,
  recvedBitmapCodes,
  recvedBitmapForm,
  recvedBitmapFormat,
  recvedBitmapMessageCodec,
  recvedBitmapMessageForm,
  recvedBitmapMessageFormat,
} from './recved-bitmap.ts'
export { BITMAP_SOURCES, type BitmapSource, type BitmapSourceName, type SizeRule, sizeBy } from './sources.ts'
export { bitmapFromWords, wordBytes, wordsOfBitmap } from './words.ts'
export { xenStreamCodes } from './xen-codes.ts'
export {
  type LibxlHeader,
  type LibxlRecord,
  libxlCodes,
  libxlHeaderCodec,
  libxlHeaderFormat,
  libxlRecordCodec,
  libxlRecordFormat,
} from './xen-libxl.ts'
export { SHADOW_OPERATIONS } from './xen-log-dirty.layout.ts'
export { type XenShadowOp, xenShadowOpCodec, xenShadowOpCodes, xenShadowOpFormat } from './xen-log-dirty.ts'
export { XEN_RECORDS } from './xen-stream.layout.ts'
export {
  type XenDirtyPfns,
  type XenPageData,
  type XenRecord,
  type XenStream,
  xenDirtyPfnsCodec,
  xenPageDataCodec,
  xenRecordCodec,
  xenRecordForm,
  xenRecordFormat,
  xenRecordPages,
  xenStreamCodec,
  xenStreamForm,
  xenStreamFormat,
} from './xen-stream.ts'
