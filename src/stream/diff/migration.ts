import { type Budget, type KeptPart, newBudget, PartKeeper } from './kept-part.ts'
import { RegionMemory } from './memory.ts'
import type { DeviceFacts, MigrationPart, RegionFacts } from './parts.ts'

/** A region of memory and what is in it. */
export interface KeptRegion {
  readonly base: bigint
  readonly memory: RegionMemory
}

/** What is kept of a migration to compare it with another: of memory about 1 % of its size, of long parts hashes. */
export class Migration {
  readonly devices = new Map<number, DeviceFacts>()
  readonly parts: KeptPart[] = []
  /** By name; regions of which the unit changes have a second name. */
  readonly regions = new Map<string, KeptRegion>()
  /** Places that are damaged. */
  damages = 0
  /** What is of interest, by what it is about. */
  readonly remarks = new Map<string, string>()
  readonly #open = new Map<number, PartKeeper>()
  readonly #byNumber = new Map<number, KeptRegion>()
  readonly #budget: Budget = newBudget()

  /** Takes all parts of a migration. */
  static async of(parts: AsyncIterable<MigrationPart>): Promise<Migration> {
    const migration = new Migration()
    for await (const part of parts) migration.#take(part)
    return migration
  }

  #take(part: MigrationPart): void {
    if (part.kind === 'pages') this.#pages(part.region, part.at, part.bytes)
    else if (part.kind === 'fill') {
      const memory = this.#byNumber.get(part.region)?.memory
      memory?.fill(part.at / memory.unit, part.length / memory.unit, part.byte)
    } else if (part.kind === 'begin') this.#open.set(part.id, new PartKeeper(part, this.#budget))
    else if (part.kind === 'bytes') this.#open.get(part.id)?.push(part)
    else if (part.kind === 'end') this.#end(part.id)
    else if (part.kind === 'region') this.#region(part)
    else if (part.kind === 'damage') this.damages += 1
    else if (part.kind === 'remark') this.remarks.set(part.about, part.text)
    else if (!this.devices.has(part.device)) this.devices.set(part.device, part)
  }

  #end(id: number): void {
    const keeper = this.#open.get(id)
    this.#open.delete(id)
    if (keeper !== undefined) this.parts.push(keeper.end())
  }

  #region({ region, name, base, unit }: RegionFacts): void {
    const plain = name === '' ? `region ${region}` : name
    const known = this.regions.get(plain)
    const key = known === undefined || known.memory.unit === unit ? plain : `${plain} in units of ${unit} bytes`
    const kept = this.regions.get(key) ?? { base, memory: new RegionMemory(unit) }
    this.regions.set(key, kept)
    this.#byNumber.set(region, kept)
  }

  #pages(region: number, at: number, bytes: Uint8Array): void {
    const memory = this.#byNumber.get(region)?.memory
    if (memory === undefined) return
    const { unit } = memory
    for (let from = 0; from < bytes.length; from += unit) {
      memory.set((at + from) / unit, bytes.subarray(from, from + unit))
    }
  }
}
