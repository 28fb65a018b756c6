import { describe, expect, test } from 'vitest'
import { type FunctionDump, functionDumpFormat } from '../../src/capture/function-dump/index.ts'
import { readLspci, writeLspci } from '../../src/capture/index.ts'
import { EncodeError, printPath } from '../../src/findings/index.ts'
import { type ConfigSpace, configSpaceFormat } from '../../src/pci/index.ts'
import { configs, encode, fixture, fixtureText, GUESTS } from './support.ts'

describe.each(GUESTS)('%s', (guest) => {
  const text = fixture(guest, 'lspci-xxxx.txt.gz')
  const spaces = configs(guest)

  test('its functions are those of sysfs, byte for byte', () => {
    const { functions } = functionDumpFormat.decode(text)
    const found = functions.map(({ address, configSpace }) => [
      `0000:${address}`,
      configSpaceFormat.encode(configSpace as ConfigSpace),
    ])
    expect(new Map(found as [string, Uint8Array][])).toEqual(spaces)
  })

  test('the same values as from the bytes alone, and the titles of lspci', () => {
    const lines = fixtureText(guest, 'lspci-xxxx.txt.gz').split('\n')
    for (const { address, title, configSpace } of functionDumpFormat.decode(text).functions) {
      expect(configSpace).toEqual(configSpaceFormat.decode(spaces.get(`0000:${address}`) as Uint8Array))
      expect(lines).toContain(`${address} ${title}`)
    }
  })

  test('text to value to text gives the same functions, and no finding but information', () => {
    const value = functionDumpFormat.decode(text)
    expect(functionDumpFormat.decode(functionDumpFormat.encode(value))).toEqual(value)
    const { findings } = functionDumpFormat.inspect(text)
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
  })

  test('each finding names its function and the line that holds its first byte', () => {
    const { findings } = functionDumpFormat.inspect(text)
    expect(findings.length).toBeGreaterThan(0)
    for (const finding of findings) expectLine(finding, fixtureText(guest, 'lspci-xxxx.txt.gz'))
  })
})

type Placed = ReturnType<typeof functionDumpFormat.inspect>['findings'][number]

/** The line of a finding is a row of its function that starts at or below the offset, by less than 16 bytes. */
function expectLine({ in: space, line, offset, path, code }: Placed, text: string): void {
  const lines = text.split('\n')
  const index = Number(/^functions\[(\d+)\]\.configSpace$/.exec(space ?? '')?.[1])
  expect(path.slice(0, 3), code).toEqual(['functions', index, 'configSpace'])
  const row = /^([0-9a-f]+): /.exec(lines[(line ?? 0) - 1] ?? '')
  const start = Number.parseInt(row?.[1] ?? 'none', 16)
  expect(offset - start, `${code} in line ${line}`).toBeGreaterThanOrEqual(0)
  expect(offset - start, `${code} in line ${line}`).toBeLessThan(16)
  const titles = lines.slice(0, line).filter((one) => /^([0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] /.test(one))
  expect(titles.length - 1, code).toBe(index)
}

describe('damage', () => {
  const sound = configs('g1-igb-q10').get('0000:01:10.0') as Uint8Array
  const looped = sound.with(0xa1, 0xa0)
  const TEXT = writeLspci([
    { address: '01:10.0', bytes: sound },
    { address: '01:10.2', bytes: looped },
  ])

  test('a loop in the second function is found there', () => {
    const { findings } = functionDumpFormat.inspect(encode(TEXT))
    const loop = findings.find(({ code }) => code === 'pci/capability-loop')
    expect(loop).toMatchObject({ offset: 0xa1, length: 1, in: 'functions[1].configSpace', severity: 'error' })
    // Title and 256 rows and an empty line of the first function, the title of the second, then row a0.
    expect(loop?.line).toBe(1 + 256 + 1 + 1 + 0x0a + 1)
    expect(printPath(loop?.path ?? [])).toBe('functions[1].configSpace.capabilities')
    expectLine(loop as Placed, TEXT)
  })

  test('a function of 16 bytes is kept as bytes with an error finding of its own; the others are still judged', () => {
    const text = `${writeLspci([{ address: '01:10.0', bytes: sound.subarray(0, 16) }])}${TEXT}`
    const { value, findings } = functionDumpFormat.inspect(encode(text))
    expect(value?.functions).toMatchObject([{ configSpace: { opaque: sound.subarray(0, 16) } }, {}, {}])
    expect(findings.filter(({ severity }) => severity === 'error').map(({ code, in: space }) => [code, space])).toEqual(
      [
        ['layout/ended-early', 'functions[0].configSpace'],
        ['pci/capability-loop', 'functions[2].configSpace'],
      ],
    )
    expect(functionDumpFormat.decode(encode(text))).toEqual(value)
    expect(functionDumpFormat.fromJson(functionDumpFormat.toJson(value as FunctionDump))).toEqual(value)
    expect(functionDumpFormat.encode(value as FunctionDump)).toEqual(encode(text))
  })

  test('text that is damaged is one error, with its line', () => {
    const { findings } = functionDumpFormat.inspect(encode(TEXT.replace('\n10: ', '\n20: ')))
    expect(findings).toMatchObject([{ severity: 'error' }])
    expect(findings[0]?.message).toMatch(/ in line 3\.$/)
  })

  test('BAR sizes of the verbose text are known to the rules', () => {
    const [captured] = readLspci(encode(`01:00.0 X\n\tRegion 0: Memory at 0 (64-bit) [size=16K]\n00: 01\n`))
    expect(captured?.barSizes?.bars[0]).toBe(0x4000)
  })
})

describe('what encode refuses', () => {
  const value = functionDumpFormat.decode(fixture('g2-nvme-q7', 'lspci-xxxx.txt.gz'))
  const [first, ...others] = value.functions
  const cases = [
    ['an address of no function', { ...first, address: '1:2' }, 'functions[0].address'],
    ['a title of two lines', { ...first, title: 'a\nb' }, 'functions[0].title'],
    ['no configuration space', { ...first, configSpace: undefined }, 'functions[0].configSpace'],
    [
      'a gap that is left out',
      { ...first, configSpace: { ...first?.configSpace, gaps: [] } },
      'functions[0].configSpace.gaps',
    ],
  ] as const
  test.each(cases)('%s', (_, changed, path) => {
    let refused: unknown
    try {
      functionDumpFormat.encode({ functions: [changed, ...others] } as typeof value)
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(EncodeError)
    expect(printPath((refused as EncodeError).path)).toBe(path)
  })
})
