import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arbitraryOf, mutated } from '../../src/fuzz/index.ts'
import { compile } from '../../src/layout/compile/index.ts'
import type { Codec } from '../../src/layout/index.ts'
import { formats } from '../../src/registry/index.ts'

/** The shipped codecs, built from generated modules, by structure name. */
const shipped = new Map(formats.flatMap(({ structures }) => structures).map((codec) => [codec.type.name, codec]))

/** What decoding gives, errors included, so that refusals can be compared too. */
function outcome(codec: Codec, bytes: Uint8Array): unknown {
  try {
    return codec.decode(bytes)
  } catch (error) {
    return String(error)
  }
}

describe.each([...shipped])('%s', (_, codec) => {
  test('compiled at run time it decodes and encodes as the generated module does', () => {
    const compiled = compile(codec.type)
    fc.assert(
      fc.property(
        arbitraryOf(codec.type).chain((value) =>
          mutated(fc.constant(codec.encode(value))).map((bytes) => ({ value, bytes })),
        ),
        ({ value, bytes }) => {
          expect(compiled.encode(value)).toEqual(codec.encode(value))
          expect(outcome(compiled, bytes)).toEqual(outcome(codec, bytes))
        },
      ),
      { numRuns: 15 },
    )
  })
})
