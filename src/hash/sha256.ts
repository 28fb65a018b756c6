import { sha256 as portable } from '@noble/hashes/sha2.js'
import { type Digest, nativeHashes } from './native.ts'

/** Begins a SHA-256 (FIPS 180-4) over bytes that come in pieces. */
export function sha256(): Digest {
  const { sha256: native } = nativeHashes()
  return native === undefined ? portable.create() : native()
}

/** SHA-256 of bytes that are there, 32 bytes. */
export function sha256Of(bytes: Uint8Array): Uint8Array {
  const digest = sha256()
  digest.update(bytes)
  return digest.digest()
}
