import { MOST_FILLED } from '../big/sparse-image.ts'
import type { Spool } from '../big/spool.ts'
import type { Stream } from '../big/stream.ts'
import { Complaint } from '../complaint.ts'
import { sizeOption } from '../dirty/quantities.ts'
import { BitmapTaker } from './bitmaps.ts'
import { checkChannels } from './check-channels.ts'
import { DescriptionTaker } from './description-taker.ts'
import { DeviceTaker } from './device-taker.ts'
import { type QemuPart, qemuPart } from './part.ts'
import { PciTaker } from './pci-taker.ts'
import { RamTaker } from './ram-taker.ts'
import { readQemu } from './read.ts'
import type { QemuTaker } from './taker.ts'
import { VfioTaker } from './vfio-taker.ts'

/** What of the options of the command concerns the part that is taken out. */
export interface PartOptions {
  readonly what: string
  readonly device?: string
  readonly region?: string
  readonly number?: string
  readonly maxFill?: string
  readonly channel: readonly string[]
}

/** Writes one part of a stream of QEMU. @throws Complaint */
export async function extractQemu(stream: Stream, path: string, options: PartOptions, spool: Spool): Promise<void> {
  const part = qemuPart(options.what)
  refuseStrangers(part, options)
  await checkChannels(path, options.channel, { again: part.kind !== 'ram' })
  const taker = takerOf(part, options, spool)
  await taker.finish(await readQemu(stream, taker))
}

function takerOf(part: QemuPart, options: PartOptions, spool: Spool): QemuTaker {
  const { device, channel: channels, maxFill } = options
  switch (part.kind) {
    case 'vmdesc':
      return new DescriptionTaker(spool)
    case 'device':
      return new DeviceTaker(spool, part.name)
    case 'bitmap':
      return new BitmapTaker(spool, part.name)
    case 'vfio':
      return new VfioTaker(spool, { device, channels })
    case 'config-space':
    case 'msix':
      return new PciTaker(spool, { kind: part.kind, device, channels })
    case 'ram': {
      const mostFilled = maxFill === undefined ? MOST_FILLED : sizeOption('--max-fill', maxFill)
      return new RamTaker(spool, { block: part.name, channels, mostFilled })
    }
  }
}

/** What options are for, by the kind of part. */
const USES: readonly (readonly [option: keyof PartOptions, name: string, kinds: readonly QemuPart['kind'][]])[] = [
  ['device', '--device', ['vfio', 'config-space', 'msix']],
  ['channel', '--channel', ['vfio', 'config-space', 'msix', 'ram']],
  ['maxFill', '--max-fill', ['ram']],
  ['region', '--region', []],
  ['number', '--number', []],
]

function refuseStrangers({ kind }: QemuPart, options: PartOptions): void {
  for (const [option, name, kinds] of USES) {
    const value = options[option]
    if (value === undefined || value.length === 0 || kinds.includes(kind)) continue
    const others = kinds.length === 0 ? 'streams that vfmig pack makes' : `--what ${kinds.join(', ')}`
    throw new Complaint(`${name} is for ${others}.`)
  }
}
