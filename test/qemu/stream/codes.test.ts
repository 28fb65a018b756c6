import { describe, expect, test } from 'vitest'
import { qemuMigrationFormat } from '../../../src/qemu/index.ts'
import * as s from './small.ts'

const FRONT = [...s.HEADER, ...s.CONFIGURATION]
const START = [...FRONT, ...s.start(1, 'ram')]
const LISTED = [...START, ...s.blocks(4096, s.block('r', 4096)), ...s.RAM_END, ...s.footer(1)]
const PART = [...LISTED, ...s.part(1)]
const DONE = [...s.RAM_END, ...s.footer(1), ...s.EOF]
const DEVICE = [...s.full(4, 'd'), 1, 2, 3, ...s.footer(4)]
const MAPPED = [
  ...[...s.HEADER, ...s.CONFIGURATION, 5, ...s.named('configuration/capabilities'), ...s.u32(1), ...s.u32(1)],
  ...[...s.named('mapped-ram'), ...s.start(1, 'ram'), ...s.word(4096, 4), ...s.block('r', 4096)],
]

/** The smallest stream that each is said of. */
const CASES: readonly (readonly [code: string, parts: readonly (readonly number[])[]])[] = [
  ['qemu/ended-early', [FRONT]],
  ['qemu/unknown-element', [FRONT, [0x55]]],
  ['qemu/body-not-read', [PART, s.word(0, 0x400), [1]]],
  ['qemu/body-not-delimited', [FRONT, s.full(4, 'd'), [1, 2, 3]]],
  ['qemu/start-missing', [FRONT, s.part(9), s.footer(9), s.EOF]],
  ['qemu/id-repeated', [FRONT, DEVICE, s.full(4, 'e'), s.footer(4), s.EOF]],
  ['qemu/footer-missing', [LISTED, s.part(1), s.RAM_END, s.EOF, [0, 0, 0, 0]]],
  ['qemu/footer-mismatch', [LISTED, s.part(1), s.RAM_END, s.footer(2), s.EOF]],
  ['qemu/no-footers', [START, s.blocks(0), s.RAM_END, s.EOF]],
  ['qemu/no-configuration', [s.HEADER, s.EOF]],
  ['qemu/no-description', [FRONT, s.EOF]],
  ['qemu/description-ended-early', [FRONT, s.EOF, s.described('{}', 3)]],
  ['qemu/description-mismatch', [FRONT, DEVICE, s.EOF, s.description(['e', 3])]],
  ['qemu/unknown-configuration', [FRONT, [5, 18], Array(18).fill(0x61), s.u32(1), Array(16).fill(0), s.EOF]],
  ['qemu/packaged-overrun', [FRONT, s.command(7, s.u32(4)), DEVICE, s.EOF]],
  ['qemu/command', [FRONT, s.command(99, []), s.EOF]],
  ['qemu/command', [FRONT, s.command(5, [1]), s.EOF]],
  ['qemu/trailing-zeros', [FRONT, s.EOF, [0, 0]]],
  ['qemu/trailing-bytes', [FRONT, s.EOF, [1]]],
  ['qemu/leading-bytes', [[0], FRONT, s.EOF]],
  ['qemu/bitmap-chunk', [FRONT, s.start(3, 'dirty-bitmap'), [0x04, 200], s.EOF]],
  ['qemu/ram-flags', [PART, s.word(0, 0x400), DONE]],
  ['qemu/ram-unknown-block', [PART, s.word(0, 2), s.named('q'), [0], DONE]],
  ['qemu/ram-no-block', [PART, s.word(0, 0x22), [0], DONE]],
  ['qemu/ram-address', [PART, s.word(4096, 2), s.named('r'), [0], DONE]],
  ['qemu/ram-total', [START, s.blocks(4096, s.block('r', 8192)), DONE]],
  ['qemu/ram-fill', [PART, s.word(0, 2), s.named('r'), [7], DONE]],
  ['qemu/xbzrle-version', [PART, s.word(0, 0x40), s.named('r'), [2, 0, 0], DONE]],
  ['qemu/compressed-length', [PART, s.word(0, 0x100), s.named('r'), s.u32(0x10000), DONE]],
  ['qemu/mapped-ram-header', [MAPPED, s.u32(2), s.u64(4096), s.u64(1000), s.u64(8192)]],
  ['qemu/mapped-ram-header', [MAPPED, s.u32(1), s.u64(0), s.u64(1000), s.u64(8192)]],
  ['qemu/mapped-ram-header', [MAPPED, s.u32(1), s.u64(4096), s.u64(0), s.u64(8192)]],
]

describe('a stream is told', () => {
  test.each(CASES)('%s', (code, parts) => {
    const { findings } = qemuMigrationFormat.inspect(s.bytesOf(...parts))
    const finding = findings.find((one) => one.code === code)
    expect(findings.map((one) => one.code)).toContain(code)
    expect(finding?.severity).toBe(qemuMigrationFormat.codes[code]?.severity)
    expect(finding?.message).toMatch(/^\S.*\.$/)
  })

  test.each(CASES.filter(([code]) => code !== 'qemu/no-footers' && code !== 'qemu/no-configuration'))(
    '%s, and not without its cause',
    (code) => {
      const { findings } = qemuMigrationFormat.inspect(s.SMALL)
      expect(findings.map((one) => one.code)).not.toContain(code)
    },
  )
})
