import type { Log } from 'sarif'
import { describe, expect, it } from 'vitest'
import { lspci, vf } from './captures.ts'
import { changed, Folder, vfmig } from './support.ts'

const folder = new Folder()
const loop = changed({ 113: 0xa0 })
folder.file('a b#1.bin', loop)
folder.file('clean.txt', lspci(loop))
folder.file('vf.bin', vf.slice(0, 4095))

/** Rules of SARIF 2.1.0 for the parts that are written. */
function check(log: Log): void {
  expect(log.version).toBe('2.1.0')
  expect(log.$schema).toMatch(/sarif-2\.1\.0\.json$/)
  expect(log.runs).toHaveLength(1)
  for (const { tool, results = [], artifacts = [] } of log.runs) {
    const { name, version, rules = [] } = tool.driver
    expect(name).toBe('vfmig')
    expect(version).toMatch(/^\d+\.\d+\.\d+/)
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
    for (const rule of rules) {
      expect(rule.shortDescription?.text).toBeTruthy()
      expect(rule.fullDescription?.text).toBeTruthy()
      expect(['error', 'warning', 'note', 'none']).toContain(rule.defaultConfiguration?.level)
    }
    const uris = artifacts.map(({ location }) => location?.uri)
    for (const result of results) {
      expect(rules[result.ruleIndex ?? -1]?.id).toBe(result.ruleId)
      expect(['error', 'warning', 'note', 'none']).toContain(result.level)
      expect(result.message.text).toBeTruthy()
      expect(result.locations).toHaveLength(1)
      for (const { physicalLocation, logicalLocations = [] } of result.locations ?? []) {
        const uri = physicalLocation?.artifactLocation?.uri
        expect(uris).toContain(uri)
        expect(uri).toMatch(/^[\w.~%/:-]+$/)
        const { startLine, byteOffset, byteLength } = physicalLocation?.region ?? {}
        for (const number of [byteOffset, byteLength])
          if (number !== undefined) expect(number).toBeGreaterThanOrEqual(0)
        if (startLine !== undefined) expect(startLine).toBeGreaterThanOrEqual(1)
        for (const place of logicalLocations) expect(place.fullyQualifiedName).toBeTruthy()
      }
    }
  }
}

describe('validate --format sarif', () => {
  const report = (...args: string[]): Log =>
    JSON.parse(vfmig(['validate', '--format', 'sarif', ...args], { cwd: folder.path }).stdout)

  it('keeps to the rules of SARIF 2.1.0', () => {
    check(report('.'))
    check(report(folder.path))
    check(report('--ignore', 'pci/vf-identity', 'vf.bin'))
  })

  it('has the findings of the JSON report, one result each', () => {
    const [run] = report('a b#1.bin', 'clean.txt', 'vf.bin').runs
    const { stdout } = vfmig(['validate', '--format', 'json', 'a b#1.bin', 'clean.txt', 'vf.bin'], { cwd: folder.path })
    const findings = JSON.parse(stdout).files.flatMap(({ findings }: { findings: unknown[] }) => findings)
    const levels = { error: 'error', warning: 'warning', info: 'note' }
    expect(run?.results?.map(({ ruleId, level }) => ({ ruleId, level }))).toEqual(
      findings.map(({ code, severity }: { code: string; severity: keyof typeof levels }) => ({
        ruleId: code,
        level: levels[severity],
      })),
    )
  })

  it('places findings by byte in files and by line in text', () => {
    const [run] = report('a b#1.bin', 'clean.txt').runs
    const places = run?.results
      ?.filter(({ ruleId }) => ruleId === 'pci/capability-loop')
      .map(({ locations }) => locations?.[0]?.physicalLocation)
    expect(places).toEqual([
      { artifactLocation: { uri: 'a%20b%231.bin' }, region: { byteOffset: 0x71, byteLength: 1 } },
      { artifactLocation: { uri: 'clean.txt' }, region: { startLine: 9 } },
    ])
  })

  it('of nothing is a report, too', () => {
    const log = report('--ignore', 'pci/vf-identity', '--ignore', 'pci/odd-size', 'vf.bin')
    check(log)
    expect(log.runs[0]?.results).toEqual([])
  })
})
