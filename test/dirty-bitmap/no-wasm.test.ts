import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'

const SCRIPT = `
  const { DirtyBitmap } = await import(${JSON.stringify(pathToFileURL('dist/dirty-bitmap/index.js').href)})
  const bitmap = DirtyBitmap.fromPages([1, 2, 70], { pageSize: 4096, base: 0n })
  console.log(typeof WebAssembly, bitmap.engine, ...bitmap.ranges())
`

it.each<{ what: string; flags: string[]; says: string }>([
  { what: 'WebAssembly runs', flags: [], says: 'object wasm 1 2 70 1' },
  // A Content-Security-Policy without 'wasm-unsafe-eval' comes to the same: the module cannot be made.
  { what: 'it does not', flags: ['--jitless'], says: 'undefined typescript 1 2 70 1' },
])('bitmaps work where $what', ({ flags, says }) => {
  const { stdout } = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', SCRIPT], { encoding: 'utf8' })
  expect(stdout.trim()).toBe(says)
})
