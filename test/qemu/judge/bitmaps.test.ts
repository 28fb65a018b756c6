import { describe, expect, test } from 'vitest'
import { qemuMigrationFormat } from '../../../src/qemu/index.ts'
import * as s from '../stream/small.ts'

// Flags of chunks, after QEMU migration/block-dirty-bitmap.c.
const [EOS, BITMAP, DEVICE, START, COMPLETE] = [0x01, 0x04, 0x08, 0x10, 0x20]
const FRONT = [...s.HEADER, ...s.CONFIGURATION, ...s.start(3, 'dirty-bitmap')]
const start = (granularity: number) => [
  START | DEVICE | BITMAP,
  ...[...s.named('disk'), ...s.named('b'), ...s.u32(granularity), 0],
]
const complete = [COMPLETE]
const next = [EOS, ...s.footer(3), ...s.part(3)]
const done = [EOS, ...s.footer(3), ...s.EOF]

const found = (...parts: readonly (readonly number[])[]) =>
  qemuMigrationFormat
    .inspect(s.bytesOf(...parts))
    .findings.filter(({ code }) => code.startsWith('dirty-bitmap/'))
    .map(({ code, severity, offset, path }) => [code, severity, offset, path.join('.')])

describe('dirty bitmaps of disks in a stream', () => {
  test('that start, and are completed in a later section, are sound', () => {
    expect(found(FRONT, start(65536), next, complete, done)).toEqual([])
  })

  test.each([0, 1000, 256])('have no granularity of %d bytes', (granularity) => {
    expect(found(FRONT, start(granularity), complete, done)).toEqual([
      ['dirty-bitmap/block-granularity', 'error', FRONT.length, 'elements.0.bitmaps.0'],
    ])
  })

  test('start once, in whatever section', () => {
    const before = [...FRONT, ...start(512), ...next]
    expect(found(before, start(512), complete, done)).toEqual([
      ['dirty-bitmap/block-twice', 'error', before.length, 'elements.1.bitmaps.0'],
    ])
  })

  test('are completed, unless the stream is cut', () => {
    expect(found(FRONT, start(512), done)).toEqual([
      ['dirty-bitmap/block-incomplete', 'info', FRONT.length, 'elements.0.bitmaps.0'],
    ])
    expect(found(FRONT, start(512), done.slice(0, -1))).toEqual([])
  })
})
