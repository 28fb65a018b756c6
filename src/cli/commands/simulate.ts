import type { Finding } from '../../findings/index.ts'
import { type Design, designs, eventLine, findDesign, type TraceEvent } from '../../protocol/index.ts'
import { type RunResult, simulate } from '../../simulate/index.ts'
import { Complaint } from '../complaint.ts'
import { unknownName } from '../known.ts'
import { nearest } from '../nearest.ts'
import { Output, writeFileBytes } from '../output.ts'
import { countText, findingJson } from '../render/findings.ts'
import { type Palette, palette } from '../render/palette.ts'
import { tableLines } from '../render/table.ts'
import { textWidth, wrap } from '../render/wrap.ts'

interface SimulateOptions {
  readonly seed: string
  readonly fault?: string
  readonly output?: string
  readonly raw?: boolean
  readonly trace?: string
  readonly list?: boolean
  readonly json?: boolean
}

const ALL = 'all'
const LARGEST_SEED = 2 ** 32 - 1

/** Runs one design, or all of them; 1 when the destination is not equal or a rule was broken. */
export async function simulateDesign(name: string | undefined, options: SimulateOptions): Promise<number> {
  const out = new Output()
  if (options.list) {
    await listDesigns(out, options.json ?? false)
    return 0
  }
  if (options.raw && options.output === undefined) throw new Complaint('--raw is about the file of --output: name one.')
  if (name === undefined) throw new Complaint(`Name a design: ${designs.map((one) => one.name).join(', ')}, or all.`)
  const seed = seedOf(options.seed)
  const results = name === ALL ? runAll(seed, options) : [runOne(name, seed, options)]
  if (options.json) {
    const json = results.map(resultJson)
    await out.line(JSON.stringify(name === ALL ? { runs: json } : json[0], null, 2))
  } else {
    for (const result of results) await out.lines(resultLines(result))
    await out.lines(summaryLines(results))
  }
  await out.flush()
  return results.every(({ equal, findings }) => equal && !hasErrors(findings)) ? 0 : 1
}

function runAll(seed: number, { fault, output, trace }: SimulateOptions): RunResult[] {
  for (const [option, value] of Object.entries({ '--fault': fault, '--output': output, '--trace': trace })) {
    if (value !== undefined) throw new Complaint(`${option} is for one design, not for ${ALL}.`)
  }
  return designs.map(({ name }) => simulate(name, seed))
}

function runOne(name: string, seed: number, { fault, output, raw, trace }: SimulateOptions): RunResult {
  const design = requireDesign(name)
  if (fault !== undefined) requireFault(design, fault)
  const result = simulate(design.name, seed, fault)
  if (output !== undefined) writeFileBytes(output, raw ? result.stream : result.migrationStream())
  if (trace !== undefined) writeFileBytes(trace, new TextEncoder().encode(traceText(result.events)))
  return result
}

function requireDesign(name: string): Design {
  const design = findDesign(name)
  if (design !== undefined) return design
  const names = designs.map((one) => one.name)
  throw unknownName(`There is no design ${JSON.stringify(name)}`, nearest(name, names), `there are ${names.join(', ')}`)
}

function requireFault({ name, faults }: Design, fault: string): void {
  if (Object.hasOwn(faults, fault)) return
  const names = Object.keys(faults)
  const problem = `There is no fault ${JSON.stringify(fault)}`
  throw unknownName(problem, nearest(fault, names), `${name} has ${names.join(', ')}`)
}

function seedOf(text: string): number {
  const seed = Number(text)
  if (/^\d+$/.test(text) && seed <= LARGEST_SEED) return seed
  throw new Complaint(`The seed is a whole number from 0 to ${LARGEST_SEED}, not ${JSON.stringify(text)}.`)
}

function traceText(events: readonly TraceEvent[]): string {
  return events.map((event) => `${eventLine(event)}\n`).join('')
}

const hasErrors = (findings: readonly Finding[]) => findings.some(({ severity }) => severity === 'error')

function resultJson({ events: _, stream: __, migrationStream: ___, findings, ...result }: RunResult) {
  return { ...result, findings: findings.map(findingJson) }
}

/** What is to be said of one run besides its numbers. */
function* resultLines({ design, differences, findings, events }: RunResult): Generator<string> {
  const colours = palette(process.stdout.isTTY)
  const width = textWidth(process.stdout)
  for (const difference of differences) yield* wrap(`${design}: ${difference}`, 2, width)
  for (const { severity, code, message, offset } of findings) {
    const [first, ...others] = wrap(`${severity} ${code}: ${message}`, 2, width) as [string, ...string[]]
    yield first.replace(`${severity} ${code}`, `${colours.severity(severity, severity)} ${colours.bold(code)}`)
    yield* others
    yield `  at event ${offset + 1} of the trace, ${events[offset]?.at ?? 0} us`
  }
}

/** The numbers of all runs, side by side. */
function* summaryLines(results: readonly RunResult[]): Generator<string> {
  const colours: Palette = palette(process.stdout.isTTY)
  const head = ['design', 'seed', 'fault', 'result', 'rounds', 'pages', 'resent', 'downtime', 'bytes', 'findings']
  const rows = results.map((run) => [
    run.design,
    String(run.seed),
    run.fault ?? '-',
    run.equal ? 'equal' : 'differs',
    String(run.rounds),
    String(run.pagesSent),
    String(run.pagesResent),
    `${run.downtime} us`,
    String(run.bytes),
    run.findings.length === 0 ? 'none' : countText(run.findings, colours),
  ])
  yield* tableLines(head, rows)
}

async function listDesigns(out: Output, json: boolean): Promise<void> {
  if (json) {
    const list = designs.map(({ name, faults }) => ({ name, faults: Object.keys(faults) }))
    await out.line(JSON.stringify({ designs: list }, null, 2))
  } else {
    const colours = palette(process.stdout.isTTY)
    const width = textWidth(process.stdout)
    for (const { name, title, faults } of designs) {
      await out.line(`${colours.bold(name)}  ${title}`)
      for (const [fault, { meaning }] of Object.entries(faults))
        await out.lines(wrap(`  ${fault}  ${meaning}`, 4, width))
    }
  }
  await out.flush()
}
