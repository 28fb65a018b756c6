import { type Evidence, evidenceOf, evidenceOfParts, type Format, type FormatOption } from '../../layout/index.ts'
import { formats } from '../../registry/index.ts'
import { Output } from '../output.ts'
import { palette } from '../render/palette.ts'

/** Lists the formats with their options and sources. */
export async function listFormats({ json = false }: { json?: boolean }): Promise<number> {
  const out = new Output()
  if (json) await out.line(JSON.stringify(formatsJson(), null, 2))
  else {
    const colours = palette(process.stdout.isTTY)
    for (const format of formats) {
      const { name, title, source, options, ksy, automatic } = format
      await out.line(`${colours.bold(name)}  ${title}`)
      const chosen = automatic ? 'detected by content' : 'chosen with --as'
      await out.line(`  ${chosen}; Kaitai: ${KSY[ksy]}; ${evidenceText(format)}`)
      await out.line(`  source: ${source}`)
      for (const [option, facts] of Object.entries(options)) {
        await out.line(`  --set ${option}=${optionValues(facts)}  ${facts.meaning}`)
      }
    }
  }
  await out.flush()
  return 0
}

/** `evidence: verified; recalled: index, size`: the class of the whole, then the parts that differ from it. */
function evidenceText({ evidence, structures }: Format): string {
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
  const texts = Array.from(others, ([sure, parts]) => `${sure}: ${[...parts].join(', ')}`)
  return [`evidence: ${evidence}`, ...texts].join('; ')
}

const KSY = { full: 'in full', parts: 'in parts', none: 'none' } as const

function optionValues(option: FormatOption): string {
  if (option.kind === 'choice')
    return option.values.map((value) => (value === option.default ? `[${value}]` : value)).join('|')
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
