// `vfmig validate` of a 1 GiB migration stream against sha256sum and cat, in turn in one run; and how much memory it takes.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, report } from './compare.mjs'
import { pageStream } from './page-stream.mjs'

const TURNS = Number(process.env.TURNS ?? 5)
const BYTES = Number(process.env.STREAM_MIB ?? 1024) * 2 ** 20
const VFMIG = join('dist', 'cli', 'vfmig.cjs')
const MIB = 2 ** 20

function writeStream(path, pages) {
  const file = openSync(path, 'w')
  for (const piece of pageStream(BYTES, pages)) {
    for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at)
  }
  closeSync(file)
}

/** Elapsed and CPU seconds and peak MiB of a shell command, as GNU time tells them. */
function measured(command) {
  const words = ['-f', '%e %U %S %M', 'sh', '-c', command]
  const { stderr, stdout, status, error } = spawnSync('/usr/bin/time', words, { encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stdout}${stderr}`)
  const [elapsed, user, system, peak] = stderr.trim().split('\n').at(-1).split(' ').map(Number)
  return { elapsed, cpu: user + system, peak: peak / 1024 }
}

const folder = mkdtempSync(join(tmpdir(), 'vfmig-bench-'))
try {
  const [large, small] = ['large.vfms', 'small.vfms'].map((name) => join(folder, name))
  writeStream(large)
  writeStream(small, 1)
  console.log(`machine: ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}; medians of ${TURNS} turns`)
  const commands = {
    'validate FILE': [`node ${VFMIG} validate ${large}`, large],
    'validate FILE --set digest=false': [`node ${VFMIG} validate --set digest=false ${large}`, large],
    'validate -': [`cat ${large} | node ${VFMIG} validate -`, large],
    'validate FILE, one page a record': [`node ${VFMIG} validate ${small}`, small],
    'validate FILE, one page a record, --set digest=false': [
      `node ${VFMIG} validate --set digest=false ${small}`,
      small,
    ],
    sha256sum: [`sha256sum ${large}`, large],
    'cat | wc -c': [`cat ${large} | wc -c`, large],
  }
  const turns = Object.fromEntries(Object.keys(commands).map((name) => [name, []]))
  // The first turn warms up: it is not counted.
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [name, [command]] of Object.entries(commands)) {
      const taken = measured(command)
      if (turn > 0) turns[name].push(taken)
    }
  }
  const middle = (name, pick) => median(turns[name].map(pick))
  /** Median of the ratios turn by turn: what holds when the machine's speed drifts. */
  const ratio = (a, b, what) => median(turns[a].map((one, turn) => one[what] / turns[b][turn][what]))
  const rate = (name, what) => statSync(commands[name][1]).size / 1e9 / middle(name, (one) => one[what])
  for (const name of Object.keys(commands)) {
    const [elapsed, cpu] = [middle(name, (one) => one.elapsed), middle(name, (one) => one.cpu)]
    const peak = Math.max(...turns[name].map((one) => one.peak))
    console.log(
      `  ${name.padEnd(52)} ${elapsed.toFixed(2)} s elapsed (${rate(name, 'elapsed').toFixed(2)} GB/s), ${cpu.toFixed(2)} s CPU, at most ${peak.toFixed(0)} MiB`,
    )
  }
  const rows = []
  for (const name of ['validate FILE', 'validate -', 'validate FILE, one page a record']) {
    for (const what of ['elapsed', 'cpu']) {
      rows.push({
        what: `${name}, ${what}: rate against sha256sum`,
        ratio: ratio('sha256sum', name, what),
        bar: 1,
        over: true,
      })
    }
    const peak = Math.max(...turns[name].map((one) => one.peak))
    rows.push({ what: `${name}: peak, MiB`, ratio: peak, bar: 150e6 / MIB })
  }
  for (const name of Object.keys(turns).filter((name) => name.endsWith('digest=false'))) {
    rows.push({ what: `${name}: GB/s`, ratio: rate(name, 'elapsed'), bar: 0.6, over: true })
  }
  process.exitCode = report(rows) === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
