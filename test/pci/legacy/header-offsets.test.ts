import { describe, expect, test } from 'vitest'
import type { Codec, Located } from '../../../src/layout/index.ts'
import { legacyCapabilities, legacyNames } from '../../../src/pci/legacy/index.ts'
import { evaluateInC, hasCompiler } from '../c-header.ts'
import { type Case, cases, ids, lengths } from './constants.ts'
import { hex } from './support.ts'

// Offsets and masks of our descriptions against those that a C compiler finds in <linux/pci_regs.h>. Constants that an
// older header does not have yet are left out.

function codecNamed(layout: string): Codec {
  const codecs = legacyCapabilities.flatMap((capability) => capability.codecs)
  const found = codecs.find((codec) => codec.type.name === layout)
  if (found === undefined) throw new Error(`There is no description ${layout}.`)
  return found as Codec
}

function sized(layout: string, registers = ''): Uint8Array {
  const bytes = new Uint8Array(256)
  bytes.set(hex(registers))
  return bytes.subarray(0, codecNamed(layout).decodePrefix(bytes).length)
}

const isBelow = (field: Located, path: string): boolean => `${field.path.join('.')}.`.startsWith(`${path}.`)

/** The mask of a member of a word, or the offset of a field in its capability. */
function constantOf({ layout, registers }: Case, path: string): number {
  const fields = codecNamed(layout).fields(sized(layout, registers))
  const field = fields.find((candidate) => isBelow(candidate, path))
  if (field === undefined) throw new Error(`${layout} has no field ${path}.`)
  const isMember = field.bits !== undefined && field.path.join('.') === path
  const [low, high] = field.bits ?? [0, 0]
  return isMember ? 2 ** (high + 1) - 2 ** low : field.offset + 2
}

const isThere = hasCompiler()

describe.skipIf(!isThere)('against linux/pci_regs.h', () => {
  const wanted = new Set([
    ...cases.flatMap(({ constants }) => Object.values(constants)),
    ...lengths.map(({ constant }) => constant),
    ...Object.values(ids).map((name) => `PCI_CAP_ID_${name}`),
  ])
  const known = isThere ? evaluateInC(wanted) : new Map<string, number>()

  test('the header has most of the constants', () => {
    expect(known.size).toBeGreaterThan(220)
  })

  test.each(cases)('$layout $registers', (given) => {
    const entries = Object.entries(given.constants).filter(([, constant]) => known.has(constant))
    const found = entries.map(([path]) => `${path} ${constantOf(given, path)}`)
    expect(found).toEqual(entries.map(([path, constant]) => `${path} ${known.get(constant)}`))
  })

  test.each(lengths)('length of $layout $registers', ({ layout, registers, constant }) => {
    const expected = known.get(constant)
    // Headers of some years have 52 in hexadecimal digits here; it was put right in 2026.
    if (constant === 'PCI_CAP_EXP_ENDPOINT_SIZEOF_V2' && expected === 0x32) return
    if (expected !== undefined) expect(sized(layout, registers).length + 2).toBe(expected)
  })

  test('the IDs', () => {
    const described = legacyCapabilities.map(({ id, name }) => [id, name] as const)
    const named = Object.entries(legacyNames).map(([id, { name }]) => [Number(id), name] as const)
    for (const [id, name] of [...described, ...named]) {
      const expected = known.get(`PCI_CAP_ID_${ids[name]}`)
      if (expected !== undefined) expect(`${name} ${id}`).toBe(`${name} ${expected}`)
    }
    expect(new Set([...described, ...named].map(([id]) => id)).size).toBe(0x15)
  })
})
