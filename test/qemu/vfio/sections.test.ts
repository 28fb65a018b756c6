import { describe, expect, test } from 'vitest'
import type { Finding } from '../../../src/findings/index.ts'
import { DeviceState, encodeConfigState, type SectionKind, VfioSectionRules } from '../../../src/qemu/index.ts'
import { vfioSectionCodes } from '../../../src/qemu/vfio/section-codes.ts'
import { judged, readBody } from './bodies.ts'
import { oracleOf, scenarios, streamOf, traceOf } from './captures.ts'
import { plainState } from './config-states.ts'

const SECTION_FOOTER = 0x7e

/** Codes that a scenario has a reason for. */
const EXPECTED: Readonly<Record<string, string[]>> = {
  'q100-multifd-devstate': ['qemu/vfio-state-elsewhere'],
  'q100-v-shortreads-multifd': ['qemu/vfio-state-elsewhere'],
  'q100-v-shortreads-nop2p': ['qemu/vfio-not-switched-over'],
}

describe.each(scenarios)('%s', (scenario) => {
  const oracle = oracleOf(scenario)
  const bytes = streamOf(scenario)
  const names = [...new Set(oracle.vfio_sections.map(({ idstr }) => idstr))]
  const usesSwitchoverAck = oracle.vfio_sections.some(({ records }) =>
    records.some(({ flag }) => flag === 'DEV_INIT_DATA_SENT'),
  )

  test.each(names)('records and state of %s are those that others found', (name) => {
    const findings: Finding[] = []
    const rules = new VfioSectionRules((finding) => findings.push(finding), ['vfio', 0])
    const state = new DeviceState()
    for (const section of oracle.vfio_sections.filter(({ idstr }) => idstr === name)) {
      rules.begin(section.type.replace('SECTION_', '') as SectionKind, { offset: section.offset, length: 5 })
      const [first] = section.records
      const { records, end } = readBody(bytes, first?.offset ?? 0, rules, state)
      expect(records).toEqual(
        section.records.map(({ offset, flag, length, implicit_length: implicit }) => {
          const stated = length ?? implicit
          return { offset, tag: flag, ...(stated !== undefined && { length: stated }) }
        }),
      )
      expect(bytes[end]).toBe(SECTION_FOOTER)
    }
    rules.finish({ isWhole: oracle.source_result !== 'failed', usesSwitchoverAck })
    expect([...new Set(findings.map(({ code }) => code))]).toEqual(EXPECTED[scenario] ?? [])

    const judgedState = state.finish({ vendorId: 0x4348, below: ['vfio', 0] })
    const facts = oracle.device_state[name]
    if (facts === undefined || EXPECTED[scenario] !== undefined) return
    expect(judgedState).toMatchObject({ format: 'mtty-state', size: facts.bytes, sha256: facts.sha256, findings: [] })
    const { format, value } = judgedState.decoded ?? {}
    expect(Buffer.from(format?.encode(value) ?? []).toString('hex')).toBe(facts.hex)
    // Each piece is where it says.
    const { pieces, name: space } = judgedState.space
    expect(space).toBe('vfio[0].deviceState')
    const there = pieces.map(({ parentOffset, length }) => bytes.subarray(parentOffset, parentOffset + length))
    expect(Buffer.concat(there).toString('hex')).toBe(facts.hex)
  })

  test('QEMU traced as many data bytes', () => {
    const traced = [...traceOf(scenario).matchAll(/vfio_save_block .* data_size (\d+)/g)].map(([, size]) =>
      Number(size),
    )
    const found = oracle.vfio_sections.flatMap(({ records }) =>
      records.flatMap(({ flag, length }) => (flag === 'DEV_DATA_STATE' ? [length ?? 0] : [])),
    )
    expect(traced.filter((size) => size > 0)).toEqual(expect.arrayContaining(found))
  })
})

const CONFIG = encodeConfigState(plainState())

