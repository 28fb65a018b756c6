import { describe, expect, test } from 'vitest'
import { allCodes, detectFormats, findFormat, formats } from '../../src/registry/index.ts'

describe('every format', () => {
  test.each(formats.map((format) => [format.name, format] as const))('%s', (name, format) => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(findFormat(name) === format).toBe(true)
    expect(format.title).not.toBe('')
    expect(format.source).not.toBe('')
    expect(format.structures.length > 0 || format.ksy === 'none').toBe(true)
    const schema = JSON.parse(JSON.stringify(format.schema()))
    for (const form of schema.anyOf ?? [schema]) expect(form).toMatchObject({ type: 'object' })
    for (const option of Object.values(format.options)) expect(option.meaning).toMatch(/^\S.*[^.]$/)
  })

  test('no name is used twice', () => {
    expect(new Set(formats.map(({ name }) => name)).size).toBe(formats.length)
    expect(findFormat('no-such-format')).toBeUndefined()
  })
})

test('a code means the same in every format', () => {
  const all = allCodes()
  for (const format of formats)
    for (const [code, entry] of Object.entries(format.codes))
      expect(all.get(code), `${format.name} ${code}`).toEqual(entry)
  for (const [code, { severity, title, explanation }] of all) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(['error', 'warning', 'info']).toContain(severity)
    expect(title, code).toMatch(/^\S.*[^.]$/)
    expect(explanation, code).toMatch(/^\S.{20,}[.)]$/)
  }
  expect([...all.keys()]).toEqual([...all.keys()].sort())
})

describe('detection', () => {
  test('formats without a magic are never chosen by themselves', () => {
    const never = formats.filter(({ automatic }) => !automatic)
    const names = never.map(({ name }) => name)
    for (const head of [
      new Uint8Array(16),
      new Uint8Array(64).fill(0xff),
      Uint8Array.from({ length: 64 }, (_, at) => at),
    ])
      for (const { format } of detectFormats({ head, size: head.length })) expect(names).not.toContain(format.name)
    for (const format of never) expect(format.detect({ head: new Uint8Array(16), size: 16 })).toBe(0)
  })

  test('the surest comes first, and guesses are left out', () => {
    const head = new Uint8Array(256).fill(0xff)
    const candidates = detectFormats({ head, size: 256 })
    const confidences = candidates.map(({ confidence }) => confidence)
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a))
    for (const confidence of confidences) expect(confidence).toBeGreaterThanOrEqual(0.3)
  })
})
