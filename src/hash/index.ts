export { crc32, shortCrc32 } from './crc32.ts'
export { type Digest, type NativeHashes, useNativeHashes } from './native.ts'
export { sha256, sha256Of } from './sha256.ts'
