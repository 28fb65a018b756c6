import { statSync } from 'node:fs'
import { systemProblem } from '../complain.ts'
import { Complaint } from '../complaint.ts'
import type { InputOptions } from '../open.ts'
import { Output } from '../output.ts'
import { filesBelow, isSysfsFolder } from '../source.ts'
import { type FileReport, isForeign, type Task } from './validate-file.ts'
import { inOrder, validateAll } from './validate-many.ts'
import { withChannels, withPeers } from './validate-peers.ts'
import { makeReporter, type ReportForm } from './validate-report.ts'

interface ValidateOptions extends InputOptions {
  readonly format: ReportForm
  readonly strict?: boolean
  readonly ignore: readonly string[]
  readonly channel: readonly string[]
}

/** Reports on all inputs; 1 with findings of severity error (`--strict`: or warning). */
export async function validate(paths: readonly string[], options: ValidateOptions): Promise<number> {
  await checkNames(options)
  if (paths.filter((path) => path === '-').length > 1) throw new Complaint('Standard input (-) can be read only once.')
  const tasks = await tasksFor(paths, options)
  const reporter = await makeReporter(options.format, new Output())
  const ignored = new Set(options.ignore)
  let failed = false
  let skipped = 0
  const reports = validateAll(tasks, {
    ...(options.as === undefined ? {} : { as: options.as }),
    ...(options.snapshot === undefined ? {} : { snapshot: options.snapshot }),
    ...setOf(options),
  })
  // A line a file as soon as it is known; the other forms keep the order of the command line.
  for await (const { task, reports: own } of options.format === 'jsonl' ? reports : inOrder(reports)) {
    for (const report of own) {
      if (task.walked && isForeign(report)) {
        skipped += 1
        continue
      }
      const kept: FileReport = { ...report, findings: report.findings.filter(({ code }) => !ignored.has(code)) }
      failed ||= kept.findings.some(
        ({ severity }) => severity === 'error' || (options.strict && severity === 'warning'),
      )
      await reporter.file(kept)
    }
  }
  await reporter.end(skipped)
  return failed ? 1 : 0
}

/** Refuses names that there are not. @throws Complaint */
async function checkNames({ as, ignore }: ValidateOptions): Promise<void> {
  if (as !== undefined) (await import('../known.ts')).checkFormat(as)
  if (ignore.length === 0) return
  // For the codes of all formats all of them are loaded.
  const { requireCode } = await import('../known-code.ts')
  for (const code of ignore) requireCode(code)
}

function setOf({ set = [] }: InputOptions): InputOptions {
  return set.length === 0 ? {} : { set }
}

/** What there is to do; what belongs together is one task. @throws Complaint */
async function tasksFor(paths: readonly string[], { as, channel }: ValidateOptions): Promise<Task[]> {
  if (channel.length > 0) {
    const [path, another] = paths
    if (path === undefined || another !== undefined) {
      throw new Complaint('With --channel give one input, the main stream of the migration.')
    }
    const [task, more] = tasksOf(path)
    if (task === undefined || task.walked || more !== undefined) {
      throw new Complaint(`${path} is a folder; with --channel give the main stream of the migration.`)
    }
    const { checkChannels } = await import('../qemu/check-channels.ts')
    await checkChannels(path, channel, { anything: true })
    return [{ ...task, channels: channel }]
  }
  const tasks = withPeers(paths.flatMap(tasksOf))
  return as === undefined ? withChannels(tasks) : tasks
}

function tasksOf(path: string): Task[] {
  if (path === '-') return [{ path, walked: false }]
  const isFolder = statSync(path).isDirectory()
  if (!isFolder || isSysfsFolder(path)) return [{ path, walked: false }]
  return Array.from(filesBelow(path), ({ path: file, failure }) => {
    const task = { path: file, walked: true }
    return failure === undefined ? task : { ...task, problem: systemProblem(failure) ?? String(failure) }
  })
}
