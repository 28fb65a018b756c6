import { describe, expect, test } from 'vitest'
import {
  eventKinds,
  eventLine,
  eventSchema,
  readEvent,
  TraceValidator,
  validateTrace,
} from '../../src/protocol/index.ts'
import { type Schema, violations } from '../cli/json-schema.ts'
import { healthy } from './healthy/index.ts'
import { source, timed } from './trace.ts'

const round = { at: 1, side: 'source', kind: 'round', number: 1, pages: 2 }

describe('a value that is no event says which field and why', () => {
  test.each([
    { value: null, field: '', problem: 'An event is an object, not null.' },
    { value: [], field: '', problem: 'An event is an object, not a list.' },
    { value: 'x', field: '', problem: 'An event is an object, not "x".' },
    { value: { ...round, at: '1' }, field: 'at', problem: 'at is "1"; it has to be a number of microseconds.' },
    { value: { ...round, at: -1 }, field: 'at', problem: 'at is -1; it has to be a number of microseconds.' },
    { value: { ...round, at: Number.NaN }, field: 'at', problem: 'at is NaN; it has to be a number of microseconds.' },
    {
      value: { ...round, side: 'both' },
      field: 'side',
      problem: 'side is "both"; it has to be source or destination.',
    },
    { value: { at: 1, side: 'source' }, field: 'kind', problem: 'kind is missing; there is no such event.' },
    { value: { ...round, kind: 'toString' }, field: 'kind', problem: 'kind is "toString"; there is no such event.' },
    { value: { ...round, pages: 1.5 }, field: 'pages', problem: 'pages of round is 1.5; it has to be an integer.' },
    {
      value: { ...round, pages: {} },
      field: 'pages',
      problem: 'pages of round is an object; it has to be an integer.',
    },
    { value: { ...round, page: 1 }, field: 'page', problem: 'round has no field "page".' },
    {
      value: { at: 1, side: 'source', kind: 'bus-master', on: 1 },
      field: 'on',
      problem: 'on of bus-master is 1; it has to be true or false.',
    },
    {
      value: { at: 1, side: 'source', kind: 'device', state: 'dead' },
      field: 'state',
      problem: 'state of device is "dead"; it has to be one of up, down, absent, quiet, reset.',
    },
    {
      value: { at: 1, side: 'source', kind: 'dma-unmap', page: 1, device: 256 },
      field: 'device',
      problem: 'device of dma-unmap is 256; it has to be an integer from 0 to 255.',
    },
    {
      value: { at: 1, side: 'source', kind: 'platform', id: 4 },
      field: 'id',
      problem: 'id of platform is 4; it has to be a text.',
    },
    {
      value: { ...round, kind: 'x'.repeat(100) },
      field: 'kind',
      problem: `kind is "${'x'.repeat(39)}...; there is no such event.`,
    },
  ])('$problem', ({ value, field, problem }) => {
    expect(readEvent(value)).toEqual({ field, problem })
  })
})

test('a line has time, side and kind first, then the fields in their order', () => {
  const event = { pages: 2, kind: 'round', number: 1, side: 'source', at: 0.5 } as const
  expect(eventLine(event)).toBe('{"at":0.5,"side":"source","kind":"round","number":1,"pages":2}')
})

test('the schema fits the events of all runs and nothing else', () => {
  const schema = eventSchema() as Schema
  for (const events of Object.values(healthy)) {
    for (const event of timed(events)) expect(violations(schema, event)).toEqual([])
  }
  for (const value of [
    { ...round, page: 1 },
    { ...round, side: 'both' },
    { at: 1, side: 'source', kind: 'round' },
  ]) {
    expect(violations(schema, value)).not.toEqual([])
  }
})

test('every kind and field says what it means', () => {
  for (const [kind, { meaning, fields }] of Object.entries(eventKinds)) {
    expect(kind).toMatch(/^[a-z]+(-[a-z0-9]+)*$/)
    expect(meaning, kind).toMatch(/^\S.*[^.]$/)
    for (const [name, field] of Object.entries(fields)) {
      expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/)
      expect(field.meaning, `${kind} ${name}`).toMatch(/^\S.*[^.]$/)
    }
  }
})

describe('the validator', () => {
  test('refuses designs and variants that do not exist', () => {
    expect(() => new TraceValidator('vfio-v9' as 'bridge')).toThrow('There is no design "vfio-v9".')
    expect(() => validateTrace('mdev-region', [], { variant: 'v9' })).toThrow(
      'mdev-region has no variant "v9"; it has v2, v1.',
    )
  })

  test('an empty trace has no findings', () => {
    for (const name of Object.keys(healthy)) expect(validateTrace(name as 'bridge', [])).toEqual([])
  })

  test('a trace that stops early leaves a warning', () => {
    const events = timed([source('status-write', { register: 'phase', value: 1, by: 'vmm' })])
    expect(validateTrace('bridge', events)).toMatchObject([
      { code: 'protocol/unfinished', severity: 'warning', offset: 0, length: 1, in: 'trace', path: ['events', 0] },
    ])
  })
})
