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

const MAPPED_HEADER = (version: number, pageSize: number, bitmap: number, pages: number) => [
  ...s.u32(version),
  ...[...s.u64(pageSize), ...s.u64(bitmap), ...s.u64(pages)],
]
const NAMED = s.named('r')
const PAGE = [...s.word(0, 8), ...NAMED, ...Array<number>(4096).fill(1)]
/** A mapped-ram file up to its first record: a bitmap of one word at 256, a page at 4096. */
const FILE = [...MAPPED, ...MAPPED_HEADER(1, 4096, 256, 4096)]
const IN_FILE = [...FILE, ...Array<number>(8192 - FILE.length).fill(0), ...s.RAM_END, ...s.footer(1), ...s.part(1)]

const OTHER = s.description(['e', 3])
/** Another instance of a device under the same ID. */
const OTHER_INSTANCE = [...s.full(4, 'd').slice(0, -8), ...s.u32(7), ...s.u32(1)]
const UNKNOWN = Array<number>(18).fill(0x61)
const UUID = Array<number>(16).fill(0)

/**
 * The smallest stream that each is said of: how grave it is, what the message has to name, and the part of the stream that
 * the finding begins with.
 */
const CASES: readonly (readonly [
  code: string,
  severity: 'error' | 'warning' | 'info',
  fact: string,
  part: number,
  parts: readonly (readonly number[])[],
])[] = [
  ['qemu/ended-early', 'error', 'no end mark', 1, [FRONT]],
  ['qemu/ended-early', 'error', 'PART of ram', 1, [LISTED, s.part(1), s.word(0, 2), NAMED]],
  ['qemu/unknown-element', 'error', '0x55', 1, [FRONT, [0x55]]],
  ['qemu/body-not-read', 'error', 'PART of ram', 2, [LISTED, s.part(1), s.word(0, 0x400), [1]]],
  ['qemu/body-not-delimited', 'error', 'body of d', 1, [FRONT, s.full(4, 'd'), [1, 2, 3]]],
  ['qemu/start-missing', 'error', '9', 1, [FRONT, s.part(9), s.footer(9), s.EOF]],
  ['qemu/id-repeated', 'error', 'of d (instance 0)', 2, [FRONT, DEVICE, s.full(4, 'e'), s.footer(4), s.EOF]],
  ['qemu/id-repeated', 'error', '(instance 7)', 2, [FRONT, DEVICE, OTHER_INSTANCE, s.footer(4), s.EOF]],
  ['qemu/footer-missing', 'error', 'ram', 1, [LISTED, s.part(1), s.RAM_END, s.EOF, [0, 0, 0, 0]]],
  ['qemu/footer-mismatch', 'error', 'section 2', 3, [LISTED, s.part(1), s.RAM_END, s.footer(2), s.EOF]],
  ['qemu/no-footers', 'info', 'no footers', 3, [START, s.blocks(0), s.RAM_END, s.EOF]],
  ['qemu/no-configuration', 'info', 'no configuration', 1, [s.HEADER, s.EOF]],
  ['qemu/no-description', 'info', 'No description', 2, [FRONT, s.EOF]],
  ['qemu/description-ended-early', 'warning', '1 are missing', 3, [FRONT, s.EOF, [6, ...s.u32(3)], [0x7b, 0x7d]]],
  [
    'qemu/description-mismatch',
    'warning',
    'e (instance 0)',
    2,
    [FRONT, s.full(4, 'd'), [1, 2, 3], s.footer(4), s.EOF, OTHER],
  ],
  [
    'qemu/unknown-configuration',
    'error',
    '"aaaaaaaaaaaaaaaaaa"',
    1,
    [FRONT, [5, 18, ...UNKNOWN], s.u32(1), UUID, s.EOF],
  ],
  [
    'qemu/unknown-configuration',
    'error',
    '"configuration/what"',
    1,
    [FRONT, [5, ...s.named('configuration/what')], s.u32(1)],
  ],
  ['qemu/unknown-configuration', 'error', '"short"', 1, [FRONT, [5, ...s.named('short')], s.u32(1)]],
  ['qemu/packaged-overrun', 'error', '0x', 2, [FRONT, s.command(7, s.u32(4)), DEVICE, s.EOF]],
  ['qemu/command', 'error', 'Command 99', 1, [FRONT, s.command(99, []), s.EOF]],
  ['qemu/command', 'error', 'is 0', 1, [FRONT, s.command(0, []), s.EOF]],
  ['qemu/command', 'error', 'RUN has 1 byte, not 0', 1, [FRONT, s.command(5, [1]), s.EOF]],
  ['qemu/command', 'error', 'COLO has 1 byte, not 0', 1, [FRONT, s.command(8, [1]), s.EOF]],
  ['qemu/trailing-zeros', 'info', '2 zero bytes', 2, [FRONT, s.EOF, [0, 0]]],
  ['qemu/trailing-bytes', 'warning', '1 byte', 2, [FRONT, s.EOF, [1]]],
  ['qemu/leading-bytes', 'info', '1 ', 0, [[0], FRONT, s.EOF]],
  ['qemu/bitmap-chunk', 'error', '', 2, [FRONT, s.start(3, 'dirty-bitmap'), [0x04, 200], s.EOF]],
  ['qemu/ram-flags', 'error', '0x400', 1, [PART, s.word(0, 0x400), DONE]],
  ['qemu/ram-flags', 'error', '0x8', 1, [IN_FILE, PAGE, DONE]],
  ['qemu/ram-unknown-block', 'error', '"q"', 1, [PART, s.word(0, 2), s.named('q'), [0], DONE]],
  ['qemu/ram-no-block', 'error', 'no record named one', 1, [PART, s.word(0, 0x22), [0], DONE]],
  ['qemu/ram-address', 'error', '0x1000', 1, [PART, s.word(4096, 2), NAMED, [0], DONE]],
  ['qemu/ram-total', 'error', '0x2000', 1, [START, s.blocks(4096, s.block('r', 8192)), DONE]],
  ['qemu/ram-fill', 'error', '0x7', 1, [PART, s.word(0, 2), NAMED, [7], DONE]],
  ['qemu/xbzrle-version', 'error', 'is 2', 1, [PART, s.word(0, 0x40), NAMED, [2, 0, 0], DONE]],
  // compressBound(4096) of zlib is 4110.
  ['qemu/compressed-length', 'error', '4111', 1, [PART, s.word(0, 0x100), NAMED, s.u32(4111), DONE]],
  ['qemu/mapped-ram-header', 'error', 'is 2', 2, [MAPPED, MAPPED_HEADER(2, 4096, 1000, 8192), []]],
  ['qemu/mapped-ram-header', 'error', 'is 0', 2, [MAPPED, MAPPED_HEADER(1, 0, 1000, 8192), []]],
  ['qemu/mapped-ram-header', 'error', 'before', 2, [MAPPED, MAPPED_HEADER(1, 4096, 0, 8192), []]],
  ['qemu/mapped-ram-header', 'error', 'inside', 2, [MAPPED, MAPPED_HEADER(1, 4096, 8192, 8192), []]],
  ['qemu/mapped-ram-header', 'error', 'no multiple of 4096', 2, [MAPPED, MAPPED_HEADER(1, 4096, 256, 4104), []]],
]

