import { counted, type Finding } from '../../findings/index.ts'
import { type DesignName, designs, findDesign, TraceValidator } from '../../protocol/index.ts'
import type { RecordFinding, Step, TextRecord } from './log.ts'

/** What the option `design` of a log may be. */
export const DESIGN_CHOICES = ['auto', 'none', ...designs.map(({ name }) => name)] as const

/** Findings of the rules of a design about what happened. */
export function judgeSteps(steps: readonly Step[], design: DesignName): RecordFinding[] {
  const validator = new TraceValidator(design)
  const found: Finding[] = []
  for (const { event } of steps) found.push(...validator.push(event))
  found.push(...validator.end())
  return found
    .sort((a, b) => a.offset - b.offset)
    .map(({ code, message, severity, hint, source, offset }) => ({
      record: steps[offset]?.record ?? 0,
      code,
      message,
      severity,
      ...(hint === undefined ? {} : { hint }),
      ...(source === undefined ? {} : { source }),
    }))
}

/** The design that the option names, else the one that the events can only belong to. */
export function designOf(option: unknown, steps: readonly Step[], registersOf?: DesignName): DesignName | undefined {
  if (option !== 'auto') return findDesign(String(option))?.name
  const registers = new Set<string>()
  for (const { event } of steps) {
    if (event.kind === 'state-set' || event.kind === 'state-read') return 'vfio-v2'
    if (event.kind === 'status-write') registers.add(event.register)
  }
  if (registers.size === 0) return undefined
  if (registersOf !== undefined) return registersOf
  const fitting = designs.filter((design) => [...registers].every((register) => register in design.registers))
  return fitting.length === 1 ? fitting[0]?.name : undefined
}

/** How many lines nobody understands, said once. */
export function judgeStrangers(
  records: readonly { readonly kind?: unknown }[],
  severity: 'warning' | 'info',
): RecordFinding[] {
  const strange = records.flatMap((record, index) => (isStranger(record) ? [index] : []))
  const [first] = strange
  const known = records.length - records.filter(isText).length
  if (known === 0) {
    const message = `None of the ${counted(records.length, 'line')} is understood.`
    return [{ record: 0, code: 'trace/nothing-understood', message }]
  }
  if (first === undefined) return []
  const message = `${counted(strange.length, 'line is', 'lines are')} not understood; the first is line ${first + 1}.`
  return [{ record: first, code: 'trace/unknown-line', message, severity }]
}

const isText = (record: { readonly kind?: unknown }): boolean => record.kind === 'text'

/** A line with anything but blanks in it. */
function isStranger(record: { readonly kind?: unknown }): boolean {
  return isText(record) && (record as TextRecord).text.trim() !== ''
}
