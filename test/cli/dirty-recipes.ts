/** How the made files below fixtures/dirty came to be: tests compare the files with what this gives. */

/** Numbers that look random, the same ones every time (Numerical Recipes' generator of 32 bits). */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state >>> 8
  }
}

/** Pages of each made bitmap: 256 MiB of 4 KiB. */
export const PAGES = 65536

/**
 * Bitmap of a round of the series: a ring of buffers at pages 0x2000 to 0x203f that is written all the time, a heap from
 * 0x4000 on of which each round dirties half as much as the one before, and some pages anywhere.
 */
export function roundBitmap(round: number): Uint8Array {
  const bytes = new Uint8Array(PAGES / 8)
  const set = (page: number) => {
    bytes[page >> 3] = (bytes[page >> 3] as number) | (1 << (page & 7))
  }
  for (let page = 0x2000; page < 0x2040; page++) set(page)
  const random = numbers(round)
  const next = (below: number) => (random.next().value as number) % below
  for (let count = 4096 >> round; count > 0; count--) set(0x4000 + next(0x2000))
  for (let count = 512 >> round; count > 0; count--) set(next(PAGES))
  return bytes
}

/** What a made migration does; rates in bytes per second. */
export interface MadeMigration {
  readonly total: number
  readonly dirtyRate: number
  readonly bandwidth: number
  readonly downtimeLimit: number
  readonly mostRounds: number
}

/** Answers a second of a guest that dirties memory with half the speed of a link of 8 Gbit/s. */
export const CONVERGING: MadeMigration = {
  total: 8 * 2 ** 30,
  dirtyRate: 500e6,
  bandwidth: 1e9,
  downtimeLimit: 0.3,
  mostRounds: 99,
}

/** One that dirties more than the link takes. */
export const DIVERGING: MadeMigration = { ...CONVERGING, dirtyRate: 1.5e9, mostRounds: 4 }

interface Moment {
  readonly time: number
  readonly round: number
  readonly remaining: number
  readonly transferred: number
}

/** One moment in the middle of each round, until what remains fits into the limit. */
function* moments({ total, dirtyRate, bandwidth, downtimeLimit, mostRounds }: MadeMigration): Generator<Moment> {
  let [time, transferred, remaining] = [0, 0, total]
  for (let round = 1; round <= mostRounds && remaining > bandwidth * downtimeLimit; round++) {
    const seconds = remaining / bandwidth
    yield { time: time + seconds / 2, round, remaining: remaining / 2, transferred: transferred + remaining / 2 }
    time += seconds
    transferred += remaining
    remaining = Math.min(total, dirtyRate * seconds)
  }
  yield { time, round: -1, remaining, transferred }
}

/** Answers of query-migrate, a line each, after one of query-migrate-parameters. */
export function queryMigrateLines(migration: MadeMigration): string {
  const { total, dirtyRate, bandwidth, downtimeLimit } = migration
  const lines: unknown[] = [{ return: { 'downtime-limit': downtimeLimit * 1000, 'max-bandwidth': bandwidth } }]
  for (const { time, round, remaining, transferred } of moments(migration)) {
    if (round === -1) continue
    const ram = {
      total,
      remaining: Math.round(remaining),
      transferred: Math.round(transferred),
      'dirty-pages-rate': round === 1 ? 0 : Math.round(dirtyRate / 4096),
      'dirty-sync-count': round,
      'page-size': 4096,
      mbps: (bandwidth * 8) / 1e6,
    }
    const answer = { status: 'active', 'total-time': Math.round(time * 1000), 'setup-time': 12, ram }
    lines.push({ return: { ...answer, vfio: { transferred: 65536 * round } } })
  }
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`
}

/** Texts of virsh domjobinfo, one after another, as its source prints them. */
export function domjobinfoTexts(migration: MadeMigration): string {
  const { total, dirtyRate, bandwidth } = migration
  const row = (key: string, value: string) => `${`${key}:`.padEnd(17)} ${value}`
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(3)} GiB`
  const texts = Array.from(moments(migration)).flatMap(({ time, round, remaining, transferred }) =>
    round === -1
      ? []
      : [
          row('Job type', 'Unbounded   '),
          row('Operation', 'Outgoing migration'),
          row('Time elapsed', `${String(Math.round(time * 1000)).padEnd(12)} ms`),
          row('Data processed', gib(transferred)),
          row('Data remaining', gib(remaining)),
          row('Data total', gib(total)),
          row('Memory processed', gib(transferred)),
          row('Memory remaining', gib(remaining)),
          row('Memory total', gib(total)),
          row('Memory bandwidth', `${(bandwidth / 2 ** 20).toFixed(3)} MiB/s`),
          row('Dirty rate', `${String(round === 1 ? 0 : Math.round(dirtyRate / 4096)).padEnd(12)} pages/s`),
          row('Page size', `${'4096'.padEnd(12)} bytes`),
          row('Iteration', String(round).padEnd(12)),
          row('Expected downtime', `${'300'.padEnd(12)} ms`),
          '',
        ],
  )
  return `${texts.join('\n')}\n`
}