/** Where a part of a stream begins. */
const startOf = (part: number, parts: readonly (readonly number[])[]) => parts.slice(0, part).flat().length

describe('a stream is told', () => {
  test.each(CASES)('%s (%s, %s)', (code, severity, fact, part, parts) => {
    const { findings } = qemuMigrationFormat.inspect(s.bytesOf(...parts))
    const finding = findings.find((one) => one.code === code)
    expect({ ...finding, message: undefined }).toMatchObject({ code, severity, offset: startOf(part, parts) })
    expect(finding?.message).toMatch(/^\S.*\.$/)
    expect(finding?.message).toContain(fact)
  })

  test('qemu/vmdesc-too-large', () => {
    const length = 2 ** 24 + 1
    const front = s.bytesOf(FRONT, s.EOF, [6, ...s.u32(length)])
    const whole = new Uint8Array(front.length + length).fill(0x20)
    whole.set(front)
    const { findings } = qemuMigrationFormat.inspect(whole)
    expect(findings).toMatchObject([
      { code: 'qemu/no-ram' },
      { code: 'qemu/vmdesc-too-large', severity: 'info', offset: front.length, length },
    ])
  })

  test('a mapped-ram file of version 0 is read', () => {
    const { findings } = qemuMigrationFormat.inspect(s.bytesOf(MAPPED, MAPPED_HEADER(0, 4096, 256, 4096)))
    expect(findings.map((one) => one.code)).not.toContain('qemu/mapped-ram-header')
  })

  test('the longest page that zlib makes is taken', () => {
    const parts = [PART, s.word(0, 0x100), NAMED, s.u32(4110), Array<number>(4110).fill(0), DONE]
    const { findings } = qemuMigrationFormat.inspect(s.bytesOf(...parts))
    expect(findings.map((one) => one.code)).not.toContain('qemu/compressed-length')
  })

  test.each([...new Set(CASES.map(([code]) => code))].filter((code) => !/no-footers|no-configuration/.test(code)))(
    '%s, and not without its cause',
    (code) => {
      const { findings } = qemuMigrationFormat.inspect(s.SMALL)
      expect(findings.map((one) => one.code)).not.toContain(code)
    },
  )
})
