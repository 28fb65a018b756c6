// Pushes a stream that is made while it is read through a pipe into a command, and looks at the command's memory.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

export const GIB = 2 ** 30
/** Most memory, in bytes. */
const MOST = 150e6
const VFMIG = join('dist', 'cli', 'vfmig.cjs')
/** Bytes of input between two looks at memory. */
const EVERY = 64 << 20

/** Memory that a process has now, and the most it ever had, in bytes. */
function memoryOf(pid) {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  const of = (name) => Number(new RegExp(`${name}:\\s*(\\d+) kB`).exec(text)?.[1] ?? Number.NaN) * 1024
  return { now: of('VmRSS'), most: of('VmHWM') }
}

async function run(words, pieces) {
  const child = spawn(process.execPath, [VFMIG, ...words], { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  const samples = []
  let printed = 0
  let text = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk.length
    if (text.length < 2000) text += chunk
  })
  const start = process.hrtime.bigint()
  let sent = 0
  for (const piece of pieces) {
    if (!child.stdin.write(piece)) await once(child.stdin, 'drain')
    sent += piece.length
    if (Math.floor(sent / EVERY) >= samples.length) samples.push(memoryOf(child.pid))
  }
  const last = memoryOf(child.pid)
  child.stdin.end()
  const [status] = await closed
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  return { status, sent, printed, text, seconds, samples: [...samples, last] }
}

const mega = (bytes) => (bytes / 1e6).toFixed(0)

/**
 * Runs each command on its pieces in turn and reports; the process ends with 1 where one fails or takes too much memory.
 * Pieces may not be written over once they were given.
 */
export async function soak(runs) {
  console.log(`machine: ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}`)
  for (const { title, words, pieces } of runs) {
    const { status, sent, printed, text, seconds, samples } = await run(words, pieces())
    const most = Math.max(...samples.map((sample) => sample.most))
    const quarter = Math.max(1, samples.length >> 2)
    const [early, late] = [samples.slice(0, quarter), samples.slice(-quarter)].map((part) =>
      Math.max(...part.map(({ now }) => now)),
    )
    const isMet = status === 0 && most <= MOST
    if (!isMet) process.exitCode = 1
    console.log(
      `${isMet ? 'met   ' : 'MISSED'}  vfmig ${words.join(' ')}, ${title}: ${(sent / GIB).toFixed(2)} GiB in ${seconds.toFixed(0)} s ` +
        `(${(sent / 1e9 / seconds).toFixed(2)} GB/s with its making), ended with ${status}, printed ${printed} bytes; ` +
        `memory at most ${mega(most)} MB (bar ${mega(MOST)}), first quarter ${mega(early)} MB, last ${mega(late)} MB`,
    )
    if (status !== 0) console.log(text)
  }
}
