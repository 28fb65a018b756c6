import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { designs, readEvent } from '../../src/protocol/index.ts'
import { type Schema, violations } from './json-schema.ts'
import { expectComplaint, Folder, vfmig } from './support.ts'

const folder = new Folder()
const names = designs.map(({ name }) => name)
const json = (...args: string[]) => {
  const { status, stdout } = vfmig(['simulate', ...args, '--json'])
  return { status, value: JSON.parse(stdout) }
}
const schema: Schema = JSON.parse(vfmig(['schema', 'simulate']).stdout)

describe('vfmig simulate', () => {
  it('all: every design, its numbers side by side', () => {
    const { status, value } = json('all')
    expect(status).toBe(0)
    expect(violations(schema, value)).toEqual([])
    expect(value.runs.map(({ design }: { design: string }) => design)).toEqual(names)
    for (const { seed, fault, equal, differences, findings } of value.runs) {
      expect({ seed, fault, equal, differences }).toEqual({ seed: 1, fault: null, equal: true, differences: [] })
      expect(findings.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([])
    }
    const lines = vfmig(['simulate', 'all']).stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.split(/\s+/)[0])).toEqual(['design', ...names])
  })

  it('one design, its stream in the framing of QEMU and its trace', () => {
    const [stream, trace] = [folder.at('stream.bin'), folder.at('trace.jsonl')]
    const { status, value } = json('bridge', '--seed', '7', '-o', stream, '--raw', '--trace', trace)
    expect(status).toBe(0)
    expect(violations(schema, value)).toEqual([])
    expect(value).toMatchObject({ design: 'bridge', seed: 7, fault: null, equal: true })
    const bytes = readFileSync(stream)
    expect(bytes.length).toBe(value.bytes)
    // "QEVM", version 3, then the START section of memory.
    expect(bytes.subarray(0, 17).toString('hex')).toBe('5145564d0000000301000000010372616d')
    const lines = readFileSync(trace, 'utf8').trimEnd().split('\n')
    for (const line of lines) expect(readEvent(JSON.parse(line))).toHaveProperty('event')
    expect(lines.filter((line) => line.includes('"page-sent"'))).toHaveLength(value.pagesSent)
  })

  it('-o writes a migration stream, the same for the same run', () => {
    const [stream, again] = [folder.at('run.vfms'), folder.at('again.vfms')]
    const first = json('vfio-v1', '--seed', '7', '-o', stream)
    json('vfio-v1', '--seed', '7', '-o', again)
    expect(first.status).toBe(0)
    expect(violations(schema, first.value)).toEqual([])
    const bytes = readFileSync(stream)
    expect(bytes.subarray(0, 8).toString('hex')).toBe('8956464d0d0a1a0a')
    expect(bytes.equals(readFileSync(again))).toBe(true)
  })

  it('a fault ends with 1 and an error that names it', () => {
    const { status, value } = json('self-emulation', '--fault', 'dummy-write-race')
    expect(status).toBe(1)
    expect(violations(schema, value)).toEqual([])
    expect(value).toMatchObject({ fault: 'dummy-write-race', equal: false })
    expect(value.findings[0]).toMatchObject({ code: 'protocol/dummy-write-race', severity: 'error', in: 'trace' })
    const { status: again, stdout } = vfmig(['simulate', 'self-emulation', '--fault', 'dummy-write-race'])
    expect(again).toBe(1)
    expect(stdout).toMatch(/^error protocol\/dummy-write-race: .*\.\n {2}at event \d+ of the trace, \d+ us$/m)
    expect(stdout).toMatch(/^self-emulation: memory: page \d+ \(rxBuffers\) differs/m)
  })

  it('--list names designs and faults', () => {
    const { status, value } = json('--list')
    expect(status).toBe(0)
    expect(violations(schema, value)).toEqual([])
    expect(value.designs).toEqual(designs.map(({ name, faults }) => ({ name, faults: Object.keys(faults) })))
    const { stdout } = vfmig(['simulate', '--list'])
    for (const { faults } of designs) for (const fault of Object.keys(faults)) expect(stdout).toContain(`  ${fault}  `)
  })

  it.each([
    [[], 'Name a design: faked-capability, '],
    [['bridg'], 'There is no design "bridg" (did you mean bridge?); '],
    [['bridge', '--fault', 'guest-silen'], 'There is no fault "guest-silen" (did you mean guest-silent?); bridge has '],
    [['bridge', '--seed', '-1'], 'The seed is a whole number from 0 to 4294967295, not "-1".'],
    [['bridge', '--seed', '1.5'], 'The seed is a whole number '],
    [['all', '--fault', 'guest-silent'], '--fault is for one design, not for all.'],
    [['bridge', '--raw'], '--raw is about the file of --output: name one.'],
    [['all', '--trace', 'x'], '--trace is for one design, not for all.'],
  ])('%j is refused in one sentence', (args, sentence) => {
    expectComplaint(vfmig(['simulate', ...args]), sentence)
  })
})
