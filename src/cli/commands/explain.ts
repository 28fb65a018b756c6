import { allCodes } from '../../registry/codes.ts'
import { requireCode } from '../known-code.ts'
import { Output } from '../output.ts'
import { palette } from '../render/palette.ts'
import { textWidth, wrap } from '../render/wrap.ts'

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
  const { severity, title, explanation, source } = requireCode(code)
  const width = textWidth(process.stdout)
  await out.line(`${colours.bold(code)} (${colours.severity(severity, severity)}): ${title}`)
  await out.line('')
  await out.lines(wrap(explanation, 0, width))
  if (source !== undefined) await out.line(`\nSource: ${wrap(source, 8, width).join('\n')}`)
  await out.flush()
  return 0
}
