import { describe, expect, test } from 'vitest'
import { designs, protocolCodes, readEvent } from '../../src/protocol/index.ts'
import { RAM_PAGES } from '../../src/simulate/guest/memory-map.ts'
import { Ram } from '../../src/simulate/guest/ram.ts'
import { simulate } from '../../src/simulate/index.ts'
import { readStream } from '../../src/simulate/stream/reader.ts'

/** `npm run soak` asks for more. */
const SEEDS = Number(process.env.VFMIG_SEEDS ?? 12)
const FAULT_SEEDS = Number(process.env.VFMIG_FAULT_SEEDS ?? 3)

describe.each(designs.map(({ name }) => name))('%s', (name) => {
  test(`without a fault the destination is equal and no rule is broken, ${SEEDS} seeds`, () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const { differences, findings, pagesSent, rounds, bytes } = simulate(name, seed)
      expect(differences, `seed ${seed}`).toEqual([])
      expect(
        findings.filter(({ severity }) => severity === 'error'),
        `seed ${seed}`,
      ).toEqual([])
      expect(pagesSent).toBeGreaterThanOrEqual(RAM_PAGES)
      expect(rounds).toBeGreaterThan(1)
      expect(bytes).toBeGreaterThan(20 * 4096)
    }
  })

  const faults = Object.entries(designs.find((design) => design.name === name)?.faults ?? {})
  test.each(faults)('the fault %s is named', (fault, { code }) => {
    for (let seed = 0; seed < FAULT_SEEDS; seed++) {
      const { findings } = simulate(name, seed, fault)
      const named = findings.find((finding) => finding.code === code)
      const severity = protocolCodes.entries[code].severity
      expect(named?.severity, `seed ${seed}: ${findings.map((finding) => finding.code).join(', ')}`).toBe(severity)
    }
  })

  test('the same seed gives the same run, another one another', () => {
    const [first, again, other] = [simulate(name, 5), simulate(name, 5), simulate(name, 6)]
    expect(again.events).toEqual(first.events)
    expect(Buffer.compare(again.stream, first.stream)).toBe(0)
    expect(Buffer.compare(other.stream, first.stream)).not.toBe(0)
  })

  test('every event is one that traces know', () => {
    for (const event of simulate(name, 2).events)
      expect(readEvent(JSON.parse(JSON.stringify(event)))).toEqual({ event })
  })

  test('time never goes back, and the stream is as long as it says', () => {
    const { events, stream, bytes, downtime } = simulate(name, 3)
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted((a, b) => a - b))
    expect(stream.length).toBe(bytes)
    expect(downtime).toBeGreaterThan(0)
  })
})

// What a planted fault destroys has to be seen in the bytes as well, where the design can lose something by it.
test.each([
  ['faked-capability', 'guest-silent', /^memory: page \d+ \(rxBuffers\)/],
  ['faked-capability', 'capability-offset', /Bad config data: i=0x34 /],
  ['faked-capability', 'dma-after-stop', /^memory: page 0 \(variables\)/],
  ['bridge', 'wrong-order', /^memory: page \d+ \(rxBuffers\)/],
  ['bridge', 'dma-after-stop', /^memory: page 17 \(rxRing\)/],
  ['self-emulation', 'dummy-write-race', /^memory: page \d+ \(rxBuffers\)/],
  ['self-emulation', 'platform-mismatch', /^state in PF/],
  ['self-emulation', 'ring-shift-incomplete', /^received data/],
  ['mdev-region', 'dma-after-stop', /^memory: page 17 \(rxRing\)/],
  ['device-state-regions', 'wrong-order', /^registers/],
  ['vendor-ops', 'pending-left', /^device state: /],
  ['vendor-ops', 'driver-absent', /no vendor module/],
  ['vfio-v1', 'pending-left', /^registers/],
  ['vfio-v1', 'size-not-written', /^registers/],
  ['vfio-v1', 'config-refused', /Bad config data: i=0x34 /],
  ['vfio-v1', 'dma-after-stop', /^memory: page 17 \(rxRing\)/],
  ['vfio-v2', 'dirty-page-missed', /^memory: page \d+ \(rxBuffers\)/],
  ['vfio-v2', 'bitmap-not-asked', /^memory: page \d+ \(rxBuffers\)/],
  ['vfio-v2', 'short-data', /does not leave RESUMING/],
  ['vfio-v2', 'stop-copy-to-pre-copy', /does not leave RESUMING/],
  ['vfio-v2', 'queue-mismatch', /does not take the data/],
  ['vfio-v2', 'config-refused', /Bad config data: i=0x34 /],
  ['vfio-v2', 'stop-copy-refused', /refuses STOP_COPY/],
] as const)('%s: %s leaves its mark', (name, fault, mark) => {
  const { equal, differences } = simulate(name, 1, fault)
  expect(equal).toBe(false)
  expect(
    differences.some((text) => mark.test(text)),
    differences.join('\n'),
  ).toBe(true)
})

test('runs of what the kernel has become give no finding at all', () => {
  for (const name of ['vfio-v1', 'vfio-v2'] as const) {
    for (let seed = 0; seed < SEEDS; seed++) expect(simulate(name, seed).findings, `seed ${seed}`).toEqual([])
  }
})

test('memory comes from the stream and from nothing else: a byte that is changed on the way arrives changed', () => {
  const { stream } = simulate('mdev-region', 4)
  const lengths = (type: string) => (type === 'START' ? 1 : 1 + 36 + 9 * 1024 * 1024 - 1)
  const load = (bytes: Uint8Array) => {
    const ram = new Ram(RAM_PAGES)
    readStream(bytes, ram, lengths)
    return ram.bytes
  }
  const sound = load(stream)
  const at = stream.length - 9 * 1024 * 1024 - 4096
  const damaged = stream.slice()
  damaged[at] = (damaged[at] as number) ^ 1
  const changed = load(damaged)
  expect(sound.filter((byte, index) => byte !== changed[index])).toHaveLength(1)
})

test('a fault that a design does not have is refused', () => {
  expect(() => simulate('bridge', 1, 'dummy-write-race')).toThrow(RangeError)
})
