import { describe, expect, test } from 'vitest'
import { isOpaque, joined } from '../../src/layout/index.ts'
import { findFormat, openDocument } from '../../src/registry/index.ts'
import { ALL_RECORDS, codesOf, inspect, LARGE_RECORDS, noise, piecesOf, streamOf } from './sample.ts'

const SMALL = piecesOf(ALL_RECORDS)
const LARGE = streamOf(LARGE_RECORDS)

const format = findFormat('migration-stream')

/** What is said of damaged bytes; nothing is ever lost. */
function judged(bytes: Uint8Array): string[] {
  const inspected = inspect(bytes)
  if (inspected.value !== undefined) {
    expect(Buffer.compare(format?.encode(inspected.value) as Uint8Array, bytes)).toBe(0)
  }
  return inspected.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice()
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7))
  return copy
}

test('sound streams have no errors', () => {
  for (const bytes of [joined(SMALL), LARGE, streamOf([]), streamOf(ALL_RECORDS, false)]) {
    expect(judged(bytes)).toEqual([])
  }
})

describe('a single bit', () => {
  test('anywhere in a small stream', () => {
    const bytes = joined(SMALL)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      if (judged(flipped(bytes, bit)).length === 0) throw new Error(`The change of bit ${bit} is not found.`)
    }
  })

  test('in places of a large stream', () => {
    for (let bit = 11; bit < LARGE.length * 8; bit += 600_011) {
      if (judged(flipped(LARGE, bit)).length === 0) throw new Error(`The change of bit ${bit} is not found.`)
    }
  })

  test('is said by the sum that covers it, and by the digest', () => {
    const bytes = joined(SMALL)
    const payload = (SMALL[0] as Uint8Array).length + 48
    expect(judged(flipped(bytes, 8 * 20))).toEqual(['stream/header-damaged', 'stream/digest-mismatch'])
    expect(judged(flipped(bytes, 8 * payload))).toEqual(['stream/payload-damaged', 'stream/digest-mismatch'])
  })
})

test('every beginning gives all whole records, and says that it is one', () => {
  const bytes = joined(SMALL)
  const whole = inspect(bytes).value
  const ends: number[] = []
  for (const piece of SMALL) ends.push((ends.at(-1) ?? 0) + piece.length)
  for (let length = 0; length < bytes.length; length++) {
    const inspected = inspect(bytes.subarray(0, length))
    if (length < 64) {
      expect(codesOf(inspected), `${length} bytes`).toEqual(['layout/ended-early'])
      continue
    }
    const isBetween = ends.includes(length)
    const count = ends.filter((end) => end <= length).length - 1
    const records = inspected.value?.records ?? []
    expect(records.slice(0, count)).toEqual(whole?.records.slice(0, count))
    expect(records.length).toBe(isBetween ? count : count + 1)
    const codes = codesOf(inspected)
    expect(codes, `${length} bytes`).toContain('stream/end-missing')
    expect(codes.includes('stream/truncated'), `${length} bytes`).toBe(!isBetween)
    expect(codes).not.toContain('stream/bytes-skipped')
  }
})

describe('whole records', () => {
  const last = SMALL.length - 1
  const inner = Array.from({ length: last - 1 }, (_, at) => at + 1)

  test('two that follow each other, swapped', () => {
    for (const at of inner.slice(0, -1)) {
      const pieces = [...SMALL]
      pieces.splice(at, 2, SMALL[at + 1] as Uint8Array, SMALL[at] as Uint8Array)
      const codes = judged(joined(pieces))
      expect(codes, `record ${at - 1}`).toContain('stream/records-missing')
      expect(codes, `record ${at - 1}`).toContain('stream/record-out-of-order')
      expect(codes, `record ${at - 1}`).toContain('stream/digest-mismatch')
    }
  })

  test('repeated', () => {
    for (const at of inner) {
      const codes = judged(joined(SMALL.toSpliced(at, 0, SMALL[at] as Uint8Array)))
      expect(codes).toContain('stream/record-out-of-order')
      expect(codes).toContain('stream/end-mismatch')
    }
  })

  test('removed', () => {
    for (const at of inner) {
      const codes = judged(joined(SMALL.toSpliced(at, 1)))
      expect(codes).toContain('stream/records-missing')
      expect(codes).toContain('stream/end-mismatch')
    }
    expect(judged(joined(SMALL.slice(0, last)))).toEqual(['stream/end-missing'])
  })

  test('chunks of a part', () => {
    const first = ALL_RECORDS.findIndex(({ goesOn }) => goesOn) + 1
    const without = (...gone: number[]) => judged(joined(SMALL.filter((_, at) => !gone.includes(at))))
    expect(without(first + 1)).toContain('stream/chunk-out-of-order')
    expect(without(first)).toContain('stream/chunk-out-of-order')
    expect(without(first + 2)).toContain('stream/part-unfinished')
    expect(without(first, first + 1, first + 2)).not.toContain('stream/chunk-out-of-order')
  })
})

