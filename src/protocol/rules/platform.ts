import { deviceOf, type Side } from '../event.ts'
import { onEvent, type RuleRun } from '../rule.ts'

/** Calls back where the platforms of the two sides are known and differ. */
export function platformDiffers(say: (source: string, destination: string) => void): RuleRun {
  const ids: Record<Side, Map<number, string>> = { source: new Map(), destination: new Map() }
  return onEvent((event) => {
    if (event.kind !== 'platform') return
    const device = deviceOf(event)
    ids[event.side].set(device, event.id)
    const source = ids.source.get(device)
    const destination = ids.destination.get(device)
    if (source === undefined || destination === undefined || source === destination) return
    say(JSON.stringify(source), JSON.stringify(destination))
  })
}
