import { describe, expect, test } from 'vitest'
import { designs, objections, protocolCodes, rules, validateTrace } from '../../src/protocol/index.ts'
import { allCodes } from '../../src/registry/index.ts'
import { cases } from './cases/index.ts'
import { healthy } from './healthy/index.ts'
import { timed } from './trace.ts'

describe('the smallest change brings the finding about, and nothing else', () => {
  test.each(cases.map((one) => [one.design, one.code, one.what, one] as const))('%s %s: %s', (design, code, _, one) => {
    const events = timed(one.change(healthy[design]))
    const findings = validateTrace(design, events, one.variant === undefined ? {} : { variant: one.variant })
    const codes = findings.map((finding) => finding.code)
    expect([...codes].sort()).toEqual([code, ...(one.also ?? [])].sort())
    const severity = one.severity ?? protocolCodes.entries[code].severity
    expect(findings.find((finding) => finding.code === code)?.severity).toBe(severity)
    for (const { offset, length, path, in: space, message, source } of findings) {
      expect(space).toBe('trace')
      expect(events[offset]).toBeDefined()
      expect(length).toBe(1)
      expect(path).toEqual(['events', offset])
      expect(message).toMatch(/^\S.*\.$/)
      expect(source).toMatch(/\S/)
    }
  })

  test.each(designs.map(({ name }) => name))('%s: time that runs backwards', (name) => {
    const events = timed(healthy[name])
    const last = events.length - 1
    const backwards = events.map((event, index) => (index === last ? { ...event, at: 0 } : event))
    expect(validateTrace(name, backwards)).toMatchObject([{ code: 'protocol/time-backwards', offset: last }])
  })
})

test('every code has a case', () => {
  const shown = new Set<string>([...cases.map(({ code }) => code), 'protocol/time-backwards'])
  expect(Object.keys(protocolCodes.entries).filter((code) => !shown.has(code))).toEqual([])
})

test('every rule that is particular to some designs has a case in each', () => {
  const shown = new Set(cases.map(({ design, code }) => `${design} ${code}`))
  const missing = rules
    .filter(({ designs: names }) => names.length < designs.length)
    .flatMap(({ designs: names, code }) => names.map((name) => `${name} ${code}`))
    .filter((pair) => !shown.has(pair))
  expect(missing).toEqual([])
})

describe('faults', () => {
  test.each(designs.map((design) => [design.name, design] as const))(
    'of %s are named by errors or warnings',
    (name, { faults }) => {
      for (const [fault, { meaning, code }] of Object.entries(faults)) {
        expect(fault).toMatch(/^[a-z]+(-[a-z]+)*$/)
        expect(meaning, fault).toMatch(/^\S.*[^.]$/)
        expect(['error', 'warning'], fault).toContain(protocolCodes.entries[code].severity)
        expect(
          cases.some((one) => one.design === name && one.code === code),
          fault,
        ).toBe(true)
      }
    },
  )
})

describe('objections', () => {
  const ids = [1, 2].flatMap((system) => [1, 2, 3, 4, 5].map((number) => `S${system}-O${number}`))
  const all = [
    ...ids,
    ...[1, 2, 3, 4, 5, 6, 7].map((number) => `S3-O${number}`),
    ...[1, 2, 3, 4, 5].map((number) => `S4-O${number}`),
    ...[1, 2, 3, 4, 5, 6].map((number) => `S5-O${number}`),
  ]

  test('all of the reference are there', () => {
    expect(Object.keys(objections)).toEqual(all)
  })

  test.each(all)('%s became findings that name it', (id) => {
    expect(objections[id]).not.toHaveLength(0)
    for (const code of objections[id] ?? []) expect(protocolCodes.entries[code].source, code).toContain(id)
  })
})

test('vfmig explain knows the codes', () => {
  const all = allCodes()
  for (const [code, entry] of Object.entries(protocolCodes.entries)) expect(all.get(code)).toEqual(entry)
})
