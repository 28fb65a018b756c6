import { type Finding, SEVERITIES } from '../findings/index.ts'
import { type DesignName, findDesign, type TraceEvent, validateTrace } from '../protocol/index.ts'
import { type Recipe, recipes } from './designs/index.ts'
import { RAM_PAGES } from './guest/memory-map.ts'
import { Ram } from './guest/ram.ts'
import { Journal } from './journal.ts'
import { Machine } from './machine.ts'
import { Copying } from './migration.ts'
import { writeMigrationStream } from './migration-stream/write.ts'
import { Random } from './random.ts'
import { Refused, type Stage, type Steps } from './stage.ts'
import { readStream } from './stream/reader.ts'
import { StreamWriter } from './stream/writer.ts'
import { Trace } from './trace.ts'
import { traffic } from './traffic.ts'
import { initialMessages } from './vf/messages.ts'

/** What a run gave. */
export interface RunResult {
  readonly design: DesignName
  readonly seed: number
  readonly fault: string | null
  /** Whether the destination is the source in everything that the design restores. */
  readonly equal: boolean
  /** What is not, in words. */
  readonly differences: readonly string[]
  readonly rounds: number
  readonly pagesSent: number
  /** Pages that were sent more than once. */
  readonly pagesResent: number
  /** Simulated microseconds in which the guest stood still. */
  readonly downtime: number
  /** Bytes of `stream`. */
  readonly bytes: number
  readonly findings: readonly Finding[]
  readonly events: readonly TraceEvent[]
  /** QEMU's section framing around memory and the design's own bodies. */
  readonly stream: Uint8Array
  /**
   * The run as a `migration-stream`: what the source sent, with every event in its place. Made anew at each call, the same
   * bytes for the same design, seed and fault.
   */
  readonly migrationStream: () => Uint8Array
}

/** Things that happen before the migration begins. */
const WARM_UP = 150

/**
 * Migrates a guest with its VF by one of the designs: traffic from a seeded generator, the design's own sequence, and a
 * destination that is built from the bytes that were sent, and from nothing else.
 *
 * @throws RangeError for a fault that the design does not know
 */
export function simulate(name: DesignName, seed: number, fault?: string): RunResult {
  const design = findDesign(name)
  if (fault !== undefined && design?.faults[fault] === undefined) {
    throw new RangeError(`${name} has no fault ${JSON.stringify(fault)}.`)
  }
  const recipe = recipes[name]
  const journal = new Journal()
  const trace = new Trace(journal)
  const random = new Random(seed)
  const source = new Machine('source', trace, new Ram(RAM_PAGES), recipe.layer, recipe.identity)
  const stream = new StreamWriter(recipe.section, journal)
  const copying = new Copying(source, stream, trace, random)
  const stage: Stage = { trace, random, source, copying, stream, journal, has: (one) => one === fault }
  journal.device(0, source.vf.config)
  source.vf.msix.set(initialMessages())
  // Near their ends, so that some runs see them wrap.
  source.vf.count(2 ** 32 - 1 - random.below(200), 2 ** 32 - 1 - random.below(200_000), random.below(16))
  const steps = recipe.steps(stage)
  const differences = migrate(stage, steps, recipe)
  const { counts } = copying
  const findings = validateTrace(name, trace.events)
  const run = { design: name, seed, fault: fault ?? null }
  return {
    ...run,
    equal: differences.length === 0,
    differences,
    ...counts,
    bytes: stream.length,
    findings: mostSeriousFirst(findings),
    events: trace.events,
    stream: stream.bytes(),
    migrationStream: () => writeMigrationStream(run, journal),
  }
}

/** The whole sequence; returns what differs at the end. */
function migrate(stage: Stage, steps: Steps, recipe: Recipe): string[] {
  try {
    return attempt(stage, steps, recipe)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return [error.message]
  }
}

/** @throws Refused */
function attempt(stage: Stage, steps: Steps, recipe: Recipe): string[] {
  const { trace, random, source, copying, stream, journal } = stage
  if (!stage.has('driver-absent') || recipe.absentDriver !== 'guest') source.driver.open()
  for (let step = 0; step < WARM_UP; step++) {
    trace.pass(random.between(5, 40))
    traffic(source, random)
  }
  trace.add('source', 'migration-start', {})
  stream.memory(source.ram)
  steps.begin?.()
  const left = copying.rounds(() => steps.afterRound?.())
  steps.beforeStop?.()
  copying.stop()
  const stopped = trace.now
  steps.afterStop?.()
  copying.lastRound(left)
  steps.save()
  journal.pciState(source.vf.config, source.vf.msix)
  const ram = new Ram(RAM_PAGES)
  stream.end()
  const sent = stream.bytes()
  // The driver is there when memory is.
  let target: Machine | undefined
  const machine = () => (target ??= new Machine('destination', trace, ram, recipe.layer, recipe.identity))
  readStream(sent, ram, (type, bytes) => steps.load(type, bytes, machine()))
  const restored = machine()
  restored.driver.load()
  steps.beforeStart?.(restored)
  const differences = steps.compare(restored)
  trace.add('destination', 'vcpus-started', {})
  copying.counts.downtime = trace.now - stopped
  differences.push(...(steps.afterStart?.(restored) ?? []))
  trace.add('destination', 'migration-end', {})
  return differences
}

function mostSeriousFirst(findings: readonly Finding[]): Finding[] {
  return SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
}
