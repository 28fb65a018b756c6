import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { DirtyBitmap, type EngineName } from '../../src/dirty-bitmap/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'bitmap-c-'))
afterAll(() => rmSync(folder, { recursive: true }))
const program = join(folder, 'c-path')
execFileSync('gcc', ['-O1', '-o', program, fileURLToPath(new URL('c-path.c', import.meta.url))])

interface Case {
  readonly pages: number
  readonly from: number
  readonly to: number
  readonly start: number
  readonly a: Uint8Array
  readonly b: Uint8Array
}

/** Bytes of runs and noise; what lies behind the last page is there, too. */
const content = (bytes: number) =>
  fc
    .array(fc.tuple(fc.constantFrom(0, 0xff, 'noise'), fc.integer({ min: 1, max: 1200 }), fc.nat()), { maxLength: 12 })
    .map((runs) => {
      const all = new Uint8Array(bytes)
      let at = 0
      for (const [what, length, seed] of runs) {
        for (let index = 0; index < length && at < bytes; index++, at++) {
          all[at] = what === 'noise' ? Math.imul(seed + index, 2654435761) >>> (24 - (seed % 3)) : (what as number)
        }
      }
      return all
    })

const cases: fc.Arbitrary<Case> = fc
  .integer({ min: 0, max: 40_000 })
  .chain((pages) =>
    fc.tuple(fc.constant(pages), fc.nat(pages), fc.nat(pages), fc.nat(pages), ...twice(content(Math.ceil(pages / 8)))),
  )
  .map(([pages, x, y, start, a, b]) => ({ pages, from: Math.min(x, y), to: Math.max(x, y), start, a, b }))

function twice<T>(value: T): [T, T] {
  return [value, value]
}

/** What the C program says, as numbers and bytes in its order. */
function ask({ pages, from, to, start, a, b }: Case): Uint8Array {
  const input = Buffer.concat([new Uint8Array(Uint32Array.of(pages, from, to, start).buffer), a, b])
  return new Uint8Array(execFileSync(program, { input, maxBuffer: 1 << 26 }))
}

function ours({ pages, from, to, start, a, b }: Case, engine: EngineName): Uint8Array {
  const place = { pageSize: 4096, base: 0n, length: pages, engine }
  const [bitmap, other] = [DirtyBitmap.fromBytes(a, place), DirtyBitmap.fromBytes(b, place)]
  const all = bitmap.pages()
  const runs = bitmap.ranges()
  const nearest = [bitmap.nextDirty(from) ?? pages, bitmap.nextClean(from) ?? pages]
  const numbers = Uint32Array.of(bitmap.count(from, to), all.length, ...all, runs.length / 2, ...runs, ...nearest)
  const combined = (['or', 'and', 'andNot', 'xor'] as const).map((operation) => {
    const made = DirtyBitmap[operation](bitmap, other)
    const bytes = made.toBytes()
    made.dispose()
    return bytes
  })
  const part = bitmap.slice(start)
  const bytes = Buffer.concat([new Uint8Array(numbers.buffer), ...combined, part.toBytes()])
  for (const one of [bitmap, other, part]) one.dispose()
  return new Uint8Array(bytes)
}

describe.each(['wasm', 'typescript'] as const)('the %s path', (engine) => {
  it('says what C says, for odd sizes, offsets and last words', () => {
    fc.assert(
      fc.property(cases, (one) => {
        expect(Buffer.compare(ours(one, engine), ask(one))).toBe(0)
      }),
    )
  })
})
