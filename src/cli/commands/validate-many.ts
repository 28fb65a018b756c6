import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { Complaint } from '../complaint.ts'
import type { InputOptions } from '../open.ts'
import { Progress } from '../progress.ts'
import { type FileReport, type Task, validateTask } from './validate-file.ts'

/** Reports, of one input or of those that are judged together, with its place on the command line. */
export interface Numbered {
  readonly index: number
  readonly task: Task
  readonly reports: readonly FileReport[]
}

/** Below this much input the start of workers costs more than it gives. */
const WORTH_WORKERS = 32 << 20
/** Most inputs that a worker gets at a time, and the least number of turns that each has. */
const [BATCH, TURNS] = [32, 4]

/** Validates inputs, spread over the cores when there is enough to do; reports come as they are known. */
export async function* validateAll(tasks: readonly Task[], options: InputOptions): AsyncGenerator<Numbered> {
  const progress = new Progress(tasks.length, 'inputs')
  const cores = availableParallelism()
  // Standard input is not that of a worker.
  const movable = tasks.length > 1 && tasks.every(({ path }) => path !== '-')
  const spread = cores > 1 && movable && totalSize(tasks) >= WORTH_WORKERS
  try {
    for await (const report of spread ? inWorkers(tasks, options, cores) : here(tasks, options)) {
      progress.step()
      yield report
    }
  } finally {
    progress.end()
  }
}

async function* here(tasks: readonly Task[], options: InputOptions): AsyncGenerator<Numbered> {
  for (const [index, task] of tasks.entries()) {
    yield { index, task, reports: await validateTask(task, options) }
  }
}

/** What a worker is sent, and what it answers. */
export interface Batch {
  readonly tasks: readonly { readonly index: number; readonly task: Task }[]
  readonly options: InputOptions
}
export type Answer =
  | { readonly answers: readonly { readonly index: number; readonly reports: readonly FileReport[] }[] }
  | { readonly complaint: string }

async function* inWorkers(tasks: readonly Task[], options: InputOptions, cores: number): AsyncGenerator<Numbered> {
  const batches: Batch[] = []
  const size = Math.min(BATCH, Math.ceil(tasks.length / (cores * TURNS)))
  for (let at = 0; at < tasks.length; at += size) {
    const slice = tasks.slice(at, at + size).map((task, index) => ({ index: at + index, task }))
    batches.push({ tasks: slice, options })
  }
  const workers = Array.from({ length: Math.min(cores, batches.length) }, () => {
    return new Worker(new URL('./validate-worker.cjs', import.meta.url))
  })
  try {
    const answers: (Promise<Answer> | undefined)[] = workers.map((worker) =>
      nextAnswer(worker, batches.shift() as Batch),
    )
    while (answers.some((answer) => answer !== undefined)) {
      const running = answers.flatMap((answer, slot) =>
        answer === undefined ? [] : [answer.then((a) => ({ ...a, slot }))],
      )
      const { slot, ...answer } = await Promise.race(running)
      if ('complaint' in answer) throw new Complaint(answer.complaint)
      const batch = batches.shift()
      answers[slot] = batch && nextAnswer(workers[slot] as Worker, batch)
      for (const { index, reports } of answer.answers) yield { index, task: tasks[index] as Task, reports }
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

function nextAnswer(worker: Worker, batch: Batch): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners()
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.postMessage(batch)
  })
}

/** The same reports in the order of the command line. */
export async function* inOrder(reports: AsyncIterable<Numbered>): AsyncGenerator<Numbered> {
  const early = new Map<number, Numbered>()
  let next = 0
  for await (const report of reports) {
    early.set(report.index, report)
    for (let ready = early.get(next); ready !== undefined; ready = early.get(next)) {
      early.delete(next)
      next += 1
      yield ready
    }
  }
}

function totalSize(tasks: readonly Task[]): number {
  return tasks.reduce((sum, { path }) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0)
}
