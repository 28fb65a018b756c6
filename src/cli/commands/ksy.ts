import { type StructType, toKsy } from '../../layout/index.ts'
import { formats } from '../../registry/all.ts'
import { findFormat } from '../../registry/find.ts'
import { Complaint } from '../complaint.ts'
import { Output } from '../output.ts'

/** Prints the Kaitai description of a structure, or lists what there is. */
export async function ksy(name: string | undefined): Promise<number> {
  const out = new Output()
  const structures = new Map(formats.flatMap((format) => format.structures).map(({ type }) => [type.name, type]))
  if (name === undefined) {
    const width = Math.max(...[...structures.keys()].map((known) => known.length))
    for (const [known, { facts }] of structures) await out.line(`${known.padEnd(width)}  ${facts.title}`)
    await out.flush()
    return 0
  }
  const type = structures.get(name) ?? wholeOf(name)
  if (type === undefined) throw new Complaint(whyNot(name))
  await out.write(toKsy(type))
  await out.flush()
  return 0
}

/** What describes a format in full, where that has another name. */
function wholeOf(name: string): StructType | undefined {
  const format = findFormat(name)
  const [whole, ...others] = format?.structures ?? []
  return format?.ksy === 'full' && others.length === 0 ? whole?.type : undefined
}

function whyNot(name: string): string {
  const format = findFormat(name)
  if (format === undefined) return `There is no format or structure ${JSON.stringify(name)}; vfmig ksy lists them.`
  const parts = format.structures.map(({ type }) => type.name)
  const few = parts.slice(0, 4).join(', ')
  return `${name} is found by walking, which Kaitai cannot describe; its ${parts.length} structures can be had one by one (${few}, ...).`
}
