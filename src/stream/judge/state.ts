import type { PlacedRecord } from '../integrity.ts'
import { judgeBlob } from './blob.ts'
import { judgeConfigSpacePart, seeIdentity } from './config-space.ts'
import type { Context, StreamRule } from './context.ts'
import { compareMsix, judgeMsixPba, judgeMsixTable } from './msix.ts'
import { type Part, Parts } from './parts.ts'

/** The state of devices: each part by its format, and parts against one another. */
export class StateRule implements StreamRule {
  readonly #parts = new Parts()

  constructor(private readonly context: Context) {}

  see(placed: PlacedRecord): void {
    seeIdentity(this.context, placed)
    const part = this.#parts.see(placed)
    if (part !== undefined) this.#judge(part)
  }

  #judge(part: Part): void {
    const { context } = this
    switch (part.type) {
      case 'config-space': {
        judgeConfigSpacePart(context, part)
        const device = context.device(part.device)
        if (device !== undefined) compareMsix(context, device, part.place)
        break
      }
      case 'msix-table':
        judgeMsixTable(context, part)
        break
      case 'msix-pba':
        judgeMsixPba(context, part)
        break
      default:
        judgeBlob(context, part)
    }
  }
}
