import { kernelBase64 } from '../generated/dirty-bitmap/kernel.js'
import { OwnedMemory } from './owned-memory.ts'
import type { Operation } from './segment.ts'

type Combine = (at: number, other: number, end: number) => void

/** What the compiled kernel exports; see `kernel/`. Addresses and numbers of 2^31 and more come back negative. */
export interface Kernel extends Readonly<Record<Operation, Combine>> {
  count(at: number, summary: number, from: number, to: number): number
  equal(at: number, other: number, end: number): number
  summarise(at: number, from: number, to: number, end: number, summary: number): void
  pages(at: number, summary: number, end: number, from: number, base: number, out: number, capacity: number): number
  ranges(at: number, summary: number, bits: number, from: number, out: number, capacity: number): number
  next(): number
  nextSet(at: number, summary: number, from: number, bits: number): number
  nextClear(at: number, from: number, bits: number): number
  setBits(at: number, from: number, to: number, value: boolean): void
  copyBits(source: number, from: number, target: number, count: number): void
}

/** The kernel and the memory that it works on. */
export interface LoadedKernel {
  readonly kernel: Kernel
  readonly owned: OwnedMemory
  /** Address of `SCRATCH_WORDS` words for results. */
  readonly scratch: number
}

/** Words of 32 bits that one call of the kernel may write: few enough to stay in the cache. */
export const SCRATCH_WORDS = 16384

/** Bytes at the start of the memory that the compiler keeps for tables. */
const STATIC_DATA = 4096

let loaded: LoadedKernel | undefined | 'refused'

/** Loads the kernel once; undefined where WebAssembly, or its SIMD, is missing or forbidden. */
export function loadKernel(): LoadedKernel | undefined {
  loaded ??= tryLoad() ?? 'refused'
  return loaded === 'refused' ? undefined : loaded
}

function tryLoad(): LoadedKernel | undefined {
  try {
    const binary = Uint8Array.from(atob(kernelBase64), (character) => character.charCodeAt(0))
    const owned = new OwnedMemory(STATIC_DATA)
    const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory: owned.memory } })
    const kernel = instance.exports as unknown as Kernel
    return { kernel, owned, scratch: owned.allocate(4 * SCRATCH_WORDS) }
  } catch {
    // A Content-Security-Policy without 'wasm-unsafe-eval', or an old platform.
    return undefined
  }
}
