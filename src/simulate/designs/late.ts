import { RING_SIZE } from '../guest/variables.layout.ts'
import type { Machine } from '../machine.ts'
import type { Random } from '../random.ts'
import { QUEUE_ENABLE, RING } from '../vf/registers.ts'

const LATE_PACKET = 1000

/** A device that was never really stopped stores a packet, wherever its ring leads it by now. */
export function receiveLate({ vf }: Machine, random: Random): void {
  vf.busMaster = true
  vf.write(RING.rx.control, QUEUE_ENABLE)
  vf.write(RING.rx.tail, (vf.read(RING.rx.head) + RING_SIZE - 1) % RING_SIZE)
  vf.receive(random.bytes(LATE_PACKET))
}
