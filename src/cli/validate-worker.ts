import { parentPort } from 'node:worker_threads'
import { validateTask } from './commands/validate-file.ts'
import type { Answer, Batch } from './commands/validate-many.ts'
import { complaintOf } from './complain.ts'

// A worker of `vfmig validate`: takes batches of paths, answers with their reports.
parentPort?.on('message', async ({ tasks, options }: Batch) => {
  let answer: Answer
  try {
    const answers = []
    for (const { index, task } of tasks) answers.push({ index, reports: await validateTask(task, options) })
    answer = { answers }
  } catch (error) {
    answer = { complaint: complaintOf(error) }
  }
  parentPort?.postMessage(answer)
})
