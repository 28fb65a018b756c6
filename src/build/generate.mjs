// Writes src/generated: a module of decoders and encoders for every `*.layout.ts`, from its descriptions alone, and the
// compiled kernel of the dirty bitmaps.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, posix, relative } from 'node:path'
import { importSource } from './bundle-script.mjs'
import { kernelModule } from './wasm-kernel.mjs'

const TARGET = join('src', 'generated')

const paths = (await readdir('src', { recursive: true })).map((path) => path.replaceAll('\\', '/'))
const layouts = paths.filter((path) => path.endsWith('.layout.ts')).sort()
const imports = layouts.map((path, index) => `export * as family${index} from './${path}'`)
const source = await importSource([...imports, `export { moduleText } from './layout/compile/index.ts'`].join('\n'))

await rm(TARGET, { recursive: true, force: true })
for (const [index, path] of layouts.entries()) {
  const types = new Map(Object.entries(source[`family${index}`]).filter(([, value]) => value?.kind === 'struct'))
  const target = join(TARGET, path.replace(/\.layout\.ts$/, '.js'))
  const support = posix.normalize(relative(dirname(target), join('src', 'layout', 'support.ts')).replaceAll('\\', '/'))
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, source.moduleText(types, { from: `src/${path}`, support }))
}
await mkdir(join(TARGET, 'dirty-bitmap'), { recursive: true })
await writeFile(join(TARGET, 'dirty-bitmap', 'kernel.js'), await kernelModule())
console.log(`generated ${layouts.length} modules in ${TARGET}`)
