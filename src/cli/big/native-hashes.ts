import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { useNativeHashes } from '../../hash/index.ts'

/** Uses Node's own sums from now on, several times as fast as portable code. */
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
}
