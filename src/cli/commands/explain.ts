import { allCodes } from '../../registry/index.ts'
import { requireCode } from '../known.ts'
import { Output } from '../output.ts'
import { palette } from '../render/palette.ts'

/** Prints what a finding code means, or all codes with a line each. */
export async function explain(code: string | undefined): Promise<number> {
  const out = new Output()
  const colours = palette(process.stdout.isTTY)
  if (code === undefined) {
    const codes = allCodes()
    const width = Math.max(...[...codes.keys()].map((name) => name.length))
    for (const [name, { severity, title }] of codes) {
      const level = colours.severity(severity, severity.padEnd(7))
      await out.line(`${level}  ${name.padEnd(width)}  ${title}`)
    }
    await out.flush()
    return 0
  }
  const entry = requireCode(code)
  await out.line(`${colours.bold(code)} (${colours.severity(entry.severity, entry.severity)}): ${entry.title}`)
  await out.line('')
  await out.line(entry.explanation)
  if (entry.source !== undefined) await out.line(`\nSource: ${entry.source}`)
  await out.flush()
  return 0
}
