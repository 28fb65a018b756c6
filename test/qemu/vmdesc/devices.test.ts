import { describe, expect, it } from 'vitest'
import { decodeDevice, encodeDevice, fieldsFromJson, fieldsToJson } from '../../../src/qemu/vmdesc/index.ts'
import { bytes, device, field, first, read, root, struct } from './support.ts'

/** Fields, bytes by hand, value, JSON. */
const CASES: [what: string, fields: unknown[], body: string, value: object, json: object][] = [
  ['bool', [field('a', 'bool', 1)], '01', { a: true }, { a: true }],
  ['a C bool of 2', [field('a', 'bool', 1)], '02', { a: 2 }, { a: 2 }],
  ['int8', [field('a', 'int8', 1)], 'fe', { a: -2 }, { a: -2 }],
  ['int16', [field('a', 'int16', 2)], 'fffe', { a: -2 }, { a: -2 }],
  ['int32 le, which is big-endian', [field('a', 'int32 le', 4)], '00000002', { a: 2 }, { a: 2 }],
  ['int32 equal', [field('a', 'int32 equal', 4)], 'fffffffe', { a: -2 }, { a: -2 }],
  ['uint16 equal', [field('a', 'uint16 equal', 2)], 'fffe', { a: 65534 }, { a: 65534 }],
  ['uint32', [field('a', 'uint32', 4)], 'fffffffe', { a: 4294967294 }, { a: 4294967294 }],
  ['int64', [field('a', 'int64', 8)], 'ffffffffffffffff', { a: -1n }, { a: '-0x1' }],
  ['uint64', [field('a', 'uint64', 8)], '8000000000000001', { a: 0x8000000000000001n }, { a: '0x8000000000000001' }],
  ['timer', [field('a', 'timer', 8)], 'ffffffffffffffff', { a: 0xffffffffffffffffn }, { a: '0xffffffffffffffff' }],
  [
    'CPU double 1.0',
    [field('a', 'CPU_Double_U', 8)],
    '3ff0000000000000',
    { a: 0x3ff0000000000000n },
    { a: '0x3ff0000000000000' },
  ],
  ['buffer', [field('a', 'buffer', 3)], '010203', { a: bytes('010203') }, { a: '010203' }],
  ['a type of its own', [field('a', 'scsi-requests', 2)], 'abcd', { a: bytes('abcd') }, { a: 'abcd' }],
  ['no bytes', [field('a', 'unused_buffer', 0)], '', { a: bytes('') }, { a: '' }],
  ['capability', [field('a', 'capability', 4)], '03616263', { a: 'abc' }, { a: 'abc' }],
  ['array', [field('a', 'uint16', 2, { array_len: 2 })], '00010002', { a: [1, 2] }, { a: [1, 2] }],
  [
    'array of buffers',
    [field('a', 'buffer', 1, { array_len: 2 })],
    '0102',
    { a: [bytes('01'), bytes('02')] },
    { a: ['01', '02'] },
  ],
  [
    'structure with an array of structures',
    [
      field('s', 'struct', 4, {
        struct: struct([field('e', 'struct', 2, { array_len: 2, struct: struct([field('x', 'uint16', 2)]) })]),
      }),
    ],
    '00010002',
    { s: { e: [{ x: 1 }, { x: 2 }] } },
    { s: { e: [{ x: 1 }, { x: 2 }] } },
  ],
  [
    'structures of different size by index',
    [
      field('s', 'struct', 1, { index: 0, struct: struct([field('x', 'uint8', 1)]) }),
      field('s', 'struct', 2, { index: 1, struct: struct([field('x', 'uint16', 2)]) }),
    ],
    '01 0002',
    { s: [{ x: 1 }, { x: 2 }] },
    { s: [{ x: 1 }, { x: 2 }] },
  ],
  [
    'null pointers between structures, as of QEMU 10',
    [
      field('p', 'nullptr', 1, { array_len: 2 }),
      field('p', 'struct', 1, { struct: struct([field('x', 'uint8', 1)]) }),
      field('p', 'nullptr', 1),
    ],
    '30 30 07 30',
    { p: [null, null, { x: 7 }, null] },
    { p: [null, null, { x: 7 }, null] },
  ],
  [
    'null pointers before QEMU 10',
    [field('p', 'struct', 1, { array_len: 2, struct: {} })],
    '30 30',
    { p: [null, null] },
    { p: [null, null] },
  ],
  ['a null pointer to a number before QEMU 10', [field('p', 'uint64', 1)], '30', { p: null }, { p: null }],
  [
    'a structure saved by a function',
    [field('t', 'tmp', 2, struct([field('x', 'uint16', 2)]))],
    '0102',
    { t: { x: 258 } },
    { t: { x: 258 } },
  ],
  [
    'a list with marks, of which the JSON describes one element',
    [field('q', 'qtailq', 5, struct([field('x', 'uint8', 1)]))],
    '01 07 01 08 00',
    { q: bytes('0107010800') },
    { q: '0107010800' },
  ],
]

