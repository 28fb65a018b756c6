import { DecodeError } from '../../findings/index.ts'
import { inflatedRecord, NO_DEVICE, type StreamRecord } from '../../stream/index.ts'
import { refuseTerminal } from '../big/byte-output.ts'
import { MemoryImage } from '../big/memory-image.ts'
import { withStream } from '../big/migration-stream.ts'
import { PartTaker } from '../big/part-taker.ts'
import { MOST_FILLED } from '../big/sparse-image.ts'
import { Spool } from '../big/spool.ts'
import type { Stream } from '../big/stream.ts'
import { Complaint } from '../complaint.ts'
import { sizeOption } from '../dirty/quantities.ts'
import { unknownName } from '../known.ts'
import { nearest } from '../nearest.ts'
import { naming } from '../open.ts'
import type { PartOptions } from '../qemu/extract.ts'
import { refuseInputs } from '../same-file.ts'

interface ExtractOptions extends PartOptions {
  readonly output?: string
  readonly snapshot?: string
}

/** Writes one part of a migration stream. */
export async function extract(path: string, options: ExtractOptions): Promise<number> {
  const { output } = options
  if (output === undefined) refuseTerminal()
  refuseInputs(output, [path, ...options.channel])
  const spool = new Spool(output)
  try {
    await naming(path, () =>
      withStream(path, ['migration-stream', 'qemu-migration'], (stream) => fromAny(stream, path, options, spool), {
        ...(options.snapshot === undefined ? {} : { snapshot: options.snapshot }),
      }),
    )
  } catch (error) {
    spool.abandon()
    throw error
  }
  return 0
}

async function fromAny(stream: Stream, path: string, options: ExtractOptions, spool: Spool): Promise<void> {
  if (stream.format.name === 'migration-stream') return fromStream(stream, path, options, spool)
  const { extractQemu } = await import('../qemu/extract.ts')
  await extractQemu(stream, path, options, spool)
}

/** Takes the records of one kind. */
interface Taker {
  see(record: StreamRecord): Promise<void>
  finish(name: string): Promise<void>
}

async function fromStream(stream: Stream, path: string, options: ExtractOptions, spool: Spool): Promise<void> {
  const { what } = options
  checkPart(options)
  const device = numberOf(options.device, '--device')
  const taker = takerOf(options, spool)
  const types = TYPES[what] ?? [what]
  const found = new Set<string>()
  const devices = new Set<number>()
  for await (const event of stream.events('all')) {
    if (event.kind !== 'value' || event.path[0] !== 'records') continue
    const record = event.value as StreamRecord
    const { header } = record
    const name = typeof header.kind.type === 'number' ? `type ${header.kind.type}` : header.kind.type
    if (device !== undefined && header.device !== device) continue
    found.add(name)
    if (!types.includes(name)) continue
    devices.add(header.device)
    try {
      await taker.see(record)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      throw new Complaint(
        `Record ${header.sequence} (${name}) cannot be inflated: expected ${error.expected}, found ${error.found}.`,
      )
    }
  }
  const owner = device === undefined ? '' : ` of device ${device}`
  if (devices.size === 0) {
    const others = found.size === 0 ? 'there are no records' : `there are ${[...found].join(', ')}`
    throw new Complaint(`${path} has no ${what}${owner}; ${others}.`)
  }
  if (devices.size > 1 && what !== 'trace') {
    const names = [...devices].slice(0, 8).map((one) => (one === NO_DEVICE ? 'the migration' : `${one}`))
    throw new Complaint(`Several devices have ${what}; pick one with --device: ${names.join(', ')}.`)
  }
  await taker.finish(what)
}

const TYPES: Readonly<Record<string, readonly string[]>> = {
  memory: ['memory-region', 'memory-pages'],
  trace: ['trace-event'],
}

/** What can be taken out of a stream that vfmig packed. */
const PARTS: readonly string[] = [
  'config-space',
  'msix-table',
  'msix-pba',
  'device-state',
  'pf-state',
  'mmio-registers',
  'ring-state',
  'faked-capability',
  'dirty-bitmap',
  'memory',
  'trace',
]

function checkPart({ what, channel }: ExtractOptions): void {
  if (channel.length > 0) throw new Complaint('--channel is for migration streams of QEMU.')
  if (PARTS.includes(what)) return
  const problem = `A stream that vfmig packed has no part ${JSON.stringify(what)}`
  throw unknownName(problem, nearest(what, PARTS), `there are ${PARTS.join(', ')}`)
}

function takerOf({ what, region, number, maxFill }: ExtractOptions, spool: Spool): Taker {
  if (what !== 'memory' && region !== undefined) throw new Complaint('--region is for --what memory.')
  if (what !== 'memory' && maxFill !== undefined) throw new Complaint('--max-fill is for --what memory.')
  const mostFilled = maxFill === undefined ? MOST_FILLED : sizeOption('--max-fill', maxFill)
  if (what === 'memory') return new MemoryImage(spool, numberOf(region, '--region'), mostFilled)
  const picked = numberOf(number, '--number')
  if (picked === 0) throw new Complaint('--number counts from 1.')
  return what === 'trace' ? new Lines(spool) : new PartTaker(spool, picked)
}

/** Events of a trace, one a line. */
class Lines implements Taker {
  #isBegun = false

  constructor(readonly spool: Spool) {}

  async see(record: StreamRecord): Promise<void> {
    if (!this.#isBegun) this.spool.restart()
    this.#isBegun = true
    const { payload } = await inflatedRecord(record)
    if (payload instanceof Uint8Array || !('line' in payload)) {
      throw new Complaint(`The trace is not whole: record ${record.header.sequence} is damaged.`)
    }
    this.spool.add(new TextEncoder().encode(`${payload.line}\n`))
  }

  finish(): Promise<void> {
    return this.spool.finish()
  }
}

function numberOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (number < NO_DEVICE) return number
  throw new Complaint(`${name} takes a number, not ${JSON.stringify(text)}.`)
}
