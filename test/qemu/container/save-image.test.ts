import { describe, expect, test } from 'vitest'
import {
  detectQemuStream,
  encodeSaveImage,
  qemuMigrationFormat,
  readSaveImage,
  saveImageFields,
  saveImageFromJson,
  saveImageToJson,
} from '../../../src/qemu/index.ts'
import { saveImage } from './recipes.ts'

const codes = (bytes: Uint8Array) => readSaveImage(bytes)?.problems.map(({ code }) => code)

describe.each(['little', 'big'] as const)('a save image of a machine with %s byte order', (byteOrder) => {
  const bytes = saveImage({ byteOrder, format: 6, running: 1, xml: '<domain/>', cookie: '<cookie/>', padding: 100 })

  test('is read as libvirt wrote it', () => {
    const read = readSaveImage(Buffer.concat([bytes, Buffer.from('QEVM')]))
    expect(read).toMatchObject({
      length: 92 + 10 + 10 + 100,
      problems: [],
      value: {
        byteOrder,
        header: {
          magic: 'LibvirtQemudSave',
          version: 2,
          dataLength: 120,
          wasRunning: 1,
          format: 'sparse',
          cookieOffset: 10,
        },
        domainXml: '<domain/>',
        cookie: '<cookie/>',
      },
    })
  })

  test('is written as it was, from its value and from JSON', () => {
    const value = readSaveImage(bytes)?.value
    if (value === undefined) throw new Error('There is no value.')
    expect(encodeSaveImage(value)).toEqual(new Uint8Array(bytes))
    expect(encodeSaveImage(saveImageFromJson(JSON.parse(JSON.stringify(saveImageToJson(value)))))).toEqual(
      new Uint8Array(bytes),
    )
    const fields = saveImageFields(bytes, value)
    expect(fields.reduce((sum, { length }) => sum + length, 0)).toBe(bytes.length)
  })
})

test('without a cookie the XML has all of the data', () => {
  const bytes = saveImage({ xml: '<domain/>', padding: 7 })
  expect(readSaveImage(bytes)?.value).toMatchObject({ domainXml: '<domain/>', cookie: undefined })
})

test.each<[string, Uint8Array, string]>([
  ['an image that was not finished', saveImage({ magic: 'LibvirtQemudPart' }), 'qemu/save-incomplete'],
  ['version 3', saveImage({ version: 3 }), 'qemu/save-version'],
  ['format 7', saveImage({ format: 7 }), 'qemu/save-format'],
  ['a compressed stream', saveImage({ format: 4 }), 'qemu/save-compressed'],
  ['no data', saveImage({ dataLength: 0 }), 'qemu/save-data'],
  ['4 GiB of data', saveImage({ dataLength: 0xffffffff }), 'qemu/save-data'],
  ['data that is cut', saveImage({}).subarray(0, 95), 'qemu/save-data'],
  ['a cookie behind the data', saveImage({ cookieOffset: 1000 }), 'qemu/save-data'],
  ['something in the padding', saveImage({ xml: '<a/>\0b', padding: 3 }), 'qemu/save-padding'],
])('%s is a finding, and comes back as it was', (_, bytes, code) => {
  expect(codes(bytes)).toContain(code)
  const read = readSaveImage(bytes)
  if (read === undefined) throw new Error('There is no value.')
  expect(encodeSaveImage(read.value)).toEqual(new Uint8Array(bytes.subarray(0, read.length)))
  const json = JSON.parse(JSON.stringify(saveImageToJson(read.value)))
  expect(encodeSaveImage(saveImageFromJson(json))).toEqual(new Uint8Array(bytes.subarray(0, read.length)))
  for (const { offset, length } of saveImageFields(bytes, read.value)) {
    expect(offset + length).toBeLessThanOrEqual(bytes.length)
  }
})

test('a header that is cut is none', () => {
  expect(readSaveImage(saveImage({}).subarray(0, 91))).toBeUndefined()
})

const STREAM = Buffer.from('5145564d00000003', 'hex')

test.each<[string, Uint8Array, number | undefined]>([
  ['at the beginning', STREAM, 0],
  ['behind zero bytes', Buffer.concat([Buffer.alloc(77), STREAM]), 77],
  ['behind 4096 zero bytes', Buffer.concat([Buffer.alloc(4096), STREAM]), 4096],
  ['behind 512 other bytes', Buffer.concat([Buffer.alloc(512, 1), STREAM]), 512],
  ['behind 513 other bytes', Buffer.concat([Buffer.alloc(513, 1), STREAM]), undefined],
  ['of version 9', Buffer.from('5145564d00000009', 'hex'), undefined],
  ['that is cut', STREAM.subarray(0, 7), undefined],
  ['of zero bytes', Buffer.alloc(5000), undefined],
])('a stream %s', (_, head, offset) => {
  expect(detectQemuStream(head)).toBe(offset)
})

/** A stream of nothing but its end. */
const EMPTY = Buffer.concat([STREAM, Buffer.from([0])])

describe('the reader of streams', () => {
  test.each<[string, Uint8Array, string[]]>([
    ['behind a save image', Buffer.concat([saveImage({ xml: '<a/>', padding: 60000 }), EMPTY]), []],
    ['behind 4096 zero bytes', Buffer.concat([Buffer.alloc(4096), EMPTY]), ['qemu/leading-bytes']],
    ['behind 100000 zero bytes', Buffer.concat([Buffer.alloc(100000), EMPTY]), ['qemu/leading-bytes']],
    ['behind other bytes', Buffer.concat([Buffer.alloc(1024, 5), EMPTY]), ['qemu/leading-bytes']],
  ])('finds a stream %s, and gives the same bytes back', (_, bytes, expected) => {
    const { value, findings } = qemuMigrationFormat.inspect(bytes)
    const own = findings.map(({ code }) => code).filter((code) => !code.startsWith('qemu/no-'))
    expect(own).toEqual(expected)
    if (value === undefined) throw new Error('There is no value.')
    expect(Buffer.compare(qemuMigrationFormat.encode(value), bytes)).toBe(0)
    const json = JSON.parse(JSON.stringify(qemuMigrationFormat.toJson(value)))
    expect(Buffer.compare(qemuMigrationFormat.encode(qemuMigrationFormat.fromJson(json)), bytes)).toBe(0)
  })

  test('names the compression of a save image that nobody took off', () => {
    const { value, findings } = qemuMigrationFormat.inspect(
      Buffer.concat([saveImage({ format: 3 }), Buffer.alloc(99, 7)]),
    )
    expect(value).toBeUndefined()
    expect(findings[0]?.code).toBe('qemu/save-compressed')
    expect(findings[0]?.message).toContain('xz')
  })
})
