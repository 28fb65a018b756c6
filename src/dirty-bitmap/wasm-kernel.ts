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
  groupBits(): number
  staticEnd(): number
  copyBits(source: number, from: number, target: number, count: number): void
}

/** The kernel and the memory that it works on. */
export interface LoadedKernel {
  readonly kernel: Kernel
  readonly owned: OwnedMemory
  /** Pages of a group, for which the summary has one bit. */
  readonly groupPages: number
  /** Address of `SCRATCH_WORDS` words for results. */
  readonly scratch: number
}

/** Words of 32 bits that one call of the kernel may write: few enough to stay in the cache. */
export const SCRATCH_WORDS = 16384

/** Pages of 64 KiB that 32-bit addresses reach. */
const MOST_WASM_PAGES = 65536

let loaded: LoadedKernel | undefined | 'refused'

/** Loads the kernel once; undefined where WebAssembly, or its SIMD, is missing or forbidden. */
export function loadKernel(): LoadedKernel | undefined {
  loaded ??= tryLoad() ?? 'refused'
  return loaded === 'refused' ? undefined : loaded
}

function tryLoad(): LoadedKernel | undefined {
  try {
    const binary = Uint8Array.from(atob(kernelBase64), (character) => character.charCodeAt(0))
    const memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_WASM_PAGES })
    const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } })
    const kernel = instance.exports as unknown as Kernel
    const owned = new OwnedMemory(memory, kernel.staticEnd())
    return { kernel, owned, groupPages: kernel.groupBits(), scratch: owned.allocate(4 * SCRATCH_WORDS) }
  } catch {
    // A Content-Security-Policy without 'wasm-unsafe-eval', or an old platform.
    return undefined
  }
}
