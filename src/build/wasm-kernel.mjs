// Compiles the AssemblyScript of the dirty bitmaps to a module that embeds the WebAssembly.
import asc from 'assemblyscript/asc'

const ENTRY = 'src/dirty-bitmap/kernel/index.ts'
const BINARY = 'kernel.wasm'

/** Text of a JavaScript module with the compiled kernel. */
export async function kernelModule() {
  const files = new Map()
  const { error, stderr } = await asc.main(
    [
      ENTRY,
      ...['--outFile', BINARY],
      ...['-O3', '--noAssert', '--runtime', 'stub'],
      ...['--enable', 'simd'],
      ...['--importMemory', '--initialMemory', '1', '--maximumMemory', '65536', '--memoryBase', '0'],
    ],
    { writeFile: (name, contents) => files.set(name, contents) },
  )
  if (error !== null) throw new Error(`${ENTRY} does not compile: ${stderr.toString()}`, { cause: error })
  const text = Buffer.from(files.get(BINARY)).toString('base64')
  return `// Made from ${ENTRY} by src/build/wasm-kernel.mjs; do not edit.\nexport const kernelBase64 =\n  '${text}'\n`
}
