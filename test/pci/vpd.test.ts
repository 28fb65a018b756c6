import { describe, expect, test } from 'vitest'
import { EncodeError } from '../../src/findings/index.ts'
import { fromHex } from '../../src/layout/index.ts'
import { vpdFormat } from '../../src/pci/index.ts'
import { vpdCodes } from '../../src/pci/vpd.ts'

const hex = (text: string) => fromHex(text.replaceAll(/\s+/g, '')) as Uint8Array
const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

const NAME = '82 04 00 54 65 73 74'
/** PN "ABC" and a checksum: the bytes of the name and of this resource up to the checksum add up to 0x4d6. */
const PART = '50 4e 03 41 42 43'
const SUM = '52 56 04 2a 00 00 00'
const READ_ONLY = `90 0d 00 ${PART} ${SUM}`
const END = '78'
const SOUND = `${NAME} ${READ_ONLY} ${END}`

test('the sum that the tests rely on', () => {
  const bytes = hex(SOUND)
  const upTo = bytes.length - 4
  expect([...bytes.subarray(0, upTo)].reduce((sum, byte) => sum + byte, 0) % 256).toBe(0)
})

test('names, keywords, end and padding', () => {
  const value = vpdFormat.decode(hex(`${SOUND} ff ff`))
  expect(value).toEqual({
    resources: [
      { tag: 'product-name', length: 4, content: 'Test', following: undefined },
      {
        tag: 'read-only',
        length: 13,
        content: {
          keywords: [
            { keyword: 'PN', length: 3, data: ascii('ABC') },
            { keyword: 'RV', length: 4, data: hex('2a 00 00 00') },
          ],
        },
        following: undefined,
      },
      { tag: 'end', length: undefined, content: new Uint8Array(0), following: hex('ff ff') },
    ],
  })
})

interface Case {
  readonly name: string
  readonly bytes: string
  /** `severity code path` of every finding. */
  readonly found: readonly string[]
}

const noEnd = 'warning pci/vpd-no-end resources'
const damaged = (path: string) => `error layout/damaged-part ${path}`
const cases: readonly Case[] = [
  { name: 'sound', bytes: SOUND, found: [] },
  { name: 'sound, with padding', bytes: `${SOUND} ff ff ff`, found: [] },
  { name: 'sound, with a read-write resource', bytes: `${NAME} ${READ_ONLY} 91 04 00 59 41 01 30 ${END}`, found: [] },
  { name: 'only an end', bytes: END, found: [] },
  { name: 'no end', bytes: `${NAME} ${READ_ONLY}`, found: [noEnd] },
  { name: 'nothing at all', bytes: '', found: [noEnd] },
  {
    name: 'all zeros',
    bytes: '00 00 00 00',
    found: ['info layout/unknown-value resources.0.tag', 'warning pci/vpd-tag resources.0.tag', noEnd],
  },
  {
    name: 'a tag that VPD does not use',
    bytes: `${NAME} 0a 01 02 ${END}`,
    found: ['info layout/unknown-value resources.1.tag', 'warning pci/vpd-tag resources.1.tag', noEnd],
  },
  {
    name: 'an end tag with a length',
    bytes: `${NAME} 79 00`,
    found: ['info layout/unknown-value resources.1.tag'],
  },
  {
    name: 'a name past the end',
    bytes: '82 05 00 54',
    found: [damaged('resources.0.content'), 'warning pci/vpd-resource-past-end resources.0.length', noEnd],
  },
  {
    name: 'all ones, as an absent device reads',
    bytes: 'ff ff ff ff',
    found: [
      'info layout/unknown-value resources.0.tag',
      'warning pci/vpd-tag resources.0.tag',
      'warning pci/vpd-resource-past-end resources.0.length',
      noEnd,
    ],
  },
  {
    name: 'a tag without its length',
    bytes: '82 05',
    found: ['info layout/unknown-value resources.1.tag', 'warning pci/vpd-tag resources.1.tag', noEnd],
  },
  {
    name: 'a keyword past its resource',
    bytes: `91 04 00 59 41 02 30 ${END}`,
    found: ['warning pci/vpd-keyword-past-resource resources.0.content.keywords.0.length'],
  },
  { name: 'half a keyword', bytes: `91 02 00 59 41 ${END}`, found: [damaged('resources.0.content')] },
  {
    name: 'a wrong checksum',
    bytes: SOUND.replace('52 56 04 2a', '52 56 04 2b'),
    found: ['warning pci/vpd-checksum resources.1.content.keywords.1.data'],
  },
  {
    name: 'a checksum without a byte',
    bytes: `90 03 00 52 56 00 ${END}`,
    found: ['warning pci/vpd-checksum resources.0.content.keywords.0.data'],
  },
  {
    name: 'no checksum',
    bytes: `90 06 00 ${PART} ${END}`,
    found: ['info pci/vpd-no-checksum resources.0'],
  },
  { name: 'too much', bytes: `${END} ${'00'.repeat(0x8000)}`, found: ['warning pci/vpd-too-long'] },
]

