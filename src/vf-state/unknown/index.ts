export type { OpaqueBlob } from './blob.ts'
export { type ByteProfile, profileOf } from './profile.ts'
export type { Reading } from './reading.ts'
export { unknownBlobFormat } from './unknown-blob.ts'
