import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryConfigSpace } from '../../src/fuzz/index.ts'
import { catalogues, LISTS } from '../../src/pci/config-space/catalogue.ts'
import { configSpaceFormat } from '../../src/pci/index.ts'

const sample = (options: Record<string, boolean | string>, numRuns: number) =>
  fc.sample(arbitraryConfigSpace(options), { numRuns, seed: 11 })

const samples = [
  ...sample({}, 1200),
  ...sample({ bridgeMigration: true }, 300),
  ...sample({ capability14: 'migration-2015' }, 100),
]

test('every description, header and size is among them', () => {
  const seen = new Set<string>()
  for (const { size, header, capabilities, extendedCapabilities } of samples) {
    seen.add(`size ${size}`).add(`header ${Math.min(header.headerType.layout, 3)}`)
    for (const { layout, id } of [...capabilities, ...extendedCapabilities]) seen.add(layout ?? `opaque ${id === 0}`)
  }
  const layouts = LISTS.flatMap((list) => [...catalogues[list].byLayout.keys()])
  const wanted = [...layouts, 'opaque true', 'opaque false', 'size 64', 'size 256', 'size 4096']
  expect([...wanted, 'header 0', 'header 1', 'header 2', 'header 3'].filter((one) => !seen.has(one))).toEqual([])
  expect(samples.some(({ size }) => ![64, 256, 4096].includes(size))).toBe(true)
  expect(samples.some(({ trailing }) => trailing !== undefined)).toBe(true)
  expect(samples.some(({ extendedCapabilities: [first] }) => first?.id === 0 && first.next !== 0)).toBe(true)
})

/** What a valid configuration space does not have. */
const INVALID = [
  ...['loop', 'pointer-in-header', 'id-ff', 'too-many', 'truncated', 'damaged', 'overlap'].map(
    (name) => `pci/capability-${name}`,
  ),
  ...['pci/extended-pointer-in-legacy', 'pci/extended-ends-in-void'],
]

test('their lists hold together', () => {
  for (const value of samples.slice(0, 500)) {
    const { findings } = configSpaceFormat.inspect(configSpaceFormat.encode(value))
    expect(findings.map(({ code }) => code).filter((code) => INVALID.includes(code))).toEqual([])
  }
})
