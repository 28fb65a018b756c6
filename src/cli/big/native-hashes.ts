import { createHash } from 'node:crypto'
import { crc32, inflateRawSync } from 'node:zlib'
import { useNativeHashes } from '../../hash/index.ts'
import { useNativeInflater } from '../../stream/index.ts'

/** Uses Node's own sums from now on, several times as fast as portable code, and its inflating, which does not wait. */
export function useNodeHashes(): void {
  useNativeHashes({
    crc32: (bytes, before) => crc32(bytes, before),
    sha256: () => {
      const hash = createHash('sha256')
      return {
        update: (bytes) => void hash.update(bytes),
        digest: () => new Uint8Array(hash.digest()),
      }
    },
  })
  useNativeInflater((data, most) => {
    try {
      return inflateRawSync(data, { maxOutputLength: Math.max(1, most) })
    } catch {
      return undefined
    }
  })
}
