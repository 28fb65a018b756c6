import { allCodes } from '../../registry/index.ts'
import { Complaint } from '../complaint.ts'
import { Output } from '../output.ts'
import { palette } from '../render/palette.ts'

/** Prints what a finding code means, or all codes with a line each. */
export async function explain(code: string | undefined): Promise<number> {
  const out = new Output()
  const colours = palette(process.stdout.isTTY)
  const codes = allCodes()
  if (code === undefined) {
    const width = Math.max(...[...codes.keys()].map((name) => name.length))
    for (const [name, { severity, title }] of codes) {
      const level = colours.severity(severity, severity.padEnd(7))
      await out.line(`${level}  ${name.padEnd(width)}  ${title}`)
    }
    await out.flush()
    return 0
  }
  const entry = codes.get(code)
  if (entry === undefined) {
    const near = [...codes.keys()].filter((name) => name.includes(code.split('/').at(-1) as string)).slice(0, 3)
    const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'vfmig explain lists all codes.'
    throw new Complaint(`There is no finding code ${JSON.stringify(code)}; ${hint}`)
  }
  await out.line(`${colours.bold(code)} (${colours.severity(entry.severity, entry.severity)}): ${entry.title}`)
  await out.line('')
  await out.line(entry.explanation)
  if (entry.source !== undefined) await out.line(`\nSource: ${entry.source}`)
  await out.flush()
  return 0
}
