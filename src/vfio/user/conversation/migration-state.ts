import { SAVING_STATES } from '../../migration-states.ts'
import type { State } from './events.ts'

const SAVING: ReadonlySet<State> = new Set<State>(SAVING_STATES)

/** Follows the state of a device through what a client asks and what it is answered. */
export class MigrationState {
  /** In which the device will be for the next command, if all went well; undefined where nothing tells. */
  state: State | undefined
  /** Counts the transfers: moves inside the saving states belong to one. */
  transfer = 0
  /** Changes that are asked for and not yet answered. */
  private open = 0

  /** A connection starts: devices that nobody has changed run. */
  begin(): void {
    this.state = 'RUNNING'
  }

  ask(state: State): void {
    this.open += 1
    this.enter(state)
  }

  answer(succeeded: boolean): void {
    this.open -= 1
    // It may have come to a halt in any state on the way.
    if (!succeeded) this.state = undefined
  }

  told(state: State): void {
    if (this.open === 0) this.enter(state)
  }

  private enter(state: State): void {
    const isSaving = (known: State | undefined) => known !== undefined && SAVING.has(known)
    const starts = isSaving(state) ? !isSaving(this.state) : state === 'RESUMING' && this.state !== state
    if (starts) this.transfer += 1
    this.state = state
  }
}
