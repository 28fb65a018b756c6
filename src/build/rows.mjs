// The registry as the bundled command has it: name and detection of each format, and a chunk to load it from. Nothing of
// it is typed by hand: it is told by looking where the formats of src/registry/formats.ts come from.
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { posix, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const ROOMS = ['capture', 'dirty-bitmap', 'pci', 'qemu', 'stream', 'vf-state', 'vfio']
const ROWS = resolve('src/registry/rows.ts')
const FAMILY = 'vfmig-family:'

/** Where each format comes from: what rolldown needs to load them one family at a time. */
export async function lazyRows() {
  const rows = await describeRows()
  const families = new Map(rows.map(({ family }) => [family, rows.filter((row) => row.family === family)]))
  return {
    rows,
    /** Entries of the bundle, one for each family. */
    entries: Object.fromEntries([...families.keys()].map((family) => [family, `${FAMILY}${family}`])),
    plugin: {
      name: 'lazy-rows',
      resolveId: (id) => (id.startsWith(FAMILY) ? id : undefined),
      load(id) {
        if (id.startsWith(FAMILY)) return families.get(id.slice(FAMILY.length)).map(familyLine).join('\n')
        return id === ROWS ? rowsText(rows) : undefined
      },
    },
  }
}

/** For each format the function that detects it and the module that exports it, as files below src. */
async function describeRows() {
  const paths = await modulePaths()
  const { registered } = await compiled('registry/formats.ts')
  const { rows } = await compiled('registry/rows.ts')
  const places = new Map()
  for (const path of paths) {
    for (const [name, value] of Object.entries(await compiled(path))) {
      if (!places.has(value)) places.set(value, { path, name })
    }
  }
  const placeOf = (value, what) => {
    const place = places.get(value)
    if (place === undefined) throw new Error(`No module exports ${what}.`)
    return place
  }
  return rows.map(({ name, automatic, detect }, index) => {
    const entry = registered[index]
    const source = placeOf(entry, `the format ${name} by itself`)
    const family = `formats-${posix.dirname(source.path).replaceAll('/', '-')}`
    const detector = automatic ? placeOf(detect, `what detects ${name}`) : undefined
    if (detector !== undefined && !/(^|[/-])detect\.ts$/.test(detector.path)) {
      throw new Error(`What detects ${name} belongs in a detect.ts: the command loads it for every input.`)
    }
    return { name, source, family, detector, isMadeOfOthers: typeof entry === 'function' }
  })
}

const fileOf = (path) => resolve('dist', path.replace(/\.ts$/, '.js'))
const compiled = (path) => import(pathToFileURL(fileOf(path)).href)

/** Modules that formats may come from; those that pass on what others export come last. */
async function modulePaths() {
  const found = await Promise.all(ROOMS.map((room) => readdir(`src/${room}`, { recursive: true })))
  return (
    ROOMS.flatMap((room, index) => found[index].map((path) => `${room}/${path.replaceAll('\\', '/')}`))
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.layout.ts'))
      // What becomes WebAssembly is no module.
      .filter((path) => existsSync(fileOf(path)))
      .sort((a, b) => Number(isFace(a)) - Number(isFace(b)) || (a < b ? -1 : 1))
  )
}

const isFace = (path) => path.endsWith('/index.ts')

const familyLine = ({ source: { path, name } }) => `export { ${name} } from ${JSON.stringify(resolve('src', path))}`

function rowsText(rows) {
  const detectors = rows.flatMap(({ detector }) => detector ?? [])
  return [
    ...detectors.map(({ path, name }) => `import { ${name} } from ${JSON.stringify(resolve('src', path))}`),
    `import { finderIn } from './row.ts'`,
    // Not a name that is written out: the bundler leaves it to the command, which loads the chunk when it is asked for.
    'const family = (name) => require(`./$' + '{name}.cjs`)',
    'const never = () => 0',
    'const once = (make) => { let made; return () => (made ??= make()) }',
    `export const rows = [\n${rows.map(rowLine).join('\n')}\n]`,
    'const find = finderIn(rows)',
  ].join('\n')
}

function rowLine({ name, source, family, detector, isMadeOfOthers }) {
  const loaded = `family('${family}').${source.name}`
  const load = isMadeOfOthers ? `once(() => ${loaded}(find))` : `() => ${loaded}`
  return `  { name: '${name}', automatic: ${detector !== undefined}, detect: ${detector?.name ?? 'never'}, load: ${load} },`
}
