import { deviceName } from '../integrity.ts'
import type { Context, StreamRule } from './context.ts'
import { capital } from './order.ts'

/** What each device needs besides its design. */
export class CompletenessRule implements StreamRule {
  constructor(private readonly context: Context) {}

  end(): void {
    for (const [number, { types, space, place }] of this.context.devices) {
      const name = capital(deviceName(number))
      const say = (code: 'config-space' | 'msix-table' | 'msix-pba', message: string) =>
        this.context.say(`stream/${code}-missing`, message, place, [])
      if (!types.has('config-space')) say('config-space', `${name} has no config space.`)
      if (space?.msix === undefined) continue
      const vectors = `the capability has ${space.msix.vectors} vectors`
      if (!types.has('msix-table')) say('msix-table', `${name} has no MSI-X table; ${vectors}.`)
      if (!types.has('msix-pba')) say('msix-pba', `${name} has no MSI-X pending bits; ${vectors}.`)
    }
  }
}
