import { createHash } from 'node:crypto'
import * as zlib from 'node:zlib'
import { useNativeHashes } from '../../hash/index.ts'

/** Node's own sums, several times as fast as portable code. Node 20.19 has no zlib.crc32 in some builds. */
useNativeHashes({
  ...(typeof zlib.crc32 === 'function' ? { crc32: (bytes, before) => zlib.crc32(bytes, before) } : {}),
  sha256: () => {
    const hash = createHash('sha256')
    return {
      update: (bytes) => void hash.update(bytes),
      digest: () => new Uint8Array(hash.digest()),
    }
  },
})
