// Dirty bitmaps of 32 MiB (1 TiB of guest memory) against C, compiled here with -O3 -march=native, and other libraries.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import BitSet from 'bitset'
import TypedFastBitSet from 'typedfastbitset'
import { DirtyBitmap } from '../../dist/dirty-bitmap/index.js'
import { median, report } from './compare.mjs'

// Built from C++ where it is installed, which takes a compiler: npm install --no-save roaring@2.7.0
const roaring = await import('roaring').then(
  ({ default: library }) => library,
  () => undefined,
)

const SIZE = 32 << 20
const PAGES = 8 * SIZE
const ROUNDS = Number(process.env.ROUNDS ?? 3)
/** Rounds of work that takes about a millisecond, which neighbours on the machine disturb most. */
const SHORT_ROUNDS = 31
/** How often C and ours are measured in turn. */
const TURNS = 5
const WORKS = ['count', 'pages', 'ranges', 'or']
const CHUNK = 65536
const PLACE = { pageSize: 4096, base: 0n }
const folder = mkdtempSync(join(tmpdir(), 'bitmaps-'))
const program = join(folder, 'c')
execFileSync('gcc', ['-O3', '-march=native', '-o', program, new URL('bitmaps.c', import.meta.url).pathname])

/** Numbers from a fixed seed. */
function generator(seed) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state
  }
}

function randomMap(density, seed) {
  const next = generator(seed)
  const bytes = new Uint8Array(SIZE)
  if (density === 0.5) return bytes.map(() => next() >>> 24)
  for (let left = Math.round(density * PAGES); left > 0; left--) {
    const page = next() >>> 4
    bytes[page >> 3] |= 1 << (page & 7)
  }
  return bytes
}

function clusteredMap(density, seed) {
  const next = generator(seed)
  const bitmap = DirtyBitmap.clean({ ...PLACE, length: PAGES })
  for (let left = density * PAGES; left > 0; ) {
    const count = 1 + (next() >>> 20)
    bitmap.add((next() >>> 4) % (PAGES - count), count)
    left -= count
  }
  return bitmap.toBytes()
}

const nanoseconds = (run) => {
  const start = process.hrtime.bigint()
  const result = run()
  return { time: Number(process.hrtime.bigint() - start), result }
}

/** Median of single runs; a result that differs from what C says is an error. */
function time(expected, run, rounds = ROUNDS) {
  const times = []
  for (let round = 0; round < rounds + 2; round++) {
    const { time: taken, result } = nanoseconds(run)
    if (round >= 2) times.push(taken)
    if (expected !== undefined && Number(result) !== expected) throw new Error(`${result} instead of ${expected}`)
  }
  return median(times)
}

const into = new Uint32Array(CHUNK)

function ownPages(bitmap) {
  let total = 0
  for (let from = 0; from !== undefined; ) {
    const { count, next } = bitmap.pages(into, from)
    total += count
    from = next
  }
  return total
}

function ownRanges(bitmap) {
  let total = 0
  for (let from = 0; from !== undefined; ) {
    const { count, next } = bitmap.ranges(into, from)
    total += count
    from = next
  }
  return total
}

/** Times of C and of ours on one pair of bitmaps. */
function oneTurn(files, bitmap, other) {
  const c = JSON.parse(execFileSync(program, [...files, String(SIZE), String(ROUNDS)], { encoding: 'utf8' }))
  const or = () => {
    bitmap.or(other)
    return 0
  }
  // The counts are those of the first bitmap: it is changed last, and put back.
  const whole = bitmap.clone()
  const own = {
    count: time(c.count.result, () => bitmap.count(), SHORT_ROUNDS),
    pages: time(c.pages.result, () => ownPages(bitmap)),
    ranges: time(c.ranges.result, () => ownRanges(bitmap)),
    or: time(undefined, or, SHORT_ROUNDS),
  }
  bitmap.and(whole)
  whole.dispose()
  return { c, own }
}

