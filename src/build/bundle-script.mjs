// Bundles TypeScript to memory and imports it: how build scripts run the project's own source on any Node.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

/** Imports the module that `source` is the text of; paths in it count from `src`. */
export async function importSource(source) {
  const entry = resolve('src/build-entry.ts')
  const virtual = {
    name: 'virtual-entry',
    resolveId: (id) => (id === entry ? id : undefined),
    load: (id) => (id === entry ? source : undefined),
  }
  const bundle = await rolldown({
    input: entry,
    platform: 'node',
    external: ['binary-parser', 'fast-check'],
    plugins: [virtual],
  })
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false })
  // Inside node_modules, so that the script finds its packages.
  const folder = await mkdtemp(join(resolve('node_modules'), '.vfmig-'))
  try {
    const file = join(folder, 'script.mjs')
    await writeFile(file, output[0].code)
    return await import(pathToFileURL(file).href)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
