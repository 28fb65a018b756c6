import type { Finding } from '../../findings/index.ts'
import type { Json, OptionValues } from '../../layout/index.ts'
import type { Output } from '../output.ts'
import { findingJson } from './findings.ts'

// What stands around the value in the JSON of a decoded input; the value is written in between.

/** The opening of the object, up to where the member `value` comes. */
export function envelope(container: string | null, format: string, options: OptionValues): string {
  const head: Json = { vfmig: 1, container, format, options: options as Json }
  return `${JSON.stringify(head).slice(0, -1)},\n`
}

/** The findings, and the end of the object. */
export async function writeFindings(findings: readonly Finding[], out: Output): Promise<void> {
  await out.write('"findings":[')
  for (const [index, finding] of findings.entries()) {
    await out.write(`${index === 0 ? '\n' : ',\n'}${JSON.stringify(findingJson(finding))}`)
  }
  await out.line(findings.length === 0 ? ']}' : '\n]}')
}
