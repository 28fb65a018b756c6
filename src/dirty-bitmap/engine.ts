import { plainEngine } from './plain-segment.ts'
import type { Engine } from './segment.ts'
import { wasmEngine } from './wasm-segment.ts'

/** How bulk work is done: by the WebAssembly kernel, or by TypeScript where that may not run. Answers are the same. */
export type EngineName = Engine['name']

/** The engine of a name; the fastest that runs here without one. */
export function engineOf(name?: EngineName): Engine {
  if (name === 'typescript') return plainEngine
  return wasmEngine() ?? plainEngine
}
