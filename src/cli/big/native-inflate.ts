import { useInflateAtOnce } from '../../stream/index.ts'

/** Lets readers of streams look into compressed payloads from now on. Node's inflater is loaded by the first of them. */
export function useNodeInflate(): void {
  useInflateAtOnce((data, most) => {
    // With `info`, Node gives the engine, too, which the types do not know.
    const options = { maxOutputLength: Math.max(1, most), info: true }
    const { buffer, engine } = process
      .getBuiltinModule('node:zlib')
      .inflateRawSync(data, options) as unknown as Inflated
    if (engine.bytesWritten === data.length) return buffer
    throw new Error(`${data.length - engine.bytesWritten} bytes follow the deflate data`)
  })
}

interface Inflated {
  readonly buffer: Uint8Array
  /** Its counter is of the bytes that were taken. */
  readonly engine: { readonly bytesWritten: number }
}
