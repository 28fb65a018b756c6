import { describe, expect, test } from 'vitest'
import {
  CaptureError,
  captureCodes,
  detectContainer,
  openCapture,
  openInflated,
  writeHexdump,
  writeLspci,
  writeXxd,
} from '../../src/capture/index.ts'
import { configs, encode, fixture, GUESTS } from './support.ts'

const CONFIG = configs('g1-igb-q10').get('0000:01:10.0') as Uint8Array
const utf16 = (text: string): Uint8Array =>
  Uint8Array.from([0xff, 0xfe, ...[...encode(text)].flatMap((byte) => [byte, 0])])
const ROW = '00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f'

describe('detection from the head', () => {
  const cases: readonly (readonly [string, string | Uint8Array, string, string?])[] = [
    ['a configuration space', CONFIG, 'raw'],
    ['a QEMU stream', Uint8Array.from([0x51, 0x45, 0x56, 0x4d, 0, 0, 0, 3]), 'raw'],
    ['nothing', new Uint8Array(), 'raw'],
    ['zeros', new Uint8Array(4096), 'raw'],
    ['a bitmap of one printable character', new Uint8Array(4096).fill(0x55), 'raw'],
    ['a bitmap of one hexadecimal digit', new Uint8Array(4096).fill(0x33), 'raw'],
    [
      'gzip',
      fixture('g1-igb-q10', 'config/0000-00-00.0.bin').with(0, 0x1f).with(1, 0x8b).with(2, 8).with(3, 0),
      'gzip',
    ],
    ['xxd', writeXxd(CONFIG), 'xxd'],
    ['xxd of one byte', '00000000: 01                                       .\n', 'xxd'],
    ['hexdump -C', writeHexdump(CONFIG), 'hexdump'],
    [
      'hexdump -C of one byte',
      '00000000  01                                                |.|\n00000001\n',
      'hexdump',
    ],
    ['od -A x', `000000 ${ROW}\n000010\n`, 'od'],
    ['od -A d', `0000000 ${ROW}\n0000016\n`, 'od'],
    ['od of macOS', `0000000    ${ROW.replaceAll(' ', '  ')}\n0000020\n`, 'od'],
    ['od without a type', '0000000 000400 001402\n0000004\n', 'words'],
    ['od -t x4', '000000 03020100 07060504\n000008\n', 'words'],
    ['hexdump without -C', '0000000 0100 0302 0504\n0000006\n', 'words'],
    ['xxd -p', '000102030405060708090a0b0c0d0e0f\n1011\n', 'hex'],
    ['digits and other text', 'beef\nburger\n', 'unknown-text'],
    ['digits without a line end', '00010203', 'raw'],
    ['digits without a line end in a file named so', '00010203', 'hex', 'config.hex'],
    ['a kernel log', `[    1.0] igb 0000:01:00.0: hello\n[    1.1] igb 0000:01:00.0: 00000000: ${ROW}\n`, 'log'],
    ['lspci', fixture('g1-igb-q10', 'lspci-xxxx.txt.gz'), 'lspci'],
    ['verbose lspci', fixture('g1-igb-q10', 'lspci-vvvnn.txt.gz'), 'lspci'],
    ['JSON', '{ "vfmig": 1 }\n', 'unknown-text'],
    ['prose', 'The quick brown fox.\n', 'unknown-text'],
    ['UTF-16', utf16('00000000: 01'), 'utf16-text'],
  ]
  test.each(cases.map(([title, input, container, name]) => ({ title, input, container, name })))('$title', (known) => {
    const { input, container, name } = known
    const head = typeof input === 'string' ? encode(input) : input
    const detection = detectContainer({ head: head.subarray(0, 4096), size: head.length, name })
    expect(detection.container).toBe(container)
    expect(detection.confidence).toBeGreaterThan(0)
    expect(detection.confidence).toBeLessThanOrEqual(1)
    expect(detection.reason).not.toBe('')
  })

  test.each(GUESTS)('every configuration space and MSI-X table of %s is raw', (guest) => {
    for (const bytes of configs(guest).values()) expect(openInflated(bytes)).toMatchObject({ container: null, bytes })
  })

  test('a head that cuts a character or a row in two', () => {
    const text = encode(`${'ä'.repeat(3000)}\n`)
    expect(detectContainer({ head: text.subarray(0, 4095), size: text.length }).container).toBe('raw')
    expect(detectContainer({ head: encode(`text\n${'ä'.repeat(9)}`).subarray(0, 10), size: 30 }).container).toBe(
      'unknown-text',
    )
    const plain = encode('0001020304\n'.repeat(1000))
    expect(detectContainer({ head: plain.subarray(0, 4096), size: plain.length }).container).toBe('hex')
  })
})

