import type { FormatOption } from '../../layout/index.ts'
import { formats } from '../../registry/index.ts'
import { Output } from '../output.ts'
import { palette } from '../render/palette.ts'

/** Lists the formats with their options and sources. */
export async function listFormats({ json = false }: { json?: boolean }): Promise<number> {
  const out = new Output()
  if (json) await out.line(JSON.stringify(formatsJson(), null, 2))
  else {
    const colours = palette(process.stdout.isTTY)
    for (const { name, title, source, options, ksy, evidence, automatic } of formats) {
      await out.line(`${colours.bold(name)}  ${title}`)
      const chosen = automatic ? 'detected by content' : 'chosen with --as'
      await out.line(`  ${chosen}; Kaitai: ${KSY[ksy]}; evidence: ${evidence}`)
      await out.line(`  source: ${source}`)
      for (const [option, facts] of Object.entries(options)) {
        await out.line(`  --set ${option}=${optionValues(facts)}  ${facts.meaning}`)
      }
    }
  }
  await out.flush()
  return 0
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
      })),
    })),
  }
}
