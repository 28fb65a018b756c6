import { array, bool8, reserved, struct, u8, u16, u32, u64 } from '../../layout/index.ts'

/** Descriptors of each ring: the least that the hardware takes. */
export const RING_SIZE = 64

const SOURCE = 'the simulated guest'
const proposed = (title: string) => ({ title, source: SOURCE, evidence: 'proposed' }) as const

const indexes = struct(
  'simulated-ring-indexes',
  {
    nextToUse: u16.doc('descriptor that the driver fills next'),
    nextToClean: u16.doc('descriptor that the device completes next'),
  },
  proposed('Indexes of a ring'),
)

const counter = struct(
  'simulated-counter',
  { current: u64, last: u64, base: u64, savedReset: u64 },
  proposed('Counter of the driver'),
)

/** What the simulated guest driver knows of its device; it lies in guest memory and migrates with it. */
export const guestVariables = struct(
  'simulated-guest-variables',
  {
    rx: indexes,
    tx: indexes,
    rxBuffers: array(u16, RING_SIZE).doc('buffer of each receive descriptor'),
    nextToWatch: array(u16, RING_SIZE).doc('last descriptor of the packet that starts here; 0xffff where none does'),
    counters: array(counter, 5).doc('gprc, gorc, gptc, gotc, mprc'),
    received: u32.doc('packets given to programs'),
    sent: u32.doc('packets taken from programs'),
    lastStatus: u8.doc('migration status that the driver has seen last'),
    open: bool8.doc('whether the interface is up'),
    missed: bool8.doc('whether a migration happened while the interface was down'),
    reserved: reserved(1),
  },
  proposed('Variables of the simulated guest driver'),
)
