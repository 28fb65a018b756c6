import { type Evidence, evidenceOf, evidenceOfParts, type Format, type FormatOption } from '../../layout/index.ts'
import { formats } from '../../registry/all.ts'
import { Output } from '../output.ts'
import { palette } from '../render/palette.ts'
import { textWidth, wrap } from '../render/wrap.ts'

/** Lists the formats with their options and sources. */
export async function listFormats({ json = false }: { json?: boolean }): Promise<number> {
  const out = new Output()
  if (json) await out.line(JSON.stringify(formatsJson(), null, 2))
  else {
    const colours = palette(process.stdout.isTTY)
    const width = textWidth(process.stdout)
    const entry = (text: string, indent = 4) =>
      out.line(`${' '.repeat(indent - 2)}${wrap(text, indent, width).join('\n')}`)
    for (const format of formats) {
      const { name, title, source, options, ksy, automatic, evidence } = format
      await out.line(`${colours.bold(name)}  ${title}`)
      const chosen = automatic ? 'detected by content' : 'chosen with --as'
      await entry(`${chosen}; Kaitai: ${KSY[ksy]}; evidence: ${evidence}`)
      for (const [sure, parts] of otherEvidence(format)) await entry(`${sure}: ${[...parts].join(', ')}`, 6)
      await entry(`source: ${source}`)
      for (const [option, facts] of Object.entries(options)) {
        await entry(`--set ${option}=${optionValues(facts)}  ${facts.meaning}`)
      }
    }
  }
  await out.flush()
  return 0
}

/** Parts of which the evidence differs from that of the whole, by its class. */
function otherEvidence({ evidence, structures }: Format): ReadonlyMap<Evidence, ReadonlySet<string>> {
  const others = new Map<Evidence, Set<string>>()
  const add = (sure: Evidence, part: string) => others.set(sure, (others.get(sure) ?? new Set()).add(part))
  for (const { type } of structures) {
    const whole = evidenceOf(type)
    if (whole !== evidence) add(whole, type.name)
    for (const part of evidenceOfParts(type)) {
      if (part.evidence === whole) continue
      add(part.evidence, structures.length === 1 ? part.path : `${type.name}.${part.path}`)
    }
  }
  return others
}

const KSY = { full: 'in full', parts: 'in parts', none: 'none' } as const

function optionValues(option: FormatOption): string {
  if (option.kind === 'choice')
    return option.values.map((value) => (value === option.default ? `[${value}]` : value)).join('|')
  if (option.kind === 'address') return `ADDRESS [${option.default}]`
  return option.kind === 'flag' ? (option.default ? '[true]|false' : 'true|[false]') : `N [${option.default}]`
}

function formatsJson() {
  return {
    formats: formats.map(({ name, title, source, evidence, automatic, ksy, options, structures }) => ({
      name,
      title,
      source,
      evidence,
      automatic,
      ksy,
      options,
      structures: structures.map(({ type }) => ({
        name: type.name,
        title: type.facts.title,
        source: type.facts.source,
        evidence: evidenceOf(type),
        fields: evidenceOfParts(type),
      })),
    })),
  }
}
