// Modules that the bundled command loads when one of their functions is called for the first time, and not with those that
// import them: what most inputs never need.
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Below src; they export functions alone. */
const MODULES = ['vf-state/owners.ts']
/** What the chunks themselves ask for. */
const WHOLE = '?whole'

/** What rolldown needs for them. */
export function lateModules() {
  const modules = new Map(MODULES.map((path) => [resolve('src', path), `late-${basename(path, '.ts')}`]))
  return {
    entries: Object.fromEntries([...modules].map(([path, name]) => [name, `${path}${WHOLE}`])),
    plugin: {
      name: 'late-modules',
      resolveId: (id) => (id.endsWith(WHOLE) ? id : undefined),
      async load(id) {
        if (id.endsWith(WHOLE)) return { code: await readFile(id.slice(0, -WHOLE.length), 'utf8'), moduleType: 'ts' }
        const name = modules.get(id)
        return name === undefined ? undefined : standIn(id, name)
      },
    },
  }
}

/** A module that passes each call on to the chunk that has the real one. */
async function standIn(path, chunk) {
  const compiled = path.replace(resolve('src'), resolve('dist')).replace(/\.ts$/, '.js')
  const exported = Object.entries(await import(pathToFileURL(compiled).href))
  const strange = exported.find(([, value]) => typeof value !== 'function')
  if (strange !== undefined) throw new Error(`${path} exports ${strange[0]}, which is no function.`)
  return [
    // Not a name that is written out: the bundler leaves it to the command.
    `const load = (name) => require(\`./$\{name}.cjs\`)`,
    ...exported.map(([name]) => `export const ${name} = (...given) => load('${chunk}').${name}(...given)`),
  ].join('\n')
}
