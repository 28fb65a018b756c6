#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Script } from 'node:vm'

// Starts the command. `npm run build` keeps its chunks as V8 compiled them, which halves the time that loading takes.
// V8 itself refuses what another version compiled, and then compiles the text as ever.

const requireNode = createRequire(__filename)
const loaded = new Map<string, { exports: unknown }>()

/** Loads a chunk, or a module of Node. */
function load(name: string): unknown {
  if (!name.startsWith('./')) return requireNode(name)
  const known = loaded.get(name)
  if (known !== undefined) return known.exports
  const chunk = { exports: {} }
  loaded.set(name, chunk)
  const filename = join(__dirname, name)
  const text = `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, 'utf8')}\n})`
  const cache = `${filename}.cache`
  const script = new Script(text, existsSync(cache) ? { filename, cachedData: readFileSync(cache) } : { filename })
  script.runInThisContext()(chunk.exports, load, chunk, filename, __dirname)
  return chunk.exports
}

load('./command.cjs')
