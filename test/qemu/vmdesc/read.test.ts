import { describe, expect, it } from 'vitest'
import { descriptionCodes, readVmDescription, sizeOf } from '../../../src/qemu/vmdesc/index.ts'
import { field, first, read, root, struct } from './support.ts'

const ok = field('a', 'uint8', 1)

describe('a description', () => {
  it('gives devices, fields and sizes', () => {
    const { description, problems } = read({
      configuration: struct([field('len', 'uint32', 4), field('name', 'buffer', 3)]),
      page_size: 4096,
      devices: [
        {
          name: 'x',
          instance_id: 1,
          vmsd_name: 'xs',
          version: 3,
          fields: [
            field('a', 'int32 le', 4),
            field('b', 'uint16', 2, { array_len: 3 }),
            field('c', 'struct', 5, { index: 0, struct: struct([ok, field('t', 'uint32', 4)]) }),
            field('c', 'struct', 1, { index: 1, struct: struct([ok]) }),
          ],
          subsections: [struct([ok], { vmsd_name: 'xs/more' })],
        },
        { name: 'old', instance_id: -1, size: 7, fields: [field('data', 'buffer', 7)] },
      ],
    })
    expect(problems).toEqual([])
    const [x, old] = description?.devices ?? []
    if (x === undefined || old === undefined) throw new Error('Two devices are missing.')
    expect([x.name, x.instanceId, x.vmsdName, x.version, x.oldStyle]).toEqual(['x', 1, 'xs', 3, false])
    // 4 + 3 * 2 + 5 + 1, then marker, length, "xs/more", version and one byte.
    expect(sizeOf(x)).toBe(16 + 1 + 1 + 7 + 4 + 1)
    expect([old.oldStyle, old.instanceId, sizeOf(old)]).toEqual([true, 0xffffffff, 7])
    expect(description?.configuration?.size).toBe(7)
    expect(x.fields.map(({ elements }) => elements)).toEqual([
      undefined,
      { first: 0, count: 3 },
      { first: 0, count: 1 },
      { first: 1, count: 1 },
    ])
  })

  it.each([
    ['nothing', ''],
    ['half of it', '{"page_size": 4096, "dev'],
    ['a list', '[]'],
    ['10 000 lists in each other', '['.repeat(10_000)],
    ['bytes that are no text', '\u0000\ufffd'],
  ])('is none where there is %s', (_, text) => {
    const { description, problems } = readVmDescription(new TextEncoder().encode(text))
    expect(description).toBeUndefined()
    expect(problems.map(({ code }) => code)).toEqual(['qemu/vmdesc-not-json'])
  })

  it.each([
    ['a million values', `[${'0,'.repeat(2 ** 20 - 8)}0]`, 'qemu/vmdesc-bad-member'],
    ['more', `[${'0,'.repeat(2 ** 20)}0]`, 'qemu/vmdesc-too-large'],
    ['as many objects', `[${'{},'.repeat(2 ** 19)}0]`, 'qemu/vmdesc-too-large'],
    ['65,536 levels', `${'['.repeat(2 ** 16)}${']'.repeat(2 ** 16)}`, 'qemu/vmdesc-not-json'],
    ['one more', `${'['.repeat(2 ** 16 + 1)}`, 'qemu/vmdesc-too-large'],
    ['brackets and commas in text', JSON.stringify('\\"[{,'.repeat(2 ** 18)), 'qemu/vmdesc-not-json'],
    ['a text without end', `"${','.repeat(2 ** 21)}\\`, 'qemu/vmdesc-not-json'],
  ])('of %s is weighed before it is parsed', (_, text, code) => {
    const json = code === 'qemu/vmdesc-bad-member' ? `{"devices":[],"page_size":${text}}` : text
    const { problems } = readVmDescription(new TextEncoder().encode(json))
    expect(problems.map((problem) => problem.code)).toEqual([code])
  })

  const size = (fields: unknown[]) => root(fields)
  const cases: [code: string, json: unknown, bytes: number | undefined][] = [
    ['qemu/vmdesc-bad-member', { page_size: 4095, devices: root([]).devices }, 0],
    ['qemu/vmdesc-bad-member', { devices: root([]).devices, configuration: [] }, 0],
    ['qemu/vmdesc-bad-member', root(undefined), undefined],
    ['qemu/vmdesc-bad-member', root([{ type: 'uint8', size: 1 }]), undefined],
    ['qemu/vmdesc-bad-member', root([ok, { name: 5, type: 'uint8' }]), undefined],
    ['qemu/vmdesc-bad-member', root([field('a', 'buffer')]), undefined],
    ['qemu/vmdesc-bad-member', root([field('a', 'buffer', -1)]), undefined],
    ['qemu/vmdesc-bad-member', root([field('a', 'buffer', 2 ** 53)]), undefined],
    ['qemu/vmdesc-bad-member', root([field('a', 'uint8', 1, { array_len: 0 })]), undefined],
    ['qemu/vmdesc-bad-member', root([field('a', 'uint8', 1, { array_len: -3 })]), undefined],
    ['qemu/vmdesc-bad-member', root([field('a', 'uint8', 1, { array_len: 1.5 })]), undefined],
    ['qemu/vmdesc-bad-member', root([field('a', 'uint8', 1, { array_len: '2' })]), undefined],
    ['qemu/vmdesc-bad-member', root([field('a', 'uint8', 0.5)]), 1],
    ['qemu/vmdesc-bad-member', root([ok], { subsections: {} }), undefined],
    ['qemu/vmdesc-bad-member', root([ok], { subsections: [struct([ok], { version: undefined })] }), undefined],
    ['qemu/vmdesc-size-mismatch', size([field('a', 'uint64', 4)]), 4],
    ['qemu/vmdesc-size-mismatch', size([field('a', 'bool', 4)]), 4],
    ['qemu/vmdesc-size-mismatch', size([field('a', 'struct', 9, { struct: struct([ok]) })]), 9],
    ['qemu/vmdesc-duplicate-name', size([ok, field('b', 'uint8', 1), ok]), 3],
    ['qemu/vmdesc-duplicate-name', size([field('rest', 'uint8', 1)]), 1],
    ['qemu/vmdesc-duplicate-device', { devices: [...root([]).devices, ...root([]).devices] }, 0],
  ]
  it.each(cases)('has the fault %s: %j', (code, json, bytes) => {
    const { description, problems } = read(json)
    expect(problems.map((problem) => problem.code)).toEqual([code])
    expect(sizeOf(first(description))).toBe(bytes)
  })

  it('has no device where its name or instance is of another type', () => {
    const entries = [
      null,
      5,
      [],
      {},
      { name: 'a' },
      { name: 'a', instance_id: 1.5 },
      { name: 'a', instance_id: 2 ** 32 },
    ]
    const { description, problems } = read({ devices: entries })
    expect(description?.devices).toEqual([])
    expect(problems.map(({ path }) => path)).toEqual(entries.map((_, index) => ['devices', index]))
    expect(read({}).description?.devices).toEqual([])
  })

  it('takes index as it comes: the order is what counts', () => {
    const { description, problems } = read(
      root([field('a', 'uint8', 1, { index: 2 ** 53 }), field('a', 'uint8', 1, { index: -1 })]),
    )
    expect(problems).toEqual([])
    expect(sizeOf(first(description))).toBe(2)
  })

  it('is no larger than it can be: sizes above 2^53 are none', () => {
    const { description } = read(root([field('a', 'uint64', 8, { array_len: Number.MAX_SAFE_INTEGER })]))
    expect(sizeOf(first(description))).toBeUndefined()
  })

  it.each([['struct'], ['tmp']])('stops where structures nest too deep, through %s', (kind) => {
    let fields: unknown[] = [ok]
    const wrap = (inner: unknown) => (kind === 'struct' ? { struct: struct(inner) } : struct(inner))
    for (let level = 0; level < 1000; level++) fields = [field('s', kind, 1, wrap(fields))]
    const { description, problems } = read(root(fields))
    expect(problems.map(({ code }) => code)).toEqual(['qemu/vmdesc-too-deep'])
    expect(sizeOf(first(description))).toBe(1)
  })

  it('stops where subsections nest too deep', () => {
    let inner = struct([])
    for (let level = 0; level < 1000; level++) inner = struct([], { subsections: [inner] })
    const { problems } = read(root([], { subsections: [inner] }))
    expect(problems.map(({ code }) => code)).toEqual(['qemu/vmdesc-too-deep'])
  })

  it('lists the first faults only', () => {
    const { problems } = read({ devices: Array.from({ length: 1000 }, () => 0) })
    expect(problems).toHaveLength(65)
    expect(problems.at(-1)).toMatchObject({ code: 'qemu/vmdesc-more', message: '936 more are not listed.' })
  })

  it('has codes with words', () => {
    for (const { title, explanation } of Object.values(descriptionCodes.entries)) {
      expect(title.length).toBeGreaterThan(20)
      expect(explanation).toMatch(/\.$/)
    }
  })
})