const cases: [string, string[], boolean?][] = [
  ['START(S,E) PART(D3,E) PART(E) END(D3,D3,E) FULL(C,E)', []],
  ['START(S,E) END(D3,E) FULL(C,E)', []],
  ['START(S,E) PART(D3,I) PART(E) END(D3,E) FULL(C,E)', [], true],
  ['START(S,E) END(D3,E) FULL(C,E)', [], true],
  ['START(S,E) PART(D3,E) END(D3,E) FULL(C,E)', ['info precopy-ended-early'], true],
  ['START(S,E) PART(D3,E) END(E) FULL(E)', ['info state-elsewhere']],
  ['START(S,E) END(E) FULL(R)', ['info state-elsewhere']],
  ['START(S,E) PART(D0,E) PART(D3,E) END(D3,D5,E) FULL(C,E)', ['info migration-v1']],
  ['START(S,E) PART(D0,E) END(C,E,D3,D5,E)', ['info migration-v1']],
  ['START(S,E) END(C,E,D3,E)', ['info migration-v1']],
  ['START(S,X)', ['error setup-without-end', 'warning not-switched-over']],
  ['START(X)', ['error unknown-tag', 'warning not-switched-over']],
  ['START(S,S,E) END(D1,E) FULL(C,E)', ['error setup-without-end']],
  ['START(S,E) END(D1,E) FULL(C,S,E)', ['error config-without-end']],
  ['START(D3,E) END(D1,E) FULL(C,E)', ['warning tag-misplaced']],
  ['START(S,E) PART(D1,D1,D1,E) END(D1,E) FULL(C,E)', ['info several-chunks']],
  ['START(S,E) PART(D1,I) PART(I) END(D1,E) FULL(C,E)', ['info init-data-sent-again'], true],
  ['START(S,E) END(D1,E) FULL(C,E) END(D1,E)', ['warning section-order', 'warning data-after-config']],
  ['START(S,E) START(S,E) END(D1,E) FULL(C,E)', ['warning section-order']],
  ['START(S,E) END(D1,E) PART(E) FULL(C,E)', ['warning section-order']],
  ['END(D1,E) FULL(C,E)', ['warning section-order']],
  ['START(S,E) END(E) FULL(C,E)', ['warning no-state']],
  ['START(S,E) PART(D1,E) END(E) FULL(C,E)', ['warning nothing-after-switchover']],
  ['START(S,E) END(D1,E)', ['warning config-missing']],
  ['START(S,E) END(D1,E) FULL(E)', ['warning config-missing']],
  ['START(S,E) END(D1,E) ...', []],
  ['START(S,E) END(D1,E) FULL(R)', ['error load-ready-without-multifd']],
  ['START(S,E) PART(D1,E) ...', ['warning not-switched-over']],
]

test.each(cases)('%s', (text, expected, usesSwitchoverAck) => {
  expect(judged(text, CONFIG, usesSwitchoverAck)).toEqual(expected)
})

test('data that are cut', () => {
  const findings: Finding[] = []
  const rules = new VfioSectionRules((finding) => findings.push(finding), ['vfio', 1])
  rules.begin('START', { offset: 0, length: 5 })
  rules.begin('PART', { offset: 20, length: 5 })
  rules.tag('DEV_DATA_STATE', 25)
  rules.data(2n ** 64n - 1n, 3, { offset: 25, length: 19 })
  expect(findings).toMatchObject([
    { code: 'qemu/vfio-data-cut', offset: 25, length: 19, path: ['vfio', 1, 'records', 0] },
  ])
})

test('a config state of known length without its end', () => {
  const findings: Finding[] = []
  const rules = new VfioSectionRules((finding) => findings.push(finding), ['vfio', 0])
  rules.begin('START', { offset: 0, length: 5 })
  rules.begin('END', { offset: 20, length: 5 })
  rules.begin('FULL', { offset: 40, length: 31 })
  expect(rules.tag('DEV_CONFIG_STATE', 71)).toBe('config')
  expect(rules.tag(0x7e00000025n, 4195)).toBe('lost')
  expect(findings).toMatchObject([
    { code: 'qemu/vfio-config-without-end', offset: 4195, length: 8, path: ['vfio', 0, 'records', 1] },
  ])
})

test('every code has a case', () => {
  const caused = cases.flatMap(([, expected]) => expected.map((line) => `qemu/vfio-${line.split(' ')[1]}`))
  const codes = Object.keys(vfioSectionCodes.entries)
  expect(codes.filter((code) => !caused.includes(code))).toEqual(['qemu/vfio-data-cut'])
})
