import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { designs, eventLine, readEvent, TraceValidator, validateTrace } from '../../src/protocol/index.ts'
import { anyEvent } from './arbitrary.ts'
import { healthy } from './healthy/index.ts'
import { timed } from './trace.ts'

const trace = fc.array(anyEvent, { maxLength: 60 })
/** A healthy run with events taken out, doubled, moved and strange ones put in. */
const damaged = (name: (typeof designs)[number]['name']) =>
  fc.array(fc.tuple(fc.nat(), fc.nat(3), anyEvent), { maxLength: 6 }).map((steps) =>
    steps.reduce((events, [where, how, strange]) => {
      const at = where % (events.length + 1)
      const event = events[at] ?? strange
      if (how === 0) return events.toSpliced(at, 1)
      return events.toSpliced(how === 1 ? at : where % 7, 0, how === 3 ? strange : event)
    }, timed(healthy[name])),
  )

const variants = designs.flatMap((design) => design.variants.map((variant) => ({ name: design.name, variant })))

describe.each(variants)('$name, $variant', ({ name, variant }) => {
  const judged = (events: Parameters<typeof validateTrace>[1]) => {
    const whole = validateTrace(name, events, { variant })
    const validator = new TraceValidator(name, { variant })
    const pieces = events.flatMap((event) => validator.push(event))
    pieces.push(...validator.end())
    expect(pieces.toSorted((a, b) => a.offset - b.offset)).toEqual(whole)
    for (const { offset, message } of whole) {
      expect(events[offset]).toBeDefined()
      expect(message).toMatch(/\.$/)
    }
  }

  test('any list of events is judged, and in pieces as in one', () => {
    fc.assert(fc.property(trace, judged), { numRuns: 300 })
  })

  test('so is a damaged run', () => {
    fc.assert(fc.property(damaged(name), judged), { numRuns: 100 })
  })
})

test('events survive their line', () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      expect(readEvent(JSON.parse(eventLine(event)))).toEqual({ event: { ...event } })
    }),
  )
})

test('anything else is an event or says which field keeps it from being one', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.anything(), fc.record({ at: fc.nat(), side: fc.constant('source'), kind: fc.string() })),
      (value) => {
        const reading = readEvent(value)
        if ('event' in reading) return
        expect(reading.problem).toMatch(/\.$/)
      },
    ),
  )
})

test('work grows with the trace, not faster', () => {
  const many = Array.from({ length: 5000 }, (_, index) => [
    { side: 'source', kind: 'vcpus-stopped' },
    { side: 'source', kind: 'dma-map', page: index, direction: 'from-device', device: index % 256 },
    { side: 'source', kind: 'dma', page: index, direction: 'from-device', role: 'buffer', device: index % 256 },
    { side: 'source', kind: 'device', state: 'down', device: index % 256 },
    { side: 'source', kind: 'capability-place', offset: index * 4, length: 4, faked: false },
    { side: 'source', kind: 'state-saved', part: 'config', device: index % 256 },
    { side: 'source', kind: 'page-sent', page: index, round: 1 },
    { side: 'source', kind: 'vcpus-started' },
    { side: 'destination', kind: 'migration-end' },
  ]).flat()
  const readings = many.map((event, at) => readEvent({ at, ...event }))
  const events = readings.flatMap((reading) => ('event' in reading ? [reading.event] : []))
  expect(events).toHaveLength(many.length)
  for (const { name } of designs) expect(validateTrace(name, events).length).toBeLessThan(events.length)
})
