import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joined } from '../../../src/layout/index.ts'
import {
  configStateNeed,
  decodeConfigState,
  encodeConfigState,
  reassembleDevicePackets,
  vfioConfigStateFormat,
} from '../../../src/qemu/index.ts'
import { judged } from './bodies.ts'
import { END, plainState, stateBytes } from './config-states.ts'

const CONFIG = encodeConfigState(plainState(256))

test('any records in any sections are judged', () => {
  const record = fc.constantFrom('E', 'C', 'S', 'D0', 'D3', 'I', 'R', 'X')
  const section = fc.tuple(fc.constantFrom('START', 'PART', 'END', 'FULL'), fc.array(record, { maxLength: 4 }))
  fc.assert(
    fc.property(fc.array(section, { minLength: 1, maxLength: 6 }), fc.boolean(), (sections, ack) => {
      // Bodies end with what ends one: the reader of the test has no window.
      const line = sections.map(([kind, records]) => `${kind}(${[...records, 'E', 'E'].join(',')})`).join(' ')
      for (const text of judged(line, CONFIG, ack)) expect(text).toMatch(/^(error|warning|info) /)
    }),
    { numRuns: 200 },
  )
})

test('any bytes of a config state come back', () => {
  const whole = stateBytes(256, 5, { display: true })
  const splice = fc.tuple(fc.nat(whole.length), fc.nat(40), fc.uint8Array({ maxLength: 40 }))
  fc.assert(
    fc.property(splice, fc.boolean(), ([at, gone, put], isKnown) => {
      const bytes = joined([whole.subarray(0, at), put, whole.subarray(at + gone)])
      const decoded = decodeConfigState(joined([bytes, END]), isKnown ? { length: bytes.length } : {})
      const need = configStateNeed(bytes)
      if (need !== 'enough') expect(need).toBeLessThanOrEqual(41000)
      if (decoded === undefined) return
      const taken = joined([bytes, END]).subarray(0, decoded.length)
      expect(encodeConfigState(decoded.value)).toEqual(taken)
      const json = JSON.parse(JSON.stringify(vfioConfigStateFormat.toJson(decoded.value)))
      expect(encodeConfigState(vfioConfigStateFormat.fromJson(json))).toEqual(taken)
    }),
    { numRuns: 200 },
  )
})

const NO_INDEX = 0xffffffff

/** Findings that packets of one device have to have, by their indexes. */
function expectedOf(indexes: readonly number[]) {
  const places = [...new Set(indexes.filter((index) => index !== NO_INDEX))].sort((a, b) => a - b)
  return {
    refused: indexes.filter((index) => index === NO_INDEX).length,
    again: indexes.filter((index) => index !== NO_INDEX).length - places.length,
    gaps: places.filter((index, at) => index !== (at === 0 ? 0 : (places[at - 1] as number) + 1)).length,
  }
}

test('packets come out in order, each once, and what is wrong with their indexes is said as often as it is', () => {
  const packet = fc.record({
    name: fc.constantFrom('a/vfio', 'b/vfio'),
    instanceId: fc.nat(1),
    index: fc.oneof(fc.nat(8), fc.constantFrom(NO_INDEX, NO_INDEX - 1)),
    isConfig: fc.boolean(),
    data: fc.uint8Array({ maxLength: 3 }),
    offset: fc.nat(1000),
  })
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 20 }), (packets) => {
      const codes: string[] = []
      for (const { state } of reassembleDevicePackets(packets, ({ code }) => codes.push(code))) {
        const indexes = state.map(({ index }) => index)
        expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => a - b))
      }
      const deviceOf = ({ name, instanceId }: (typeof packets)[number]) => `${name} ${instanceId}`
      const expected = [...new Set(packets.map(deviceOf))].map((device) =>
        expectedOf(packets.filter((one) => deviceOf(one) === device).map(({ index }) => index)),
      )
      const sum = (part: keyof ReturnType<typeof expectedOf>) => expected.reduce((all, each) => all + each[part], 0)
      const said = (code: string) => codes.filter((one) => one === `qemu/vfio-packet-${code}`).length
      expect([said('index'), said('duplicate'), said('gap')]).toEqual([sum('refused'), sum('again'), sum('gaps')])
    }),
    { numRuns: 200 },
  )
})
