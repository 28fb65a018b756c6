import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { formats } from '../../src/registry/index.ts'

const readme = readFileSync('README.md', 'utf8')

/** Contents of the fenced blocks of one language. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text as string)
}

// Inside dist, so that `vfmig` resolves to this package.
const folder = mkdtempSync(join('dist', '.readme-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the README', () => {
  test('has two command lines that do all the set-up, first of those that begin with npm', () => {
    const lines = readme.split('\n').filter((line) => line.startsWith('npm'))
    expect(lines).toEqual([
      'npm ci && npx vfmig validate fixtures/guests/g1-igb-q10/lspci-xxxx.txt.gz',
      'npm ci && npm test',
    ])
  })

  test.each(blocks('ts').map((code, index) => ({ index, code })))('example $index runs', async ({ index, code }) => {
    const { default: typescript } = await import('typescript')
    const options = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2022 }
    const file = join(folder, `example-${index}.mjs`)
    writeFileSync(file, typescript.transpileModule(code, { compilerOptions: options }).outputText)
    const { status, stderr } = spawnSync('node', [file], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  const commands = blocks('sh')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('npx vfmig '))
  test.each(commands)('%s', (line) => {
    const { status, stderr } = spawnSync('node', ['dist/cli/vfmig.cjs', ...line.split(' ').slice(2)], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  test('lists the formats that there are', () => {
    const rows = [...readme.matchAll(/^\| `([a-z0-9-]+)` \| (.*?) \| (.*?) \| (.*?) \|$/gm)].map(
      ([, ...cells]) => cells,
    )
    expect(rows).toEqual(
      formats.map(({ name, title, automatic, source }) => [name, title, automatic ? 'by content' : '`--as`', source]),
    )
  })
})
