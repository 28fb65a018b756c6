// `vfmig validate` and `decode` of a 1 GiB migration stream of QEMU against QEMU's own analyzer and `cat | wc -c`, in turn in
// one run. VFMIG_QEMU_STREAM names the stream, or one is made; VFMIG_ANALYZER names scripts/analyze-migration.py of QEMU,
// without which it is left out; VFMIG_EMPTY_SECTIONS a stream with tens of thousands of empty sections, likewise.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { ramStream } from '../soak/ram-stream.mjs'
import { median, report } from './compare.mjs'

const TURNS = Number(process.env.TURNS ?? 5)
const BYTES = Number(process.env.STREAM_MIB ?? 1024) * 2 ** 20
const VFMIG = join('dist', 'cli', 'vfmig.cjs')
const CONFIG = join('fixtures', 'guests', 'g1-igb-q10', 'config', '0000-01-00.0.bin')
const { VFMIG_QEMU_STREAM, VFMIG_ANALYZER, VFMIG_EMPTY_SECTIONS } = process.env

/** A stream with devices of a real machine behind pages of noise: the RAM sections of a fixture are left out. */
function writeStream(path) {
  const whole = new Uint8Array(gunzipSync(readFileSync('fixtures/qemu/o2-e1000e-vnet-16m-q10/stream.bin.gz')))
  const { sections } = JSON.parse(readFileSync('fixtures/qemu/o2-e1000e-vnet-16m-q10/stream.sections.json', 'utf8'))
  const devices = sections.find(({ type }) => type === 'FULL').offset
  const file = openSync(path, 'w')
  const write = (piece) => {
    for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at)
  }
  let held
  for (const piece of ramStream(BYTES, Math.min(BYTES, 2 ** 30))) {
    if (held !== undefined) write(held)
    held = piece.slice()
  }
  // The end mark is that of the fixture.
  write(held.subarray(0, -1))
  write(whole.subarray(devices))
  closeSync(file)
}

/** Elapsed and CPU seconds and peak MiB of a shell command, as GNU time tells them. */
function measured(command) {
  const words = ['-f', '%e %U %S %M', 'sh', '-c', `${command} > /dev/null`]
  const { stderr, status, error } = spawnSync('/usr/bin/time', words, { encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`)
  const [elapsed, user, system, peak] = stderr.trim().split('\n').at(-1).split(' ').map(Number)
  return { elapsed, cpu: user + system, peak: peak / 1024 }
}

const folder = mkdtempSync(join(tmpdir(), 'vfmig-bench-'))
try {
  const stream = VFMIG_QEMU_STREAM ?? join(folder, 'stream.bin')
  if (VFMIG_QEMU_STREAM === undefined) writeStream(stream)
  console.log(`machine: ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}; medians of ${TURNS} turns`)
  const commands = {
    'validate FILE': `node ${VFMIG} validate ${stream}`,
    'validate -': `cat ${stream} | node ${VFMIG} validate -`,
    'decode FILE': `node ${VFMIG} decode ${stream}`,
    'cat | wc -c': `cat ${stream} | wc -c`,
    'validate of 4 KiB': `node ${VFMIG} validate ${CONFIG}`,
    ...(VFMIG_EMPTY_SECTIONS && { 'validate of empty sections': `node ${VFMIG} validate ${VFMIG_EMPTY_SECTIONS}` }),
    ...(VFMIG_ANALYZER && { analyzer: `python3 ${VFMIG_ANALYZER} -f ${stream} -d state` }),
  }
  const turns = Object.fromEntries(Object.keys(commands).map((name) => [name, []]))
  // The first turn warms up: it is not counted.
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [name, command] of Object.entries(commands)) {
      const taken = measured(command)
      if (turn > 0) turns[name].push(taken)
    }
  }
  /** Median of the ratios turn by turn: what holds when the machine's speed drifts. */
  const ratio = (a, b, what) => median(turns[a].map((one, turn) => one[what] / turns[b][turn][what]))
  const peak = (name) => Math.max(...turns[name].map((one) => one.peak))
  for (const name of Object.keys(commands)) {
    const [elapsed, cpu] = ['elapsed', 'cpu'].map((what) => median(turns[name].map((one) => one[what])))
    console.log(
      `  ${name.padEnd(28)} ${elapsed.toFixed(2)} s elapsed, ${cpu.toFixed(2)} s CPU, at most ${peak(name).toFixed(0)} MiB`,
    )
  }
  const rows = []
  for (const name of ['validate FILE', 'validate -', 'decode FILE']) {
    // The script cannot read a pipe, and does not print what is on the pages.
    if (turns.analyzer && name === 'validate FILE') {
      rows.push({ what: `${name}: CPU / analyzer`, ratio: ratio(name, 'analyzer', 'cpu'), bar: 0.25 })
    }
    rows.push({ what: `${name}: elapsed / cat | wc -c`, ratio: ratio(name, 'cat | wc -c', 'elapsed'), bar: 2 })
    rows.push({ what: `${name}: peak, MiB`, ratio: peak(name), bar: 150e6 / 2 ** 20 })
  }
  if (VFMIG_EMPTY_SECTIONS) {
    const found = ratio('validate of empty sections', 'validate of 4 KiB', 'elapsed')
    rows.push({ what: 'validate of empty sections / of 4 KiB', ratio: found, bar: 2 })
  }
  process.exitCode = report(rows) === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
