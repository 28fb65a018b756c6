import type fc from 'fast-check'
import { completeOptions, type OptionValues } from '../layout/index.ts'
import { type MdevBody, type MdevRegion, mdevBodyFormat, mdevRegionFormat } from '../vf-state/index.ts'
import { makeGvtImage } from './gvt-image.ts'
import { type Tape, tapes } from './tape.ts'

const CHOICES = 700

/** Device state regions: a run state, then an image. */
export function arbitraryMdevRegion(given?: OptionValues): fc.Arbitrary<MdevRegion> {
  const options = completeOptions(mdevRegionFormat.options, given)
  return tapes(CHOICES).map((tape) => {
    const image = makeGvtImage(tape)
    const bytes = new Uint8Array(1 + image.length)
    bytes[0] = tape.rarely(8) ? tape.below(256) : tape.below(2)
    bytes.set(image, 1)
    return mdevRegionFormat.decode(bytes, options)
  })
}

/** Bodies of device sections: of 2018 also START bodies, which have only their flag. */
export function arbitraryMdevBody(given?: OptionValues): fc.Arbitrary<MdevBody> {
  const options = completeOptions(mdevBodyFormat.options, given)
  return tapes(CHOICES).map((tape) => mdevBodyFormat.decode(makeBody(tape, options), options))
}

function makeBody(tape: Tape, { version, msi64 }: OptionValues): Uint8Array {
  const has64 = msi64 === 'auto' ? tape.below(2) === 1 : msi64 === 'true'
  const flag = version === '2018' ? [tape.rarely(4) ? 0 : 1 + (tape.rarely(8) ? tape.below(255) : 0)] : []
  if (flag[0] === 0) return Uint8Array.from([...flag, ...(tape.rarely(3) ? tape.bytes(tape.below(8)) : [])])
  const registers = tape.bytes(has64 ? 36 : 32)
  const image = tape.rarely(6) ? new Uint8Array(0) : makeGvtImage(tape)
  return Uint8Array.from([...flag, ...registers, ...image])
}