describe('a device', () => {
  it.each(CASES)('decodes %s, and encodes it again', (_, fields, body, value, json) => {
    const described = device(fields)
    const decoded = decodeDevice(bytes(body), described)
    expect(decoded.problems).toEqual([])
    expect(decoded.length).toBe(bytes(body).length)
    expect(decoded.fields).toEqual(value)
    expect(encodeDevice(decoded.fields, described)).toEqual(bytes(body))
    expect(fieldsToJson(decoded.fields)).toEqual(json)
    expect(fieldsFromJson(fieldsToJson(decoded.fields), described)).toEqual(value)
  })

  it('has subsections under their names, headers checked', () => {
    const described = device([field('a', 'uint8', 1)], {
      subsections: [struct([field('b', 'uint8', 1)], { vmsd_name: 'd/x', version: 2 })],
    })
    const body = bytes('01 05 03 642f78 00000002 09')
    const { fields, problems, ...decoded } = decodeDevice(body, described)
    const located = decoded.located()
    expect([fields, problems]).toEqual([{ a: 1, 'd/x': { b: 9 } }, []])
    expect(encodeDevice(fields, described)).toEqual(body)
    expect(located.map(({ path, offset, length }) => [path, offset, length])).toEqual([
      [['a'], 0, 1],
      [['d/x'], 1, 9],
      [['d/x', 'b'], 10, 1],
    ])
  })

  it('may have a subsection whose name is longer than its length byte can say', () => {
    const name = `d/${'x'.repeat(300)}`
    const described = device([], { subsections: [struct([], { vmsd_name: name })] })
    const header = new TextEncoder().encode(name).subarray(0, name.length & 0xff)
    const body = Uint8Array.from([5, header.length, ...header, 0, 0, 0, 1])
    expect(decodeDevice(body, described)).toMatchObject({ problems: [], fields: { [name]: {} } })
  })

  it('keeps both of two fields with one name, and names that objects have already', () => {
    const { description } = read(root([field('a', 'uint8', 1), field('__proto__', 'uint8', 1), field('a', 'uint8', 1)]))
    const { fields } = decodeDevice(bytes('010203'), first(description))
    expect(Object.entries(fields)).toEqual([
      ['a', 1],
      ['__proto__#2', 2],
      ['a#2', 3],
    ])
    expect(encodeDevice(fields, first(description))).toEqual(bytes('010203'))
  })

  it('of the configuration section decodes too', () => {
    const described = struct([field('len', 'uint32', 4), field('name', 'buffer', 2)], {
      subsections: [
        struct([field('caps_count', 'uint32', 4), field('capabilities', 'capability', 2, { array_len: 2 })], {
          vmsd_name: 'configuration/capabilities',
        }),
      ],
    })
    const { description } = read({ configuration: described, devices: [] })
    const name = '636f6e66696775726174696f6e2f6361706162696c6974696573'
    const body = bytes(`00000002 7063 05 1a ${name} 00000001 00000002 01 61 02 6263`)
    if (description?.configuration === undefined) throw new Error('There is no configuration.')
    const { fields, problems } = decodeDevice(body, description.configuration)
    expect(problems).toEqual([])
    expect(fields['configuration/capabilities']).toEqual({ caps_count: 2, capabilities: ['a', 'bc'] })
    expect(encodeDevice(fields, description.configuration)).toEqual(body)
  })
})

