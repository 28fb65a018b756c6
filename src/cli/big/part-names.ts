import { NO_DEVICE, type RecordHeader } from '../../stream/index.ts'

/** Kinds of records that are small and many: those of a device share a file. */
const SHARED: ReadonlySet<string> = new Set(['vendor-private', 'note', 'index', 'end', 'device', 'design'])

/** Names the files that the bytes of records are unpacked to. */
export class PartNames {
  /** Of every device and kind of record: the part that came last, and how many there were. */
  readonly #last = new Map<string, { part: number; count: number }>()

  /** Path below the folder, with slashes. `region` is that of memory pages. */
  of({ device, kind: { type }, part }: RecordHeader, region: number | undefined): string {
    const folder = device === NO_DEVICE ? 'migration' : `device-${device}`
    if (region !== undefined) return `${folder}/memory-region-${region}.bin`
    if (typeof type === 'number') return `${folder}/type-${type}.bin`
    const name = `${folder}/${type}`
    if (SHARED.has(type)) return `${name}.bin`
    const last = this.#last.get(name)
    const count = last === undefined ? 1 : last.part === part ? last.count : last.count + 1
    this.#last.set(name, { part, count })
    return count === 1 ? `${name}.bin` : `${name}-${count}.bin`
  }
}
