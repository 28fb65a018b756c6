import { afterAll, describe, expect, test } from 'vitest'
import { functionOf, judgeFunction, readFunction } from '../../../src/capture/function-dump/index.ts'
import { readSysfs, type SysfsFile } from '../../../src/capture/index.ts'
import { valueAt } from '../../../src/findings/index.ts'
import { barAddress, barsOf, decodeBars } from '../../../src/pci/header.ts'
import { type CapabilityEntry, type ConfigSpace, configSpaceFormat, toPciOptions } from '../../../src/pci/index.ts'
import { configs, encode, fixtureText, GUESTS, type Guest } from '../../capture/support.ts'
import { flagCases, wordCases } from './lspci-cases.ts'
import { flagsOf, type PrintedFunction, readVerbose, type Section } from './lspci-text.ts'

// Every function of the guests, against what lspci and the kernel said of it inside the guest, and what a newer lspci
// says of its bytes.

const TEXTS = ['lspci-vvvnn.txt.gz', 'lspci-3.15.0-F-vvvnn.txt.gz'] as const
const short = (address: string) => address.replace(/^0000:/, '')
const at = (value: unknown, field: string) => valueAt(value, field.split('.'))

type Fact = readonly [offset: number, version: number | null, title: string]
interface Facts {
  readonly [address: string]: { readonly title: string; readonly caps: readonly Fact[] }
}

/** Cases that some capture has shown, so that none is compared with nothing. */
const seen = new Set<unknown>()

describe.each(GUESTS)('%s', (guest) => {
  const spaces = configs(guest)
  const facts: Facts = JSON.parse(fixtureText(guest, 'facts.json'))
  const names = [...spaces.keys()]

  test('every function has facts', () => {
    expect(names.map(short).sort()).toEqual(Object.keys(facts).sort())
  })

  test.each(names)('%s: the lists are those of the guest', (address) => {
    const value = configSpaceFormat.decode(spaces.get(address) as Uint8Array)
    const listed = listsOf(value)
    const known = facts[short(address)]?.caps.map(([offset, version]) => [offset, version])
    expect(listed).toEqual(known)
  })

  describe.each(TEXTS)('%s', (text) => {
    const printed = readVerbose(fixtureText(guest, text))
    test.each(names)('%s', (address) => {
      const value = configSpaceFormat.decode(spaces.get(address) as Uint8Array)
      const shown = printed.get(short(address)) as PrintedFunction
      expect(listsOf(value)).toEqual(shown.sections.map(({ offset, version }) => [offset, version ?? null]))
      expectWords(value.header, { title: shown.title, registers: shown.header }, 'header')
      for (const section of shown.sections) {
        const entry = entryAt(value, section.offset)
        expectWords(entry, section, section.title)
        if (section.title.startsWith('Express') || section.title.startsWith('MSI')) expect(entry.layout).toBeDefined()
      }
    })
  })

  test.each(names)('%s: nothing is lost, and nothing is wrong with it', (address) => {
    const bytes = spaces.get(address) as Uint8Array
    expect(configSpaceFormat.encode(configSpaceFormat.decode(bytes))).toEqual(bytes)
    const { findings } = configSpaceFormat.inspect(bytes)
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
  })

  test('with what sysfs knows, nothing is wrong either, and BARs have the sizes and addresses of the kernel', () => {
    for (const captured of readSysfs(treeOf(guest, spaces))) {
      const findings = judgeFunction(captured, 0, toPciOptions({}))
      expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
      const { configSpace } = functionOf(captured, readFunction(captured, toPciOptions({})))
      for (const bar of decodeBars(barsOf(configSpace.header))) {
        const [start, end, flags] = resourcesOf(guest, captured.address)[bar.index] as [number, number, number]
        if (end === 0) continue
        expect(barAddress(bar), `${captured.address} BAR ${bar.index}`).toBe(BigInt(start))
        expect(bar.kind).toBe((flags & IORESOURCE_IO) === 0 ? 'memory' : 'io')
        expect(bar.width).toBe((flags & IORESOURCE_MEM_64) === 0 ? 32 : 64)
        expect(bar.prefetchable).toBe((flags & IORESOURCE_PREFETCH) !== 0)
        expect(captured.barSizes?.bars[bar.index]).toBe(end - start + 1)
      }
    }
  })
})

afterAll(() => {
  const unseen = [
    ...flagCases.flatMap((one) =>
      Object.keys(one.flags).map((flag) => ({ key: `${one.section} ${one.register} ${flag}` })),
    ),
    ...wordCases.map(({ section, register, field }) => ({ key: `${section} ${register} ${field}` })),
  ].filter(({ key }) => !seen.has(key))
  expect(unseen).toEqual([])
})

const IORESOURCE_IO = 0x100
const IORESOURCE_PREFETCH = 0x2000
const IORESOURCE_MEM_64 = 0x100000

function listsOf({ capabilities, extendedCapabilities }: ConfigSpace): unknown[] {
  return [
    ...capabilities.map(({ offset }) => [offset, null]),
    ...extendedCapabilities.map(({ offset, version }) => [offset, version]),
  ]
}

function entryAt(value: ConfigSpace, offset: number): CapabilityEntry {
  const found = [...value.capabilities, ...value.extendedCapabilities].find((entry) => entry.offset === offset)
  if (found === undefined) throw new Error(`There is no capability at ${offset}.`)
  return found
}

/** Compares everything that the tables know of a part of lspci's text with decoded registers. */
function expectWords(value: object, { title, registers }: Pick<Section, 'title' | 'registers'>, name: string): void {
  const found: Record<string, unknown> = {}
  const expected: Record<string, unknown> = {}
  const note = (key: string, field: string, wanted: unknown) => {
    seen.add(key)
    found[`${field} (${key})`] = at(value, field)
    expected[`${field} (${key})`] = wanted
  }
  for (const { section, register, flags } of flagCases) {
    if (!name.startsWith(section)) continue
    for (const [flag, sign] of flagsOf(registers.get(register) ?? '')) {
      const field = flags[flag]
      if (field !== undefined) note(`${section} ${register} ${flag}`, field, sign)
    }
  }
  for (const { section, register, pattern, field, value: convert = Number } of wordCases) {
    if (!name.startsWith(section)) continue
    const word = pattern.exec(register === undefined ? title : (registers.get(register) ?? ''))?.[1]
    if (word !== undefined) note(`${section} ${register} ${field}`, field, convert(word, at(value, field)))
  }
  expect(found).toEqual(expected)
}

type Resources = readonly (readonly [number, number, number])[]

function sysfsOf(guest: Guest): Record<string, { readonly resource: Resources; readonly [name: string]: unknown }> {
  return JSON.parse(fixtureText(guest, guest === 'g3-zoo-q10' ? 'sysfs.json.gz' : 'sysfs.json'))
}

const resourcesOf = (guest: Guest, address: string) => sysfsOf(guest)[address]?.resource as Resources

/** The parts of a sysfs tree that matter here. */
function treeOf(guest: Guest, spaces: ReadonlyMap<string, Uint8Array>): SysfsFile[] {
  return Object.entries(sysfsOf(guest)).flatMap(([address, { resource }]) => {
    const row = (numbers: readonly number[]) => numbers.map((n) => `0x${n.toString(16).padStart(16, '0')}`).join(' ')
    return [
      { path: `${address}/config`, bytes: spaces.get(address) as Uint8Array },
      { path: `${address}/resource`, bytes: encode(resource.map((numbers) => `${row(numbers)}\n`).join('')) },
    ]
  })
}