/** Chunked iteration of the others: by what each offers for it. */
const peers = {
  typedfastbitset: {
    make: (pages) => new TypedFastBitSet.TypedFastBitSet(pages),
    count: (set) => set.size(),
    pages(set) {
      let at = 0
      set.forEach((page) => {
        into[at++ & (CHUNK - 1)] = page
      })
      return at
    },
    or: (set, other) => set.union(other),
  },
  bitset: {
    make(pages) {
      // Its own setter takes one bit at a time and would run for minutes.
      const set = new BitSet(0)
      set.data = new Array(PAGES / 32).fill(0)
      for (const page of pages) set.data[page >>> 5] |= 1 << (page & 31)
      return set
    },
    count: (set) => set.cardinality(),
    pages(set) {
      // Its iterator gives every bit, set or not; this is its faster way.
      const all = set.toArray()
      for (let at = 0; at < all.length; at++) into[at & (CHUNK - 1)] = all[at]
      return all.length
    },
    or: (set, other) => set.or(other),
  },
}
if (roaring === undefined) console.log('roaring is not installed and left out')
else {
  peers.roaring = {
    make: (pages) => new roaring.RoaringBitmap32(pages),
    count: (set) => set.size,
    pages(set) {
      let at = 0
      set.forEach((page) => {
        into[at++ & (CHUNK - 1)] = page
      })
      return at
    },
    or: (set, other) => set.orInPlace(other),
  }
}

const rows = []
const NO_ITERATION_PEERS = 0.5
console.log(
  `${cpus()[0].model}, ${cpus().length} cores; Node ${process.version}; ${ROUNDS} rounds, medians; milliseconds`,
)
for (const density of [0.00001, 0.01, 0.5]) {
  for (const [kind, make] of [
    ['random', randomMap],
    ['clustered', clusteredMap],
  ]) {
    const [bytes, otherBytes] = [make(density, 1), make(density, 2)]
    const files = [bytes, otherBytes].map((map, index) => {
      const path = join(folder, `${index}.bin`)
      writeFileSync(path, map)
      return path
    })
    const bitmap = DirtyBitmap.fromBytes(bytes, PLACE)
    const other = DirtyBitmap.fromBytes(otherBytes, PLACE)
    const pages = bitmap.pages()
    const otherPages = other.pages()
    // C and ours in turn, and the median of the ratios: neighbours on the machine disturb memory for seconds.
    const turns = Array.from({ length: TURNS }, () => oneTurn(files, bitmap, other))
    const middle = (pick) => median(turns.map(pick))
    const c = {}
    const own = {}
    for (const work of WORKS) {
      c[work] = { time: middle((turn) => turn.c[work].time), result: turns[0].c[work].result }
      own[work] = middle((turn) => turn.own[work])
      own[`${work}Ratio`] = middle((turn) => turn.own[work] / turn.c[work].time)
    }
    const name = `${density * 100} % ${kind}`
    const show = (value) => (value / 1e6).toFixed(3).padStart(9)
    console.log(`\n${name}: ${c.count.result} pages`)
    for (const work of WORKS) {
      console.log(
        `  ${work.padEnd(7)} C ${show(c[work].time)}  ours ${show(own[work])}  ratio ${own[`${work}Ratio`].toFixed(2)}`,
      )
    }
    rows.push({ what: `${name}: count, ours / C`, ratio: own.countRatio, bar: 1.5 })
    rows.push({ what: `${name}: ranges, ours / C`, ratio: own.rangesRatio, bar: 1.5 })
    rows.push({ what: `${name}: or, ours / C`, ratio: own.orRatio, bar: 1.25 })
    rows.push({ what: `${name}: pages, ours / C`, ratio: own.pagesRatio, bar: density === 0.5 ? 1.6 : 1.25 })
    if (density < 0.001) {
      rows.push({ what: `${name}: repeated iteration, C / ours`, ratio: 1 / own.pagesRatio, bar: 5, over: true })
    }
    for (const [peer, { make: makeSet, count, pages: iterate, or }] of Object.entries(peers)) {
      if (peer === 'bitset' && density === NO_ITERATION_PEERS) continue
      const [set, otherSet] = [makeSet(pages), makeSet(otherPages)]
      const times = {
        count: time(c.count.result, () => count(set)),
        pages: time(c.pages.result, () => iterate(set)),
        or: time(undefined, () => {
          or(set, otherSet)
          return 0
        }),
      }
      const text = Object.entries(times).map(
        ([work, value]) => `${work} ${show(value)} (${(value / own[work]).toFixed(1)}x ours)`,
      )
      console.log(`  ${peer.padEnd(16)} ${text.join('  ')}`)
      if (peer === 'roaring') continue
      rows.push({ what: `${name}: count, ${peer} / ours`, ratio: times.count / own.count, bar: 5, over: true })
      rows.push({ what: `${name}: pages, ${peer} / ours`, ratio: times.pages / own.pages, bar: 3, over: true })
    }
    for (const one of [bitmap, other]) one.dispose()
  }
}
console.log()
rmSync(folder, { recursive: true })
process.exitCode = report(rows) === 0 ? 0 : 1