describe('opening', () => {
  test('the same configuration space out of every container', async () => {
    const bytesOf = async (input: Uint8Array | string): Promise<Uint8Array | undefined> => {
      const capture = await openCapture(typeof input === 'string' ? encode(input) : input)
      return 'bytes' in capture ? capture.bytes : capture.functions[0]?.bytes
    }
    const texts = [writeXxd(CONFIG), writeHexdump(CONFIG), writeLspci([{ address: '01:10.0', bytes: CONFIG }])]
    for (const input of [CONFIG, Buffer.from(CONFIG), ...texts]) expect(await bytesOf(input)).toEqual(CONFIG)
  })

  test('text of no known form can be asked for as bytes', () => {
    const json = encode('{}\n')
    expect(openInflated(json, { unknownText: 'raw' })).toMatchObject({ container: null, bytes: json })
  })

  test('every kind of input but bytes is a TypeError', async () => {
    await expect(openCapture('text' as unknown as Uint8Array)).rejects.toThrow(TypeError)
  })
})

const ORPHAN = `10: ${ROW}\n`
const TITLE = '01:10.0 Ethernet controller\n'
const ACCEPTED =
  'raw bytes, xxd, hexdump -C, od -t x1, plain hexadecimal, a kernel log with a hex dump, lspci -x, or a tar of sysfs'

