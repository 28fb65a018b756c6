import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arbitraryOf } from '../../src/fuzz/index.ts'
import { walk, write } from '../../src/layout/index.ts'
import { compiled, expectSame, KaitaiStream } from './kaitai-reader.ts'
import { runs, subjects } from './subjects.ts'

describe.each(subjects.map((subject) => [subject.name, subject] as const))('%s', (_, subject) => {
  // Kaitai has no opaque parts: it would fail on damaged ones.
  test('the exported description reads what we read', async () => {
    const { type, byteOrder } = subject
    const Type = await compiled(subject)
    fc.assert(
      fc.property(arbitraryOf(type, { damagedParts: false }), (value) => {
        const bytes = write(type, value, { byteOrder })
        const parameters = Object.values(type.parameters).map(({ default: fallback }) => fallback)
        const order = type.byteOrder === 'parameter' ? [byteOrder === 'big'] : []
        const stream = new KaitaiStream(bytes.slice())
        const theirs = new Type(stream, null, null, ...order, ...parameters)
        expectSame(type, walk(type, bytes, { byteOrder }).value, theirs, type.name)
        expect(stream.pos).toBe(bytes.length)
      }),
      { numRuns: runs(40), seed: 20260101 },
    )
  })
})
