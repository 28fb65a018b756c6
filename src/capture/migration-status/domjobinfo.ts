import type { MigrationSample } from '../../dirty-bitmap/index.ts'
import { counted } from '../../findings/index.ts'
import { CaptureError } from '../errors.ts'

const DEFAULT_PAGE_SIZE = 4096

/** What one unit is in bytes, pages or seconds. */
const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  bytes: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  PiB: 2 ** 50,
  EiB: 2 ** 60,
  'pages/s': 1,
  ms: 1e-3,
  s: 1,
  '%': 1,
  '': 1,
}

const TITLE = /^[ \t]*Job type:[ \t]*(\S+)/m

/** Whether text is, or begins with, what `virsh domjobinfo` prints. */
export function isDomjobinfo(head: Uint8Array): boolean {
  return TITLE.test(new TextDecoder().decode(head.subarray(0, 4096)))
}

/**
 * Reads texts of `virsh domjobinfo`, one after another: lines `Key: value unit`, each text from its `Job type` on. Lines of
 * other kinds, such as the time from a loop around it, are left out. Sizes are in binary units (tools/virsh-domain.c).
 *
 * @throws CaptureError where no text tells the memory of a migration
 */
export function readDomjobinfo(text: Uint8Array): MigrationSample[] {
  const jobs: { status: string; values: Map<string, number> }[] = []
  for (const line of new TextDecoder().decode(text).split('\n')) {
    const status = TITLE.exec(line)?.[1]
    if (status !== undefined) jobs.push({ status: status.toLowerCase(), values: new Map() })
    const entry = entryOf(line)
    if (entry !== undefined) jobs.at(-1)?.values.set(...entry)
  }
  const samples = jobs
    .filter(({ values }) => values.has('memory remaining') || values.has('data remaining'))
    .map(({ status, values }) => sampleOf(status, values))
  if (samples.length > 0) return samples
  throw new CaptureError({
    code: 'capture/no-migration-status',
    expected: 'texts of virsh domjobinfo with "Memory remaining"',
    found: `${counted(jobs.length, 'text')} without it`,
  })
}

function entryOf(line: string): [key: string, value: number] | undefined {
  const parts = /^\s*([A-Z][\w /-]*?):\s*(\d+(?:\.\d+)?)\s*(\S*)\s*$/.exec(line)
  if (parts === null) return undefined
  const [, key, number, unit] = parts as unknown as [string, string, string, string]
  const factor = UNITS[unit] ?? UNITS[unit.replace(/\/s$/, '')]
  return factor === undefined ? undefined : [key.toLowerCase(), Number(number) * factor]
}

function sampleOf(status: string, values: ReadonlyMap<string, number>): MigrationSample {
  const get = (...names: string[]) => names.map((name) => values.get(name)).find((value) => value !== undefined)
  const pageSize = get('page size') ?? DEFAULT_PAGE_SIZE
  const pagesDirtied = get('dirty rate')
  return {
    status,
    time: get('time elapsed'),
    total: get('memory total', 'data total'),
    remaining: get('memory remaining', 'data remaining'),
    transferred: get('memory processed', 'data processed'),
    dirtyRate: pagesDirtied === undefined ? undefined : pagesDirtied * pageSize,
    bandwidth: get('memory bandwidth', 'data bandwidth'),
    round: get('iteration'),
    pageSize,
    expectedDowntime: get('expected downtime'),
    downtime: get('total downtime', 'downtime'),
    throttle: get('auto converge throttle'),
  }
}
