import type fc from 'fast-check'
import { completeOptions, joined, type OptionValues } from '../layout/index.ts'
import { configSpaceFormat } from '../pci/index.ts'
import { type GvtImage, gvtImageFormat, gvtOptions } from '../vf-state/index.ts'
import { makeValue } from './arbitrary.ts'
import { SpaceMaker } from './space-maker.ts'
import { type Tape, tapes } from './tape.ts'

/** Lists by section type, the earlier generation first. */
const ENTRIES: Readonly<Record<number, readonly string[]>> = {
  6: ['gvt-ppgtt-entry-36', 'gvt-ppgtt-entry-40'],
  7: ['gvt-workload-entry-24', 'gvt-workload-entry-36'],
  8: ['gvt-execlist-entry'],
  9: ['gvt-execlist-entry'],
}

/** Images with sections of any type in any order, short registers and tables, and zeros or leftovers at the end. */
export function arbitraryGvtImage(given?: OptionValues): fc.Arbitrary<GvtImage> {
  const options = completeOptions(gvtOptions, given)
  return tapes(600).map((tape) => gvtImageFormat.decode(makeGvtImage(tape), options))
}

/** Bytes of an image; it starts with its HEAD section. */
export function makeGvtImage(tape: Tape): Uint8Array {
  const parts = [section(1, encoded('gvt-image-header', tape))]
  const count = tape.below(6)
  for (let made = 0; made < count; made++) {
    const type = 2 + tape.below(8)
    parts.push(section(type, content(type, tape)))
  }
  if (tape.rarely(2)) parts.push(new Uint8Array(tape.below(64)))
  if (tape.rarely(3)) parts.push(tape.bytes(tape.below(24)))
  return joined(parts)
}

function content(type: number, tape: Tape): Uint8Array {
  if (type === 2 && !tape.rarely(4)) return configSpace(tape)
  const entries = ENTRIES[type]
  if (entries === undefined || tape.rarely(6)) return tape.bytes(8 * tape.below(12))
  const name = tape.pick(entries)
  return joined(Array.from({ length: tape.below(4) }, () => encoded(name, tape)))
}

function configSpace(tape: Tape): Uint8Array {
  const space = configSpaceFormat.encode(new SpaceMaker(tape, { capability14: 'auto', bridgeMigration: false }).make())
  const bytes = new Uint8Array(4096)
  bytes.set(space.subarray(0, bytes.length))
  return bytes
}

function encoded(name: string, tape: Tape): Uint8Array {
  const codec = gvtImageFormat.structures.find(({ type }) => type.name === name)
  if (codec === undefined) throw new TypeError(`There is no structure ${name}.`)
  return codec.encode(makeValue(codec.type, tape))
}

function section(type: number, body: Uint8Array): Uint8Array {
  const head = new Uint8Array(8)
  const view = new DataView(head.buffer)
  view.setUint32(0, type, true)
  view.setUint32(4, body.length, true)
  return joined([head, body])
}
