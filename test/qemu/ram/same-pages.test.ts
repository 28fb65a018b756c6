import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { qemuStreamReader } from '../../../src/qemu/index.ts'
import { SentPages } from '../../../src/qemu/ram/sent-pages.ts'
import * as s from '../stream/small.ts'

/** Pages of a block of 64, some behind its end, some of which are filled with another byte. */
const records = fc.array(
  fc.record({
    page: fc.nat(70),
    count: fc.integer({ min: 1, max: 40 }),
    isZero: fc.boolean(),
    fill: fc.constantFrom(0, 0, 0, 7),
  }),
  { maxLength: 12 },
)
const FULL_PAGE = Array<number>(4096).fill(5)

function streamOf(runs: readonly { page: number; count: number; isZero: boolean; fill: number }[]): Uint8Array {
  const pages = runs.flatMap(({ page, count, isZero, fill }) =>
    Array.from({ length: count }, (_, at) => [
      ...s.u64((page + at) * 4096 + (isZero ? 0x22 : 0x28)),
      ...(isZero ? [fill] : FULL_PAGE),
    ]),
  )
  const first = [...s.word(0, 2), ...s.named('r'), 0]
  const list = [...s.start(1, 'ram'), ...s.blocks(64 * 4096, s.block('r', 64 * 4096)), ...s.RAM_END, ...s.footer(1)]
  const body = [...s.part(1), ...first, ...pages.flat(), ...s.RAM_END, ...s.footer(1)]
  return s.bytesOf(s.HEADER, s.CONFIGURATION, list, body, s.EOF)
}

/** What is found and told, in pieces of a size; somebody may listen to each page. */
function read(bytes: Uint8Array, isHeard: boolean, piece: number) {
  const heard: number[] = []
  const reader = qemuStreamReader(isHeard ? { ram: { page: (_block, address) => heard.push(address) } } : {})
  const events = []
  for (let at = 0; at < bytes.length; at += piece) events.push(...reader.push(bytes.slice(at, at + piece)))
  events.push(...reader.end())
  const findings = events.flatMap((event) => (event.kind === 'finding' ? [event.finding] : []))
  const values = events.flatMap((event) => (event.kind === 'value' ? [[event.path.join('.'), event.value]] : []))
  return { heard, findings, values }
}

describe('pages that follow one another', () => {
  test('are told and judged alike whether they are taken one by one or together', () => {
    fc.assert(
      fc.property(records, fc.constantFrom(1000, 4104, 9001, 1 << 20), (runs, piece) => {
        const bytes = streamOf(runs)
        const { heard, ...alone } = read(bytes, true, piece)
        const { heard: none, ...together } = read(bytes, false, piece)
        expect(heard).toHaveLength(1 + runs.reduce((sum, { count }) => sum + count, 0))
        expect(none).toEqual([])
        expect(together).toEqual(alone)
      }),
      { numRuns: 60 },
    )
  })

  test('are marked as the same pages one by one', () => {
    const run = fc.tuple(fc.constantFrom('a', 'b'), fc.nat(5000), fc.integer({ min: 1, max: 3000 }))
    fc.assert(
      fc.property(fc.array(run, { maxLength: 8 }), (runs) => {
        const [one, other] = [new SentPages(), new SentPages()]
        const seen = new Set<string>()
        let again = 0
        for (const [block, first, count] of runs) {
          one.addRun(block, first, count)
          for (let page = first; page < first + count; page += 1) {
            other.add(block, page)
            if (seen.has(`${block}${page}`)) again += 1
            seen.add(`${block}${page}`)
          }
        }
        for (const pages of [one, other]) {
          expect(pages.again).toBe(again)
          expect(pages.distinct('a') + pages.distinct('b')).toBe(seen.size)
        }
        one.clear()
        expect([one.again, one.distinct('a'), one.add('a', 3)]).toEqual([0, 0, false])
      }),
    )
  })
})