describe('bytes around the end', () => {
  const garbage = noise(40)
  test.each([
    ['behind it', SMALL.length, 'stream/trailing-bytes'],
    ['in front of it', SMALL.length - 1, 'stream/bytes-skipped'],
  ])('%s', (_, at, code) => {
    const codes = judged(joined(SMALL.toSpliced(at, 0, garbage)))
    expect(codes[0]).toBe(code)
  })

  test('another stream behind it is kept as it is', () => {
    const { value, findings } = inspect(joined([...SMALL, ...SMALL]))
    expect(value?.trailing).toEqual(joined(SMALL))
    expect(findings.map(({ code }) => code)).toContain('stream/trailing-bytes')
  })
})

describe('a stream that passed for text', () => {
  const text = (convert: (text: string) => string) =>
    Uint8Array.from(Buffer.from(convert(Buffer.from(joined(SMALL)).toString('latin1')), 'latin1'))
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['LF to CR LF', text((from) => from.replaceAll('\n', '\r\n')), /line feeds made CR LF/],
    ['LF alone to CR LF', text((from) => from.replaceAll(/(?<!\r)\n/g, '\r\n')), /line feeds made CR LF/],
    ['CR LF to LF', text((from) => from.replaceAll('\r\n', '\n')), /CR LF made line feeds/],
    ['CR to LF', text((from) => from.replaceAll('\r', '\n')), /carriage returns made line feeds/],
    ['LF to CR', text((from) => from.replaceAll('\n', '\r')), /line feeds made carriage returns/],
    ['7 bits', joined(SMALL).map((byte) => byte & 0x7f), /high bit cleared/],
    ['UTF-8 of Latin-1', Uint8Array.from(Buffer.from(Buffer.from(joined(SMALL)).toString('latin1'))), /Latin-1/],
    ['UTF-8 of itself', Uint8Array.from(Buffer.from(Buffer.from(joined(SMALL)).toString('utf8'))), /no UTF-8/],
    ['question marks', text((from) => from.replaceAll(/[^\0-\x7f]/g, '?')), /question mark/],
  ]
  test.each(cases)('%s', async (_, bytes, message) => {
    const [finding, ...others] = inspect(bytes).findings
    expect(others).toEqual([])
    expect(finding).toMatchObject({ code: 'stream/text-damage', offset: 0 })
    expect(finding?.message).toMatch(message)
    expect(format?.detect({ head: bytes, size: bytes.length })).toBe(0.9)
    const opened = await openDocument(bytes)
    expect(opened.format.name).toBe('migration-stream')
    expect(() => opened.decode()).toThrow(message)
  })

  test('bytes that only begin alike are another format', () => {
    for (const head of ['89564d46', '89564641', '0956464d00000000', '3f56464d0d']) {
      expect(format?.detect({ head: Uint8Array.from(Buffer.from(head, 'hex')), size: 100 })).toBe(0)
    }
  })
})

test('what is damaged is opaque, and nothing else', () => {
  const bytes = flipped(joined(SMALL), 8 * (64 + 48))
  const { value } = inspect(bytes)
  const [record, ...others] = value?.records ?? []
  expect(record !== undefined && !isOpaque(record) && isOpaque(record.payload)).toBe(true)
  expect(others).toEqual(inspect(joined(SMALL)).value?.records.slice(1))
})
