import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { CaptureError, detectContainer, LineMap, type LineRun, type LspciFunction } from '../capture/index.ts'

/** Text below this size is read faster than a thread starts. */
const WORTH_A_THREAD = 8 << 20

/** A function as it crosses to the main thread: its bytes lie in the batch's buffer. */
export interface SentFunction {
  readonly facts: Omit<LspciFunction, 'bytes' | 'lines'>
  readonly offset: number
  readonly length: number
  readonly runs: readonly LineRun[]
}

/** What the reading thread sends, in order. */
export type Sent =
  | { readonly kind: 'functions'; readonly buffer: ArrayBuffer; readonly functions: readonly SentFunction[] }
  | { readonly kind: 'end' }
  | { readonly kind: 'damage'; readonly facts: ConstructorParameters<typeof CaptureError>[0] }
  | { readonly kind: 'failure'; readonly message: string }

/** Batches that may wait to be taken; then the reading thread waits. */
export const MOST_WAITING = 16

/** A thread that reads lspci text while the main thread judges what it has read. */
export interface LspciThread {
  readonly path: string
  functions(): AsyncGenerator<LspciFunction[]>
}

/** Starts reading a large lspci text; undefined for anything else, or where there is only one core. */
export function startLspciThread(path: string): LspciThread | undefined {
  if (path === '-' || availableParallelism() < 2 || !isLargeLspci(path)) return undefined
  const taken = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL('./lspci-worker.mjs', import.meta.url), { workerData: { path, taken } })
  const inbox = new Inbox(worker)
  // A command that ends before it takes the functions does not wait for the thread.
  worker.unref()
  return {
    path,
    async *functions() {
      worker.ref()
      try {
        for (let sent = await inbox.next(); sent.kind !== 'end'; sent = await inbox.next()) {
          if (sent.kind === 'damage') throw new CaptureError(sent.facts)
          if (sent.kind === 'failure') throw new Error(sent.message)
          yield received(sent.buffer, sent.functions)
          Atomics.add(taken, 0, 1)
          Atomics.notify(taken, 0)
        }
      } finally {
        await worker.terminate()
      }
    },
  }
}

function isLargeLspci(path: string): boolean {
  // Pipes are not opened here: whoever writes to one would see it close.
  const facts = statSync(path, { throwIfNoEntry: false })
  if (facts === undefined || !facts.isFile() || facts.size < WORTH_A_THREAD) return false
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(4096)
    const filled = readSync(file, head)
    return detectContainer({ head: head.subarray(0, filled), size: facts.size, name: path }).container === 'lspci'
  } finally {
    closeSync(file)
  }
}

function received(buffer: ArrayBuffer, functions: readonly SentFunction[]): LspciFunction[] {
  return functions.map(({ facts, offset, length, runs }) => ({
    ...facts,
    bytes: new Uint8Array(buffer, offset, length),
    lines: new LineMap(runs),
  }))
}

/** Messages of a worker as they are asked for. */
class Inbox {
  private readonly waiting: Sent[] = []
  private failure: Error | undefined
  private wake: (() => void) | undefined

  constructor(worker: Worker) {
    worker.on('message', (sent: Sent) => {
      this.waiting.push(sent)
      this.wake?.()
    })
    worker.on('error', (error) => {
      this.failure = error
      this.wake?.()
    })
  }

  async next(): Promise<Sent> {
    while (this.waiting.length === 0) {
      if (this.failure !== undefined) throw this.failure
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
    return this.waiting.shift() as Sent
  }
}
