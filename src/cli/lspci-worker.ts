import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { CaptureError, type LspciFunction, LspciReader } from '../capture/index.ts'
import { MOST_WAITING, type Sent, type SentFunction } from './lspci-thread.ts'

// Reads lspci text and sends its functions, a batch per megabyte, never far ahead of who takes them.

const CHUNK = 1 << 20
const { path, taken } = workerData as { path: string; taken: Int32Array }
let sent = 0

function send(functions: readonly LspciFunction[]): void {
  if (functions.length === 0) return
  const buffer = new ArrayBuffer(functions.reduce((sum, { bytes }) => sum + bytes.length, 0))
  const all = new Uint8Array(buffer)
  let offset = 0
  const placed = functions.map(({ bytes, lines, ...facts }): SentFunction => {
    all.set(bytes, offset)
    const place = { facts, offset, length: bytes.length, runs: lines.runs }
    offset += bytes.length
    return place
  })
  post({ kind: 'functions', buffer, functions: placed }, [buffer])
  sent += 1
  for (let done = Atomics.load(taken, 0); sent - done > MOST_WAITING; done = Atomics.load(taken, 0)) {
    Atomics.wait(taken, 0, done)
  }
}

function post(message: Sent, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer)
}

const file = openSync(path, 'r')
try {
  const reader = new LspciReader()
  const chunk = Buffer.alloc(CHUNK)
  for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk))
    send(reader.push(chunk.subarray(0, read)))
  send(reader.end())
  post({ kind: 'end' })
} catch (error) {
  if (error instanceof CaptureError) {
    const { code, line, offset, expected, found } = error
    const place = { ...(line === undefined ? {} : { line }), ...(offset === undefined ? {} : { offset }) }
    post({ kind: 'damage', facts: { code, ...place, expected, found } as never })
  } else {
    post({ kind: 'failure', message: error instanceof Error ? error.message : String(error) })
  }
} finally {
  closeSync(file)
}
