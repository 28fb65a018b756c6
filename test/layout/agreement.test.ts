import { describe, expect, it } from 'vitest'
import {
  bit,
  bits,
  bytes,
  compile,
  diffFields,
  hasAgreements,
  judgeDifferences,
  rest,
  struct,
  u8,
  u16,
  u32,
} from '../../src/layout/public.ts'

const state = compile(
  struct(
    'trial-state',
    {
      queues: u8.agrees('equal', 'The driver wants the same number of queues.'),
      version: u8.agrees('at-most', 'The driver does not know this version.'),
      capabilities: u16.agrees('subset', 'The device lacks a capability.'),
      flags: bits(u8, { trusted: bit(0).agrees('equal', 'Trust differs.'), reserved: rest() }),
      counter: u32,
      image: bytes(1),
      buffer: bytes(1).agrees('any', 'The driver takes any bytes.'),
    },
    { title: 'Trial state', source: 'test' },
  ),
)

const fieldsOf = (...bytes: number[]) => state.fields(Uint8Array.from(bytes))
const OWN = [4, 2, 0b0110, 0, 1, 9, 0, 0, 0, 0, 0]

describe('what a destination compares', () => {
  it.each<{ what: string; given: number[]; verdicts: string[] }>([
    { what: 'nothing differs', given: OWN, verdicts: [] },
    { what: 'other queues', given: [5, ...OWN.slice(1)], verdicts: ['queues refused'] },
    { what: 'a newer version', given: [4, 3, ...OWN.slice(2)], verdicts: ['version refused'] },
    { what: 'an older version', given: [4, 1, ...OWN.slice(2)], verdicts: ['version accepted'] },
    { what: 'fewer capabilities', given: [4, 2, 0b0100, ...OWN.slice(3)], verdicts: ['capabilities accepted'] },
    { what: 'other capabilities', given: [4, 2, 0b0001, ...OWN.slice(3)], verdicts: ['capabilities refused'] },
    { what: 'a flag', given: [4, 2, 0b0110, 0, 0, ...OWN.slice(5)], verdicts: ['flags.trusted refused'] },
    { what: 'a counter', given: [...OWN.slice(0, 8), 1, 0, 0], verdicts: ['counter accepted'] },
    { what: 'bytes', given: [...OWN.slice(0, 9), 1, 0], verdicts: ['image unknown'] },
    { what: 'bytes that do not matter', given: [...OWN.slice(0, 10), 1], verdicts: ['buffer accepted'] },
  ])('$what', ({ given, verdicts }) => {
    const judged = judgeDifferences(diffFields(fieldsOf(...given), fieldsOf(...OWN)), [])
    expect(judged.map(({ key, verdict }) => `${key} ${verdict}`)).toEqual(verdicts)
    for (const { verdict, refusals } of judged) expect(refusals).toHaveLength(verdict === 'refused' ? 1 : 0)
  })

  it('is told from fields that nobody compares', () => {
    const free = compile(struct('trial-free', { counter: u32 }, { title: 'Trial', source: 'test' }))
    expect(hasAgreements(fieldsOf(...OWN))).toBe(true)
    expect(hasAgreements(free.fields(new Uint8Array(4)))).toBe(false)
  })

  it('joins what no single field says to the difference that it is about, or stands alone', () => {
    const differences = diffFields(fieldsOf(4, 2, 0b0110, 0, 1, 8, 0, 0, 0, 0, 0), fieldsOf(...OWN))
    const judged = judgeDifferences(differences, [
      { path: ['counter'], message: 'The sum is wrong.' },
      { path: ['rings', 1], message: 'The destination has no ring 1.' },
    ])
    expect(judged).toMatchObject([
      { key: 'counter', verdict: 'refused', refusals: ['The sum is wrong.'] },
      { key: 'rings[1]', verdict: 'refused', refusals: ['The destination has no ring 1.'] },
    ])
  })
})