/** The smallest input of each kind of damage, and the sentence that it gives. */
const MESSAGES: readonly (readonly [code: string, input: string | Uint8Array, message: string])[] = [
  ['capture/unknown-text', 'hello\nworld\n', `Expected ${ACCEPTED}, found text that starts with "hello".`],
  ['capture/unknown-text', '\u001b[31mred\n', `Expected ${ACCEPTED}, found text that starts with "\\u001b[31mred".`],
  ['capture/utf16-text', utf16('00000000'), 'Expected text in ASCII or UTF-8, found UTF-16.'],
  [
    'capture/line-too-long',
    `00000000: ${'00 '.repeat(22000)}\n`,
    'Line 1: expected a line of at most 65536 bytes, found a longer one.',
  ],
  [
    'capture/line-too-long',
    `${TITLE}${' '.repeat(66000)}x\n`,
    'Line 2: expected a line of at most 65536 bytes, found a longer one.',
  ],
  [
    'capture/bad-digit',
    '00000000: 01 02\n00000002: 0g\n',
    'Line 2: expected a byte of two hexadecimal digits, found "0g".',
  ],
  [
    'capture/bad-digit',
    '00000000  01 02  |..|\n00000002  1\n',
    'Line 2: expected a byte of two hexadecimal digits, found "1".',
  ],
  ['capture/bad-digit', '000000 01 02\n000002 xx\n', 'Line 2: expected a byte of two hexadecimal digits, found "xx".'],
  [
    'capture/bad-digit',
    `${'01'.repeat(30)}\n03xx\n`,
    'Line 2: expected a byte of two hexadecimal digits, found "03xx".',
  ],
  ['capture/bad-digit', `${TITLE}00: 0g\n`, 'Line 2: expected a byte of two hexadecimal digits, found "0g".'],
  ['capture/bad-digit', `${TITLE}00: ${ROW} 10\n`, 'Line 2: expected at most 16 bytes, found more, from "10" on.'],
  ['capture/bad-digit', `${TITLE}00:\n`, 'Line 2: expected bytes behind the offset, found none.'],
  ['capture/bad-row', '00000000: 01 02\nhello\n', 'Line 2: expected a row of an xxd dump, found "hello".'],
  [
    'capture/bad-row',
    `${TITLE}00: ${ROW}\nhello\n`,
    'Line 3: expected a row of bytes, an empty line, or the next function, found "hello".',
  ],
  [
    'capture/bad-row',
    `${TITLE}00: ${ROW}\n 10: ${ROW}\n`,
    `Line 3: expected a row of bytes, an empty line, or the next function, found " 10: 00 01 02 03 04 05 06 07 08 09 0a 0b"....`,
  ],
  [
    'capture/offset-mismatch',
    `00000000: ${ROW}\n00000020: ${ROW}\n`,
    'Line 2: expected the offset 00000010, found "00000020".',
  ],
  [
    'capture/offset-mismatch',
    '00000000: 01 02\n00000000: 01 02\n',
    'Line 2: expected the offset 00000002, found "00000000".',
  ],
  [
    'capture/offset-mismatch',
    `00000000  ${ROW}\n*\n00000018\n`,
    'Line 3: expected an offset that is whole rows of 16 bytes beyond 00000010, found "00000018".',
  ],
  [
    'capture/offset-mismatch',
    '00000000  01  |.|\n00000003\n',
    'Line 2: expected the offset 00000001, found "00000003".',
  ],
  ['capture/offset-mismatch', `0000000 ${ROW}\n0000019\n`, 'Line 2: expected the offset 0000020, found "0000019".'],
  ['capture/offset-mismatch', `${TITLE}00: ${ROW}\n20: ${ROW}\n`, 'Line 3: expected the offset 10, found "20".'],
  ['capture/offset-mismatch', `${TITLE}10: ${ROW}\n`, 'Line 2: expected the offset 00, found "10".'],
  [
    'capture/offset-mismatch',
    `${TITLE}00: 01\n10: ${ROW}\n`,
    'Line 3: expected no row behind one of 1 byte, found "10".',
  ],
  [
    'capture/offset-mismatch',
    `${writeLspci([{ address: '01:10.0', bytes: CONFIG }]).trimEnd()}\n1000: ${ROW}\n`,
    'Line 258: expected at most 4096 bytes in a function, found "1000".',
  ],
  [
    'capture/text-column-mismatch',
    '00000000: 01 02  abc\n',
    'Line 1: expected a text column of 2 characters, one per byte, found 3.',
  ],
  [
    'capture/text-column-mismatch',
    '00000000  01  |..|\n00000001\n',
    'Line 1: expected a text column of 1 character, one per byte, found 2.',
  ],
  [
    'capture/text-column-mismatch',
    '000000 01 02  >..\n000002\n',
    'Line 1: expected a text column of 2 characters, one per byte, found one without its closing mark.',
  ],
  [
    'capture/text-column-mismatch',
    '00000000: 00000001 00000010  .H\n',
    'Line 1: expected a text column of 8 characters, one per byte, found 2.',
  ],
  [
    'capture/byte-order-unknown',
    '0000000 0100 0302\n0000004\n',
    'Line 1: expected single bytes, as hexdump -C, od -A x -t x1 and xxd print them, found words of several bytes in an unknown byte order.',
  ],
  [
    'capture/byte-order-unknown',
    'log: 00000000: 01020304\n',
    'Line 1: expected single bytes, or a text column that tells the byte order, found groups of 4 bytes in an unknown byte order.',
  ],
  [
    'capture/bad-repetition',
    `00000000  ${ROW}\n*\n`,
    'Line 2: expected a repetition mark between a row and an offset, found the end of the text.',
  ],
  [
    'capture/bad-repetition',
    `*\n00000000  ${ROW}\n`,
    'Line 1: expected a repetition mark between a row and an offset, found a repetition mark without a row before it.',
  ],
  [
    'capture/bad-repetition',
    `00000000  ${ROW}\n*\n*\n`,
    'Line 3: expected a repetition mark between a row and an offset, found a second repetition mark.',
  ],
  [
    'capture/after-end',
    '00000000  01  |.|\n00000001\n00000001  02  |.|\n',
    'Line 3: expected nothing after the final offset, found "00000001  02  |.|".',
  ],
  ['capture/no-rows', TITLE, 'Expected rows of lspci -x, -xxx or -xxxx, found 1 function without any.'],
  ['capture/no-rows', TITLE + TITLE, 'Expected rows of lspci -x, -xxx or -xxxx, found 2 functions without any.'],
  [
    'capture/orphan-row',
    ORPHAN + TITLE,
    'Line 1: expected a line that names the function, such as "01:10.0 Ethernet controller", before its rows, found "10: 00 01 02 03 04 05 06 07 08 09 0a 0b "....',
  ],
  [
    'capture/too-large',
    `00000000  ${ROW}\n*\n20000000\n`,
    'Line 2: expected at most 268435456 bytes in all, found 536870912 or more.',
  ],
]

describe('messages', () => {
  test.each(MESSAGES)('%s, case %#', (code, input, message) => {
    const bytes = typeof input === 'string' ? encode(input) : input
    let caught: unknown
    try {
      openInflated(bytes)
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(CaptureError)
    expect((caught as Error).message).toBe(message)
    expect((caught as CaptureError).code).toBe(code)
    expect((caught as CaptureError).line).toBe(
      /^Line (\d+)/.exec(message)?.[1] === undefined ? undefined : Number(/\d+/.exec(message)?.[0]),
    )
  })

  test('every code is one of the area, with an explanation in whole sentences', () => {
    for (const [code, { title, explanation }] of Object.entries(captureCodes.entries)) {
      expect(code).toMatch(/^capture\/[a-z0-9-]+$/)
      expect(title).toMatch(/^[^.]+$/)
      expect(explanation).toMatch(/\.$/)
    }
  })
})
