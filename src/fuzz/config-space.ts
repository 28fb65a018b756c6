import type fc from 'fast-check'
import type { FunctionDump } from '../capture/function-dump/index.ts'
import type { OptionValues } from '../layout/index.ts'
import { type ConfigSpace, toPciOptions } from '../pci/index.ts'
import { SpaceMaker } from './space-maker.ts'
import { type Tape, tapes } from './tape.ts'

const CHOICES = 2500

/**
 * Valid configuration spaces: a header of any layout, 64, 256, 4096 or an odd number of bytes, chains of capabilities
 * of every description in any order, unknown ones, and gaps. Encoding then decoding with the same options gives an
 * equal value.
 */
export function arbitraryConfigSpace(options?: OptionValues): fc.Arbitrary<ConfigSpace> {
  const pci = toPciOptions(options)
  return tapes(CHOICES).map((tape) => new SpaceMaker(tape, pci).make())
}

/** Dumps of one to three functions, as lspci prints them. */
export function arbitraryFunctionDump(options?: OptionValues): fc.Arbitrary<FunctionDump> {
  const pci = toPciOptions(options)
  return tapes(2 * CHOICES).map((tape) => {
    const functions: FunctionDump['functions'] = []
    const count = 1 + tape.below(3)
    while (functions.length < count) {
      const { trailing, ...configSpace } = new SpaceMaker(tape, pci).make()
      functions.push({ address: address(tape), title: title(tape), configSpace })
    }
    return { functions }
  })
}

function address(tape: Tape): string {
  const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0')
  const domain = tape.rarely(2) ? `${hex(tape.below(0x20000), 4)}:` : ''
  return `${domain}${hex(tape.below(0x100), 2)}:${hex(tape.below(0x20), 2)}.${tape.below(8)}`
}

const TITLES = [
  'PCI function',
  'Ethernet controller [0200]: Intel Corporation [8086:10ca] (rev 01)',
  'Gerät 01:10.0 00:',
  '',
]

function title(tape: Tape): string {
  return tape.pick(TITLES)
}
