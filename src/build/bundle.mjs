// Bundles the command: one small entry, the rest in chunks that load when a command needs them.
import { spawnSync } from 'node:child_process'
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { lateModules } from './late.mjs'
import { lazyRows } from './rows.mjs'

const ENTRIES = ['vfmig', 'command', 'validate-worker']
const TARGET = join('dist', 'cli')
const { version } = JSON.parse(await readFile('package.json', 'utf8'))

await rm(TARGET, { recursive: true, force: true })
const rows = await lazyRows()
const late = lateModules()
const bundle = await rolldown({
  input: {
    ...Object.fromEntries(ENTRIES.map((name) => [name, join('src', 'cli', `${name}.ts`)])),
    ...rows.entries,
    ...late.entries,
  },
  platform: 'node',
  plugins: [rows.plugin, late.plugin],
  transform: { define: { __VFMIG_VERSION__: JSON.stringify(version) } },
})
const { output } = await bundle.write({
  dir: TARGET,
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name]-[hash].cjs',
  minify: true,
  // What finds a format is wanted together, in one chunk with all that it needs.
  codeSplitting: {
    groups: [
      { name: 'errors', test: /src.findings./, priority: 1 },
      { name: 'rows', test: /src.registry.rows\.ts$/ },
    ],
  },
})
const command = join(TARGET, 'vfmig.cjs')
await chmod(command, 0o755)
await writeFile(join(TARGET, 'THIRD-PARTY-LICENSES.txt'), await licences(output))

// What these runs compile is kept beside the chunks, see src/cli/vfmig.ts; each adds to what the ones before left, but the
// last, which runs everything: code that few inputs need is not to be loaded with all of them.
const dump = join('fixtures', 'guests', 'g1-igb-q10', 'lspci-xxxx.txt.gz')
const recorder = ['--require', './src/build/keep-compiled.cjs']
const space = join('fixtures', 'guests', 'g1-igb-q10', 'config', '0000-01-00.0.bin')
for (const [keep, ...words] of [
  ['all', 'decode', dump],
  ['all', 'decode', '--json', space],
  ['all', 'diff', dump, dump],
  ['all', 'validate', space],
  ['missing', 'validate', 'fixtures'],
]) {
  const env = { ...process.env, VFMIG_KEEP: keep }
  const { status, stderr } = spawnSync(process.execPath, [...recorder, command, ...words], { encoding: 'utf8', env })
  if (status === null || status > 1) throw new Error(`The bundled command does not run: ${stderr}`)
}

/** The licence texts of the packages whose code is in the bundle. */
async function licences(chunks) {
  const names = new Set()
  for (const chunk of chunks) {
    for (const id of chunk.moduleIds ?? []) {
      const match = id.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)
      if (match) names.add(match[1])
    }
  }
  const texts = []
  for (const name of [...names].sort()) {
    const folder = join('node_modules', name)
    const facts = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry))
    const owner = typeof facts.author === 'string' ? facts.author : facts.author?.name
    const text =
      file === undefined ? `Copyright ${owner}. See ${facts.homepage}.` : await readFile(join(folder, file), 'utf8')
    texts.push(`${name} ${facts.version} (${facts.license})\n\n${text.trim()}\n`)
  }
  return texts.join('\n----\n\n')
}
