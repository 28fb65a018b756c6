import { describe, expect, test } from 'vitest'
import type { Codec, Located } from '../../../src/layout/index.ts'
import { extendedCapabilities } from '../../../src/pci/extended/index.ts'
import { evaluateInC, hasCompiler } from '../c-header.ts'
import { type Case, cases, ids, lengths } from './constants/index.ts'
import { capabilityById, hex } from './support.ts'

// Offsets and masks of our descriptions against those that a C compiler finds in <linux/pci_regs.h>. Constants that an
// older header does not have yet are left out.

function codecNamed(id: number, layout: string): Codec {
  const found = capabilityById(id).codecs.find((codec) => codec.type.name === layout)
  if (found === undefined) throw new Error(`There is no description ${layout}.`)
  return found as Codec
}

/** Every field of registers in which what is not given is zero. */
function fieldsOf({ id, layout, registers }: Case): Located[] {
  const codec = codecNamed(id, layout)
  const bytes = new Uint8Array(512)
  bytes.set(hex(registers ?? ''))
  const { length } = codec.decodePrefix(bytes)
  return codec.fields(bytes.subarray(0, length))
}

const isBelow = (field: Located, path: string): boolean => `${field.path.join('.')}.`.startsWith(`${path}.`)

const isThere = hasCompiler()

describe.skipIf(!isThere)('against linux/pci_regs.h', () => {
  const idNames = Object.values(ids).map((name) => `PCI_EXT_CAP_ID_${name}`)
  const wanted = cases.flatMap(({ constants }) => Object.values(constants))
  const constants = new Set([...wanted, ...idNames, ...Object.values(lengths)])
  const known = isThere ? evaluateInC(constants) : new Map<string, number>()

  test('the header has most of the constants', () => {
    expect(known.size).toBeGreaterThan(150)
  })

  test.each(cases)('$layout', (given) => {
    const fields = fieldsOf(given)
    for (const [path, constant] of Object.entries(given.constants)) {
      const field = fields.find((candidate) => isBelow(candidate, path))
      if (field === undefined) throw new Error(`${given.layout} has no field ${path}.`)
      const isMember = field.bits !== undefined && field.path.join('.') === path
      const [low, high] = field.bits ?? [0, 0]
      const found = isMember ? 2 ** (high + 1) - 2 ** low : field.offset + 4
      if (known.has(constant)) expect(`${path} ${found}`).toBe(`${path} ${known.get(constant)}`)
    }
  })

  test.each(Object.entries(lengths))('length of %s', (layout, constant) => {
    const capability = extendedCapabilities.find(({ codecs }) => codecs.some(({ type }) => type.name === layout))
    const { length } = codecNamed(capability?.id as number, layout).decodePrefix(new Uint8Array(512))
    if (known.has(constant)) expect(length + 4).toBe(known.get(constant))
  })

  test('the IDs', () => {
    for (const { name, id } of extendedCapabilities) {
      const constant = `PCI_EXT_CAP_ID_${ids[name]}`
      if (known.has(constant)) expect(`${name} ${id}`).toBe(`${name} ${known.get(constant)}`)
    }
  })
})
