import { describe, expect, test } from 'vitest'
import { hex, read } from './support.ts'

/** Bytes composed by hand from the register tables of the specification, and what they mean. */
export interface Golden {
  readonly name: string
  /** The capability with its head. */
  readonly bytes: string
  readonly layout: string
  readonly expected: Record<string, unknown>
  readonly around?: Parameters<typeof read>[1]
}

export function testGolden(title: string, cases: readonly Golden[]): void {
  describe(title, () => {
    test.each(cases)('$name', ({ bytes, layout, expected, around }) => {
      const found = read(bytes, around)
      expect(found.codec.type.name).toBe(layout)
      expect(found.value).toMatchObject(expected)
      expect(found.length).toBe(hex(bytes).length)
      expect(found.codec.encode(found.value)).toEqual(hex(bytes).subarray(4))
      expect(found.findings).toEqual([])
    })
  })
}
