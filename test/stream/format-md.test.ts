import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { AnyType, StructType } from '../../src/layout/index.ts'
import { joined, leastSize, toHex } from '../../src/layout/index.ts'
import { streamCodes } from '../../src/stream/codes.ts'
import { RECORD_TYPES, recordHeader, streamFileHeader } from '../../src/stream/header.layout.ts'
import * as payloads from '../../src/stream/payload.layout.ts'
import { streamRecord } from '../../src/stream/record.layout.ts'
import { ownerOf } from '../../src/stream/type-rules.ts'
import { piecesOf } from './sample.ts'

const text = readFileSync('src/stream/FORMAT.md', 'utf8')
const structures: readonly StructType[] = [streamFileHeader, recordHeader, ...Object.values(payloads)]

/** Cells of the first table below a heading that holds a text. */
function table(heading: string): string[][] {
  const [, section = ''] = text.split(heading)
  const [, rows = ''] = /^\|.*\n\|[-|]+\n((?:\|.*\n)*)/m.exec(section) ?? []
  return rows.split('\n').flatMap((row) => (row === '' ? [] : [row.slice(2, -2).split(' | ')]))
}

/** A size as the tables have it. */
function sizeOf(type: AnyType): string {
  if (type.kind === 'array') return `${leastSize(type.element)} * \`count\``
  if (type.kind !== 'bytes' && type.kind !== 'text') return String(leastSize(type))
  const { length } = type
  if (length.op === 'number') return String(length.value)
  return length.op === 'field' ? `\`${length.path[0]}\`` : 'rest'
}

describe.each(structures.map((type) => [type.name, type] as const))('%s', (name, type) => {
  test('its table has the fields of the description, in their places', () => {
    let at: number | undefined = 0
    const rows = Object.entries(type.fields).map(([field, part]) => {
      const size = sizeOf(part)
      const row = [at === undefined ? '-' : String(at), size, `\`${field}\``]
      at = at !== undefined && /^\d+$/.test(size) ? at + Number(size) : undefined
      return row
    })
    expect(table(`: \`${name}\`\n`).map((row) => row.slice(0, 3))).toEqual(rows)
  })

  test('every number that has a name is there', () => {
    for (const part of Object.values(type.fields)) {
      if (part.kind !== 'enum') continue
      for (const [member, number] of part.numbers) expect(text).toContain(`${number}: ${member}`)
    }
  })
})

test('the types are those of the description, with their payloads', () => {
  const cases = streamRecord.fields.payload.inner.cases
  const rows = table('\n## Types\n')
  expect(rows.map(([number, name]) => [number, name])).toEqual(
    Object.entries(RECORD_TYPES).map(([number, name]) => [number, `\`${name}\``]),
  )
  for (const [number, , payload, owner] of rows) {
    expect(owner).toBe(ownerOf(RECORD_TYPES[Number(number) as keyof typeof RECORD_TYPES]))
    const described = cases[Number(number)]
    if (described?.kind === 'struct') expect(payload).toBe(`\`${described.name}\``)
    else expect(payload).toMatch(/^bytes of /)
  }
})

test('every finding is named', () => {
  for (const code of Object.keys(streamCodes.entries)) expect(text).toContain(`\`${code}\``)
})

test('the example is what the writer gives', () => {
  const [, example = ''] = /```hex\n(.*?)```/s.exec(text) ?? []
  const bytes = example.replaceAll(/#.*/g, '').replaceAll(/\s/g, '')
  expect(bytes).toBe(toHex(joined(piecesOf([{ type: 'note', payload: { note: 'hello' } }]))))
})
