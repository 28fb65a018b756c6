import { useNativeHashes } from '../../hash/index.ts'

/** Uses Node's own sums from now on, several times as fast as portable code. Their modules are loaded by the first sum. */
export function useNodeHashes(): void {
  let zlib: ReturnType<typeof process.getBuiltinModule<'node:zlib'>> | undefined
  useNativeHashes({
    crc32(bytes, before) {
      zlib ??= process.getBuiltinModule('node:zlib')
      return zlib.crc32(bytes, before)
    },
    sha256: () => {
      const hash = process.getBuiltinModule('node:crypto').createHash('sha256')
      return {
        update: (bytes) => void hash.update(bytes),
        digest: () => new Uint8Array(hash.digest()),
      }
    },
  })
}
