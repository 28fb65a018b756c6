import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Entry {
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  readonly howMade: string
}

const root = new URL('../../fixtures/', import.meta.url)
const manifest: readonly Entry[] = JSON.parse(readFileSync(new URL('manifest.json', root), 'utf8'))

test('every fixture is as it was captured', () => {
  for (const { path, sha256, bytes, howMade } of manifest) {
    const content = readFileSync(new URL(path, root))
    expect(content.length, path).toBe(bytes)
    expect(createHash('sha256').update(content).digest('hex'), path).toBe(sha256)
    expect(howMade, path).toMatch(/\.$/)
  }
})

test('every file among the fixtures is in the manifest', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(new URL(path, root)).isFile(),
  )
  const own = ['README.md', 'manifest.json']
  expect(files.sort()).toEqual([...manifest.map(({ path }) => path), ...own].sort())
})
