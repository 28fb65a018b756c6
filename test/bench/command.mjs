// The command against lspci on a text dump of 5000 functions, and its start against Node's own, in turn in one run.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, report } from './compare.mjs'
import { writeFleet } from './fleet.mjs'

const RUNS = Number(process.env.RUNS ?? 9)
const VFMIG = join('dist', 'cli', 'vfmig.cjs')
const CONFIG = join('fixtures', 'guests', 'g1-igb-q10', 'config', '0000-01-00.0.bin')

/** Seconds of each command, run in turn; the first turn is not counted. */
function timeInTurn(commands) {
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]))
  for (let run = 0; run <= RUNS; run++) {
    for (const [name, [program, ...args]] of Object.entries(commands)) {
      const start = process.hrtime.bigint()
      const { error } = spawnSync(program, args, { stdio: 'ignore' })
      if (error) throw error
      if (run > 0) times[name].push(Number(process.hrtime.bigint() - start) / 1e9)
    }
  }
  for (const [name, all] of Object.entries(times)) console.log(`        ${name}: ${median(all).toFixed(3)} s`)
  return times
}

/** Median of the ratios run by run: what holds when the machine's speed drifts. */
const ratio = (a, b) => median(a.map((time, run) => time / b[run]))

const folder = mkdtempSync(join(tmpdir(), 'vfmig-bench-'))
try {
  const fleet = join(folder, 'fleet.txt')
  writeFleet(fleet, 5000)
  console.log(`machine: ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}`)
  const many = timeInTurn({
    lspci: ['lspci', '-F', fleet, '-vvvn'],
    validate: ['node', VFMIG, 'validate', fleet],
    'decode --json': ['node', VFMIG, 'decode', '--json', fleet],
  })
  const one = timeInTurn({
    'node -e 0': ['node', '-e', '0'],
    '--version': ['node', VFMIG, '--version'],
    '--help': ['node', VFMIG, '--help'],
    'validate of 4 KiB': ['node', VFMIG, 'validate', CONFIG],
  })
  const missed = report([
    { what: 'validate, rate against lspci -vvvn', ratio: ratio(many.lspci, many.validate), bar: 3, over: true },
    {
      what: 'decode --json, rate against lspci -vvvn',
      ratio: ratio(many.lspci, many['decode --json']),
      bar: 1,
      over: true,
    },
    { what: '--version / node -e 0', ratio: ratio(one['--version'], one['node -e 0']), bar: 1.6 },
    { what: '--help / node -e 0', ratio: ratio(one['--help'], one['node -e 0']), bar: 1.6 },
    { what: 'validate of 4 KiB / node -e 0', ratio: ratio(one['validate of 4 KiB'], one['node -e 0']), bar: 2.2 },
  ])
  process.exitCode = missed === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
