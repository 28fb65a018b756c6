// Damage in places of a 64 MiB stream of mixed records, and writers that are killed: usage damage.mjs [FLIPS] [SEED]
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { findFormat } from '../../dist/registry/index.js'
import { generator, mixedStream } from './mixed-stream.mjs'

const FLIPS = Number(process.argv[2] ?? 400)
const SEED = Number(process.argv[3] ?? 1)
const MIB = 64
const CUTS = 200
const KILLS = 20
/** How many of the flips are given to the command itself. */
const BY_COMMAND = 8
const VFMIG = join('dist', 'cli', 'vfmig.cjs')
const PIECE = 1 << 20
const HEADER = 48
const PADDING = 8
/** What is said of a stream that is sound as far as it goes. */
const LEFT_BY_A_CUT = new Set(['stream/end-missing', 'stream/truncated', 'stream/part-unfinished'])

const format = findFormat('migration-stream')
const next = generator(SEED)

/** The errors that `validate` tells of, and how many records it saw. */
function errorsIn(bytes, wanted = 'findings') {
  const reader = format.reader(undefined, wanted)
  const errors = []
  let records = 0
  const take = (events) => {
    for (const event of events) {
      if (event.kind === 'finding' && event.finding.severity === 'error') errors.push(event.finding)
      if (event.kind === 'value' && event.path[0] === 'records') records += 1
    }
  }
  try {
    for (let at = 0; at < bytes.length; at += PIECE) take(reader.push(bytes.subarray(at, at + PIECE)))
    take(reader.end())
  } catch (error) {
    // A stream that does not begin as one is refused as a whole.
    if (error.code === undefined) throw error
    errors.push({ code: error.code, offset: 0, length: 64 })
  }
  return { errors, records }
}

const pieces = [...mixedStream(MIB * 2 ** 20, SEED)]
const stream = Buffer.concat(pieces)
const ends = []
for (const piece of pieces) ends.push((ends.at(-1) ?? 0) + piece.length)
/** Records that lie wholly in the first bytes; the header of the stream is the first piece. */
const wholeBefore = (length) => Math.max(0, ends.filter((end) => end <= length).length - 1)

let missed = 0
function tell(isMet, text) {
  if (!isMet) missed += 1
  console.log(`${isMet ? 'met   ' : 'MISSED'}  ${text}`)
}

const sound = errorsIn(stream, 'all')
tell(
  sound.errors.length === 0 && sound.records === pieces.length - 1,
  `a sound stream of ${stream.length} bytes, seed ${SEED}: ${sound.records} records, ${sound.errors.length} errors`,
)

/** A byte of a header of the stream or of a record, or of the last eight, where padding is. */
function besideContent() {
  const piece = next(pieces.length)
  const within = next(HEADER + PADDING)
  const { length } = pieces[piece]
  return ends[piece] - length + (within < HEADER ? within : length - 1 - (within - HEADER))
}

const kinds = new Map()
let [unseen, unplaced] = [0, 0]
for (let flip = 0; flip < FLIPS; flip++) {
  const at = flip % 2 === 0 ? next(stream.length) : besideContent()
  const bit = 1 << next(8)
  stream[at] ^= bit
  const { errors } = errorsIn(stream)
  // The digest covers everything; the sum that is nearer says where.
  const placed = errors.filter(
    ({ code, offset, length }) => code !== 'stream/digest-mismatch' && offset <= at && at < offset + length,
  )
  if (errors.length === 0) unseen += 1
  if (placed.length === 0) unplaced += 1
  for (const code of new Set(errors.map((error) => error.code))) kinds.set(code, (kinds.get(code) ?? 0) + 1)
  if (flip < BY_COMMAND) {
    const { status } = spawnSync(process.execPath, [VFMIG, 'validate', '-'], { input: stream, stdio: 'pipe' })
    if (status !== 1) tell(false, `the command ends with ${status} for bit ${bit} of byte ${at}`)
  }
  stream[at] ^= bit
}
tell(unseen === 0, `${FLIPS} single bits: ${unseen} not seen (${[...kinds].map((pair) => pair.join(' ')).join(', ')})`)
tell(unplaced === 0, `${FLIPS} single bits: ${unplaced} without an error at the place of the bit`)

let badCuts = 0
for (let cut = 0; cut < CUTS; cut++) {
  const length = 64 + next(stream.length - 64)
  const { errors, records } = errorsIn(stream.subarray(0, length), 'all')
  const codes = errors.map(({ code }) => code)
  const isBetween = ends.includes(length)
  const isFit = codes.includes('stream/end-missing') && codes.includes('stream/truncated') === !isBetween
  const strangers = codes.filter((code) => !LEFT_BY_A_CUT.has(code))
  // What is left of the last record is told as bytes, in an object of its own.
  if (!isFit || strangers.length > 0 || records !== wholeBefore(length)) badCuts += 1
}
tell(badCuts === 0, `${CUTS} cuts: ${badCuts} without all whole records and the right findings`)

const folder = mkdtempSync(join(tmpdir(), 'vfmig-soak-'))
try {
  let [bad, most] = [0, 0]
  for (let kill = 0; kill < KILLS; kill++) {
    const path = join(folder, `${kill}`)
    const file = openSync(path, 'w')
    const words = [join('test', 'soak', 'mixed-stream.mjs'), '4096', String(SEED)]
    const writer = spawn(process.execPath, words, { stdio: ['ignore', file, 'inherit'] })
    const ended = once(writer, 'exit')
    while (statSync(path).size === 0 && writer.exitCode === null) await setTimeout(5)
    await setTimeout(next(300))
    writer.kill('SIGKILL')
    const [, signal] = await ended
    closeSync(file)
    const bytes = readFileSync(path)
    most = Math.max(most, bytes.length)
    const { errors, records } = errorsIn(bytes, 'all')
    const strangers = errors.filter(({ code }) => !LEFT_BY_A_CUT.has(code))
    const isFit = errors.some(({ code }) => code === 'stream/end-missing') && strangers.length === 0 && records > 0
    if (signal !== 'SIGKILL' || !isFit) bad += 1
    rmSync(path)
  }
  tell(
    bad === 0,
    `${KILLS} writers killed after up to ${most} bytes: ${bad} without whole records and the right findings`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = missed === 0 ? 0 : 1
