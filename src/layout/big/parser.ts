import type { PushReader, ReadEvent } from './events.ts'
import { Window } from './window.ts'

/**
 * A parser as a straight line: where bytes are missing it yields how many it wants in all from here, and goes on when
 * they are there, or when the input is over (`window.isOver`), whichever comes first.
 */
export type Parse = Generator<number, void, undefined>

/** Runs a parser over bytes that are pushed. The parser puts what it has to tell into `events`. */
export function pushReader(parse: (window: Window, events: ReadEvent[]) => Parse): PushReader {
  const window = new Window()
  const events: ReadEvent[] = []
  const running = parse(window, events)
  let wanted = 0
  let isDone = false
  const run = (): ReadEvent[] => {
    while (!isDone && (window.available >= wanted || window.isOver)) {
      const { done, value } = running.next()
      if (done) isDone = true
      else wanted = value
    }
    // Behind the end of what was parsed nothing is of interest.
    if (isDone) window.takeUpTo(window.available)
    return events.splice(0)
  }
  return {
    push(chunk) {
      window.push(chunk)
      const told = run()
      window.keep()
      return told
    },
    end() {
      window.end()
      return run()
    },
  }
}