test.each(cases)('$name', ({ bytes, found }) => {
  const input = hex(bytes)
  const { value, findings } = vpdFormat.inspect(input)
  if (value === undefined) throw new Error('There is no value.')
  expect(findings.map(({ severity, code, path }) => `${severity} ${code} ${path.join('.')}`.trim())).toEqual(found)
  expect(vpdFormat.encode(value)).toEqual(input)
  const json = JSON.parse(JSON.stringify(vpdFormat.toJson(value)))
  expect(vpdFormat.encode(vpdFormat.fromJson(json))).toEqual(input)
  for (const { message } of findings) expect(message).toMatch(/^[A-Z"].*\.$/s)
})

test('every code has a case', () => {
  const covered = new Set(cases.flatMap(({ found }) => found.map((line) => line.split(' ')[1])))
  expect(Object.keys(vpdCodes.entries).filter((code) => !covered.has(code))).toEqual([])
})

test('the checksum finding names the right byte and value', () => {
  const [finding] = vpdFormat.inspect(hex(SOUND.replace('52 56 04 2a', '52 56 04 2b'))).findings
  expect(finding).toMatchObject({ offset: 19, message: 'The checksum is 0x2b, it should be 0x2a.' })
})

test('a length that disagrees with its content is refused', () => {
  const value = vpdFormat.decode(hex(SOUND))
  const [name, ...others] = value.resources
  if (name === undefined) throw new Error('There is no name.')
  expect(() => vpdFormat.encode({ resources: [{ ...name, length: 3 }, ...others] })).toThrow(EncodeError)
  expect(() => vpdFormat.encode({ resources: [{ ...name, length: undefined }, ...others] })).toThrow(EncodeError)
})

describe('detection', () => {
  test.each([
    { what: 'sound', bytes: SOUND, confidence: 0.6 },
    { what: 'padded', bytes: `${SOUND} ${'ff'.repeat(64)}`, confidence: 0.6 },
    { what: 'a read-write resource behind the name', bytes: `${NAME} 91 04 00 59 41 01 30 ${END}`, confidence: 0.6 },
    { what: 'another first byte', bytes: `90${SOUND}`, confidence: 0 },
    { what: 'a name alone', bytes: `${NAME} ${END}`, confidence: 0 },
    { what: 'no end', bytes: `${NAME} ${READ_ONLY}`, confidence: 0 },
    { what: 'a name longer than the input', bytes: '82 ff ff 54', confidence: 0 },
    { what: 'keywords in lower case', bytes: `${NAME} 90 04 00 61 62 01 00 ${END}`, confidence: 0 },
    { what: 'nothing', bytes: '', confidence: 0 },
  ])('$what: $confidence', ({ bytes, confidence }) => {
    const head = hex(bytes)
    expect(vpdFormat.detect({ head, size: head.length })).toBe(confidence)
  })

  test('more than 32 KiB is no VPD', () => {
    expect(vpdFormat.detect({ head: hex(SOUND), size: 0x8001 })).toBe(0)
  })
})

test('much damage costs no more than little', () => {
  const records = '525600'.repeat(0x5000)
  const resources = '91010041'.repeat(0x4000)
  const length = (records.length / 2).toString(16).padStart(4, '0')
  const started = performance.now()
  const { findings } = vpdFormat.inspect(hex(`90${length.slice(2)}${length.slice(0, 2)}${records}${resources}`))
  expect(findings.length).toBeGreaterThan(0x8000)
  expect(performance.now() - started).toBeLessThan(5000)
})