describe('where bytes and description disagree', () => {
  const sub = { subsections: [struct([field('b', 'uint8', 1)], { vmsd_name: 'd/x' })] }
  const one = [field('a', 'uint8', 1)]
  const DISAGREE: [code: string, json: object, body: string, value: object, path: unknown[]][] = [
    ['qemu/vmdesc-body-short', root([field('a', 'uint16', 2)]), '01', { rest: bytes('01') }, ['a']],
    [
      'qemu/vmdesc-body-short',
      root([field('a', 'uint16', 2, { array_len: 9 })]),
      '000107',
      { a: [1], rest: bytes('07') },
      ['a', 1],
    ],
    ['qemu/vmdesc-body-rest', root(one), '0102', { a: 1, rest: bytes('02') }, ['rest']],
    ['qemu/vmdesc-subsection', root(one, sub), '01', { a: 1, rest: bytes('') }, ['d/x']],
    [
      'qemu/vmdesc-subsection',
      root(one, sub),
      '01 05 03 642f79 00000001 07',
      { a: 1, rest: bytes('0503642f790000000107') },
      ['d/x'],
    ],
    [
      'qemu/vmdesc-subsection',
      root(one, sub),
      '01 05 03 642f78 00000002 07',
      { a: 1, rest: bytes('0503642f780000000207') },
      ['d/x'],
    ],
    [
      'qemu/vmdesc-body-short',
      root(one, sub),
      '01 05 03 642f78 00000001',
      { a: 1, 'd/x': {}, rest: bytes('') },
      ['d/x', 'b'],
    ],
    ['qemu/vmdesc-incomplete', root([...one, {}]), '01 02', { a: 1, rest: bytes('02') }, []],
    ['qemu/vmdesc-null-pointer', root([field('p', 'nullptr', 1)]), '31', { p: 0x31 }, ['p']],
    [
      'qemu/vmdesc-mixed-pointers',
      root([field('p', 'struct', 1, { array_len: 4, struct: {} }), ...one]),
      '30 30 00000001 30 01',
      { p: [null, null], rest: bytes('000000013001') },
      ['p', 2],
    ],
  ]
  it.each(DISAGREE)('%s: %j', (code, json, body, value, path) => {
    const described = first(read(json).description)
    const { fields, problems } = decodeDevice(bytes(body), described)
    expect(problems.map((problem) => [problem.code, problem.path])).toEqual([[code, path]])
    expect(fields).toEqual(value)
    expect(encodeDevice(fields, described)).toEqual(bytes(body))
    expect(encodeDevice(fieldsFromJson(fieldsToJson(fields), described), described)).toEqual(bytes(body))
  })

  it.each([
    ['elements', root([field('a', 'buffer', 0, { array_len: Number.MAX_SAFE_INTEGER })])],
    ['structures', root([field('a', 'struct', 0, { array_len: 2 ** 40, struct: struct([]) })])],
  ])('values without bytes have a limit: %s', (_, json) => {
    const described = first(read(json).description)
    const { fields, problems } = decodeDevice(bytes('0102'), described)
    expect(problems.map(({ code }) => code)).toEqual(['qemu/vmdesc-too-many'])
    expect((fields.a as unknown[]).length).toBeLessThan(1000)
    expect(encodeDevice(fields, described)).toEqual(bytes('0102'))
  })
})

it('a device has a limit of values, however many bytes it has', () => {
  const described = first(read(root([field('a', 'uint8', 1, { array_len: 2 ** 40 })])).description)
  const body = new Uint8Array(2 ** 20 + 3)
  const { fields, problems } = decodeDevice(body, described)
  expect(problems.map(({ code, path }) => [code, path])).toEqual([['qemu/vmdesc-too-many', ['a', 2 ** 20]]])
  expect(fields.rest).toHaveLength(3)
  expect(Buffer.compare(encodeDevice(fields, described), body)).toBe(0)
})

describe('what cannot be encoded', () => {
  const described = device([
    field('a', 'uint8', 1),
    field('w', 'int64', 8),
    field('l', 'uint16', 2, { array_len: 2 }),
    field('b', 'buffer', 1),
    field('t', 'bool', 1),
    field('p', 'nullptr', 1),
  ])
  const right = { a: 1, w: -1n, l: [1, 2], b: bytes('07'), t: true, p: null }
  it.each([
    ['layout/value-out-of-range', 'a', { ...right, a: 256 }],
    ['layout/wrong-type', 'a', { ...right, a: 1n }],
    ['layout/wrong-type', 'a', { ...right, a: 1.5 }],
    ['layout/value-out-of-range', 'w', { ...right, w: 1n << 63n }],
    ['layout/wrong-type', 'w', { ...right, w: 1 }],
    ['layout/wrong-type', 'l', { ...right, l: 1 }],
    ['layout/length-mismatch', 'l', { ...right, l: [1, 2, 3] }],
    ['layout/missing-field', 'l[1]', { ...right, l: [1], b: undefined }],
    ['layout/length-mismatch', 'b', { ...right, b: bytes('0708') }],
    ['layout/wrong-type', 't', { ...right, t: 'yes' }],
    ['layout/wrong-type', 'p', { ...right, p: 'null' }],
    ['layout/unexpected-field', 'x', { ...right, x: 1 }],
    ['layout/missing-field', 'a', {}],
  ])('%s at %s', (code, path, fields) => {
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
    for (const name of path === 'l[1]' ? ['t', 'p'] : []) delete given[name]
    expect(() => encodeDevice(given as never, described)).toThrow(expect.objectContaining({ code }))
    expect(() => encodeDevice(given as never, described)).toThrow(`${path}:`)
  })

  it('is refused too where something stands behind what is missing', () => {
    expect(() => encodeDevice({ a: 1, t: true, rest: bytes('') }, described)).toThrow('t: expected nothing behind')
    expect(encodeDevice({ a: 1, rest: bytes('0809') }, described)).toEqual(bytes('010809'))
  })

  it.each([
    ['layout/wrong-type', []],
    ['layout/wrong-type', { a: '1' }],
    ['layout/wrong-type', { w: '1' }],
    ['layout/wrong-type', { l: '1' }],
    ['layout/length-mismatch', { l: [1, 2, 3] }],
    ['layout/wrong-type', { b: 'xy' }],
    ['layout/unexpected-field', { z: 1 }],
  ])('%s in JSON: %j', (code, json) => {
    expect(() => fieldsFromJson(json as never, described)).toThrow(expect.objectContaining({ code }))
  })
})
