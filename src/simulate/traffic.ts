import { MAP } from './guest/memory-map.ts'
import { PAGE } from './guest/ram.ts'
import type { Machine } from './machine.ts'
import type { Random } from './random.ts'

const SHORTEST = 60
const LONGEST = 1514
/** Longest write of a program that has nothing to do with the device. */
const LONGEST_WRITE = 256

/** Microseconds from one event of the guest or its network to the next. */
export const nextEvent = (random: Random): number => random.between(5, 40)

/** Something happens: a packet comes or goes, the driver looks at its rings, a program writes. */
export function traffic(machine: Machine, random: Random): void {
  const { vf, driver, ram } = machine
  const what = random.below(20)
  if (what < 8) vf.receive(random.bytes(random.between(SHORTEST, LONGEST)))
  else if (what < 12) driver.send(random.bytes(random.between(SHORTEST, LONGEST)))
  else if (what < 15) vf.transmit()
  else if (what < 18) {
    driver.readCounters()
    driver.poll(random.between(1, 8))
  } else {
    const { page, pages } = MAP.programs
    const length = random.between(1, LONGEST_WRITE)
    ram.write(page * PAGE + random.below(pages * PAGE - length), random.bytes(length))
  }
}
