import { test } from 'vitest'
import { findDesign } from '../../src/protocol/index.ts'
import { simulate } from '../../src/simulate/run.ts'

test('try', () => {
  const names = (process.env.D ?? 'faked-capability').split(',') as never[]
  for (const name of names) {
    const t = performance.now()
    for (const fault of [undefined, ...Object.keys(findDesign(name)?.faults ?? {})]) {
      const r = simulate(name, 1, fault)
      console.log(
        name,
        fault ?? '-',
        fault ? findDesign(name)?.faults[fault]?.code : '',
        r.equal,
        r.differences.slice(0, 3),
        r.rounds,
        r.pagesSent,
        r.pagesResent,
        r.downtime,
        r.bytes,
        r.events.length,
        r.findings.map((f) => `${f.severity} ${f.code} ${f.message}`).slice(0, 4),
      )
    }
    for (let seed = 0; seed < Number(process.env.N ?? 20); seed++) {
      const r = simulate(name, seed)
      if (!r.equal || r.findings.some((f) => f.severity === 'error')) {
        console.log(
          'BAD',
          name,
          seed,
          r.differences.slice(0, 4),
          r.findings.slice(0, 3).map((f) => `${f.severity} ${f.code} ${f.message}`),
        )
        break
      }
    }
    console.log((performance.now() - t) | 0, 'ms')
  }
})
