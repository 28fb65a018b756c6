import { defineCodes } from '../findings/index.ts'
import * as generated from '../generated/vfio/remap-bar.js'
import { codec, structureFormat, type Value } from '../layout/index.ts'
import { remapBarSignal } from './remap-bar.layout.ts'

export const remapBarSignalCodec = codec(remapBarSignal, generated.remapBarSignal)

export type RemapBarSignal = Value<typeof remapBarSignal>

/** What userspace writes to the eventfd when it has mapped the BARs: one patch says 1, another 0. */
export const REMAP_ANSWERS: readonly bigint[] = [1n, 0n]

export const remapBarCodes = defineCodes({
  'vfio/remap-bar-beyond': {
    severity: 'error',
    title: 'a remap signal names a BAR above BAR 5',
    explanation:
      'There are six BARs. The eventfd adds up what is written to it: two signals for one BAR carry into the next bit when nobody reads in between.',
    source: remapBarSignal.facts.source,
  },
})

export const remapBarSignalFormat = structureFormat({
  codec: remapBarSignalCodec,
  codes: remapBarCodes.entries,
  rule({ bars }, report, locate) {
    if (bars.reserved === 0n) return
    const path = ['bars', 'reserved']
    const message = `The signal has the bits 0x${bars.reserved.toString(16)} above BAR 5.`
    report(remapBarCodes.finding('vfio/remap-bar-beyond', message, { ...locate(path), path }))
  },
})

/** The eventfd value for BARs 0 to 5. @throws RangeError for any other number */
export function remapSignal(bars: Iterable<number>): bigint {
  let value = 0n
  for (const bar of bars) {
    if (!Number.isInteger(bar) || bar < 0 || bar > 5) throw new RangeError(`There is no BAR ${bar}.`)
    value |= 1n << BigInt(bar)
  }
  return value
}

/** BARs that an eventfd value names, in ascending order; bits above BAR 5 name none. */
export function barsOfSignal(value: bigint): number[] {
  return [0, 1, 2, 3, 4, 5].filter((bar) => (value >> BigInt(bar)) & 1n)
}
