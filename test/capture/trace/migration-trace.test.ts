import { describe, expect, test } from 'vitest'
import { migrationTraceFormat } from '../../../src/capture/index.ts'
import { designs, eventLine } from '../../../src/protocol/index.ts'
import { openDocument } from '../../../src/registry/index.ts'
import { simulate } from '../../../src/simulate/index.ts'
import { encode, found } from './support.ts'

const traceText = (events: Parameters<typeof eventLine>[0][]) =>
  encode(events.map((event) => `${eventLine(event)}\n`).join(''))

describe.each(designs.map(({ name, faults }) => ({ name, fault: Object.keys(faults)[0] as string })))(
  'a trace of $name',
  ({ name, fault }) => {
    test('is detected, comes back, and is judged as by the simulator', async () => {
      const { events } = simulate(name, 3)
      const bytes = traceText([...events])
      const { format, ...document } = await openDocument(bytes, { options: { design: name } })
      expect(format.name).toBe('migration-trace')
      expect(Buffer.compare(format.encode(document.decode()), bytes)).toBe(0)
      expect(document.inspect().findings.filter(({ severity }) => severity === 'error')).toEqual([])
    })

    test('with a fault has the findings of the simulator, at the lines of their events', () => {
      const { events, findings } = simulate(name, 3, fault)
      const ours = migrationTraceFormat.inspect(traceText([...events]), { design: name }).findings
      const wanted = findings.map(({ code, offset }) => `${offset + 1} ${code}`)
      expect(ours.map(({ code, line }) => `${line} ${code}`).sort()).toEqual(wanted.sort())
    })
  },
)

test('states of VFIO v2 name their design', () => {
  const log = encode(
    '{"at":0,"side":"source","kind":"state-set","state":3}\n{"at":1,"side":"source","kind":"state-set","state":6}\n',
  )
  expect(found(migrationTraceFormat, log)).toContain('2 error protocol/stop-copy-to-pre-copy')
})

describe('findings', () => {
  test('a design that events do not tell', () => {
    const log = encode('{"at":0,"side":"source","kind":"vcpus-stopped"}\n')
    expect(found(migrationTraceFormat, log)).toEqual(['1 info trace/design-not-named'])
    expect(found(migrationTraceFormat, log, { design: 'none' })).toEqual([])
  })

  test('a line that is no event', () => {
    const log = encode(
      '{"at":0,"side":"source","kind":"vcpus-stopped"}\n{"at":1,"side":"here","kind":"vcpus-stopped"}\n',
    )
    const { findings } = migrationTraceFormat.inspect(log, { design: 'none' })
    expect(findings.map(({ line, code }) => `${line} ${code}`).sort()).toEqual([
      '2 trace/bad-event',
      '2 trace/unknown-line',
    ])
  })
})
