import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CaptureError,
  type DumpCapture,
  openInflated,
  readDump,
  readPlainHex,
  writeHexdump,
  writeXxd,
  xxdForm,
} from '../../src/capture/index.ts'
import { damaged, dumpBytes, encode, isInstalled, runTool } from './support.ts'

/** First bytes of an Intel VF's configuration space, then text with spaces at both ends, zeros and a short row. */
const SAMPLE = Uint8Array.from([
  ...[0xff, 0xff, 0xff, 0xff, 0x04, 0x00, 0x10, 0x00, 0x01, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00],
  ...encode('  sixteen chars '),
  ...new Uint8Array(64),
  ...encode(' end  '),
])

const open = (text: string | Uint8Array): DumpCapture =>
  openInflated(typeof text === 'string' ? encode(text) : text) as DumpCapture

interface ToolCase {
  readonly tool: string
  readonly args: readonly string[]
  readonly container: DumpCapture['container']
}

const TOOLS: readonly ToolCase[] = [
  { tool: 'xxd', args: [], container: 'xxd' },
  { tool: 'xxd', args: ['-a'], container: 'xxd' },
  { tool: 'xxd', args: ['-g1'], container: 'xxd' },
  { tool: 'xxd', args: ['-g4'], container: 'xxd' },
  { tool: 'xxd', args: ['-g8', '-c24', '-u'], container: 'xxd' },
  { tool: 'xxd', args: ['-g0'], container: 'xxd' },
  { tool: 'xxd', args: ['-c7'], container: 'xxd' },
  { tool: 'xxd', args: ['-p'], container: 'hex' },
  { tool: 'hexdump', args: ['-C'], container: 'hexdump' },
  { tool: 'hexdump', args: ['-C', '-v'], container: 'hexdump' },
  { tool: 'od', args: ['-A', 'x', '-t', 'x1'], container: 'od' },
  { tool: 'od', args: ['-A', 'x', '-t', 'x1z'], container: 'od' },
  { tool: 'od', args: ['-A', 'd', '-t', 'x1z'], container: 'od' },
  { tool: 'od', args: ['-A', 'o', '-t', 'x1'], container: 'od' },
  { tool: 'od', args: ['-A', 'd', '-t', 'x1', '-v', '-w7'], container: 'od' },
  { tool: 'od', args: ['-A', 'n', '-t', 'x1', '-v'], container: 'hex' },
]

for (const { tool, args, container } of TOOLS) {
  const title = [tool, ...args].join(' ')
  describe.skipIf(!isInstalled(tool))(`${title} (skipped where ${tool} is not installed)`, () => {
    test.each([SAMPLE, SAMPLE.subarray(0, 16), SAMPLE.subarray(16, 21), new Uint8Array(5000), new Uint8Array(4097)])(
      'is read back, case %#',
      (bytes) => {
        const capture = open(runTool(tool, args, bytes))
        expect(capture.container).toBe(container)
        expect(capture.bytes).toEqual(bytes)
        expect(capture.findings).toEqual([])
        expect(capture.start).toBe(0n)
      },
    )

    test('of any bytes is read back', () => {
      fc.assert(
        fc.property(dumpBytes, (bytes) => {
          expect(open(runTool(tool, args, bytes)).bytes).toEqual(bytes)
        }),
        { numRuns: 15 },
      )
    })
  })
}

describe.skipIf(!isInstalled('xxd') || !isInstalled('hexdump'))('writers (skipped without xxd and hexdump)', () => {
  test('print what the tools print', () => {
    fc.assert(
      fc.property(dumpBytes, (bytes) => {
        expect(writeXxd(bytes)).toBe(new TextDecoder().decode(runTool('xxd', [], bytes)))
        expect(writeHexdump(bytes)).toBe(new TextDecoder().decode(runTool('hexdump', ['-C'], bytes)))
      }),
      { numRuns: 25 },
    )
  })

  test('xxd -e is told by its text column', () => {
    const bytes = SAMPLE.subarray(0, 32)
    expect(open(runTool('xxd', ['-e'], bytes)).bytes).toEqual(bytes)
  })

  test('xxd -b is refused', () => {
    for (const length of [1, 5, 6, 18])
      expect(() => open(runTool('xxd', ['-b'], SAMPLE.subarray(0, length)))).toThrow(CaptureError)
  })

  test('xxd -d has decimal offsets', () => {
    const text = writeXxd(SAMPLE).replace(/^[0-9a-f]{8}/gm, (hex) => `${Number.parseInt(hex, 16)}`.padStart(8, '0'))
    expect(open(text).bytes).toEqual(SAMPLE)
  })
})

const HEXDUMP = writeHexdump(SAMPLE)
const OD = `000000 ff ff ff ff 04 00 10 00 01 00 00 02 00 00 00 00
000010 20 20 73 69 78 74 65 65 6e 20 63 68 61 72 73 20
000020 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
*
000060 20 65 6e 64 20 20
000066
`
const PLAIN = `${Buffer.from(SAMPLE).toString('hex').replace(/.{60}/g, '$&\n')}\n`

const TEXTS = { xxd: writeXxd(SAMPLE), hexdump: HEXDUMP, od: OD, hex: PLAIN }

describe('line ends and editors', () => {
  test.each(Object.entries(TEXTS))(
    '%s survives CRLF, a missing last line end, a mark and empty lines',
    (name, text) => {
      for (const variant of [
        text.replaceAll('\n', '\r\n'),
        text.trimEnd(),
        `\ufeff${text}`,
        `\n${text}\n\n`,
        text.replace(/ +$/gm, ''),
        text.toUpperCase(),
      ]) {
        const capture = open(variant)
        expect(capture.container).toBe(name)
        expect(capture.bytes).toEqual(SAMPLE)
      }
    },
  )

  test('a command line before the rows is passed over', () => {
    expect(open(`$ xxd config\n${TEXTS.xxd}`).bytes).toEqual(SAMPLE)
    expect(open(`# hexdump -C config\n${HEXDUMP}`).bytes).toEqual(SAMPLE)
  })
})

describe('lines', () => {
  test('every byte knows its line and its place in the text', () => {
    const { lines } = open(HEXDUMP)
    expect([0, 15, 16, 32, 47, 48, 95, 96, 101].map((at) => lines.at(at)?.line)).toEqual([1, 1, 2, 3, 3, 4, 4, 5, 5])
    expect(lines.at(102)).toBeUndefined()
    const range = lines.textRange(16, 16)
    expect(HEXDUMP.substring(range?.offset ?? 0, (range?.offset ?? 0) + (range?.length ?? 0))).toBe(
      HEXDUMP.split('\n')[1],
    )
    const all = lines.textRange(0, SAMPLE.length)
    expect(all).toEqual({ offset: 0, length: HEXDUMP.lastIndexOf('\n', HEXDUMP.length - 2) })
  })

  test('a regular dump is one run, however long', () => {
    expect(open(writeXxd(new Uint8Array(64 * 1024))).lines.runs).toHaveLength(1)
  })

  test('any byte is found in the text at its line', () => {
    fc.assert(
      fc.property(dumpBytes, fc.nat(), (bytes, pick) => {
        const text = writeXxd(bytes)
        const at = pick % bytes.length
        const place = open(text).lines.at(at)
        expect(place?.line).toBe(Math.floor(at / 16) + 1)
        const line = text.substring(place?.textOffset ?? 0, (place?.textOffset ?? 0) + (place?.textLength ?? 0))
        expect(line).toBe(text.split('\n')[Math.floor(at / 16)])
      }),
    )
  })
})

describe('kernel logs', () => {
  const rows = (prefix: (row: number) => string, groups: (row: Uint8Array) => string, text = true): string => {
    let log = '[   12.000000] vfio-pci 0000:01:10.0: enabling device (0000 -> 0002)\n'
    for (let at = 0; at < SAMPLE.length; at += 16) {
      const row = SAMPLE.subarray(at, at + 16)
      const shown = [...row].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
      log += prefix(at) + groups(row).padEnd(!text ? 0 : groups(row)[2] === ' ' ? 49 : 37) + (text ? shown : '')
      log += '\n'
      if (at === 16) log += '[   12.400000] usb 1-1: new high-speed USB device number 2\n'
    }
    return `${log}[   13.000000] vfio-pci 0000:01:10.0: reset done\n`
  }
  const pairs = (row: Uint8Array): string => [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const words = (row: Uint8Array): string =>
    // print_hex_dump falls back to single bytes for a row that is not whole words.
    row.length % 4 === 0 ? pairs(row).replace(/(..) (..) (..) (..)/g, '$4$3$2$1') : pairs(row)
  const stamp = (at: number): string => `[   12.${345678 + at}] vfio-pci 0000:01:10.0: `
  const offset = (at: number): string => `${stamp(at)}${at.toString(16).padStart(8, '0')}: `
  const address = (at: number): string => `${stamp(at)}${(0xffff888102340000n + BigInt(at)).toString(16)}: `

  test.each([
    ['offsets and single bytes', rows(offset, pairs), 0n],
    ['no text column', rows(offset, pairs, false), 0n],
    ['addresses', rows(address, pairs), 0xffff888102340000n],
    ['words in little-endian order', rows(offset, words), 0n],
    ['CRLF', rows(offset, pairs).replaceAll('\n', '\r\n'), 0n],
  ])('%s', (_, log, start) => {
    const capture = open(log)
    expect(capture.container).toBe('hex')
    expect(capture.bytes).toEqual(SAMPLE)
    expect(capture.start).toBe(start)
    expect(capture.lines.at(0)?.line).toBe(2)
    expect(capture.lines.at(32)?.line).toBe(5)
  })

  test('debugfs of hisi_acc: a prefix without a blank, and lines of text behind the rows', () => {
    const rows = Array.from({ length: Math.ceil(SAMPLE.length / 16) }, (_, row) => {
      return `Mig Data:${(16 * row).toString(16).padStart(8, '0')}: ${pairs(SAMPLE.subarray(16 * row, 16 * row + 16))}\n`
    })
    const facts = 'acc device:\nguest driver load: 1\ndevice opened: 0\nmigrate data length: 176\n'
    const capture = open(rows.join('') + facts)
    expect(capture.container).toBe('hex')
    expect(capture.bytes).toEqual(SAMPLE)
    expect(capture.lines.at(16)?.line).toBe(2)
    expect(capture.findings).toEqual([])
  })

  test('a long boot log before the rows', () => {
    const boot = Array.from({ length: 400 }, (_, at) => `[    0.${at}] ACPI: bus type PCI registered ${at}\n`).join('')
    expect(open(boot + rows(offset, pairs)).bytes).toEqual(SAMPLE)
  })

  test('words without a text column are refused', () => {
    expect(() => open(rows(offset, words, false))).toThrow(
      'Line 2: expected single bytes, or a text column that tells the byte order, found groups of 4 bytes in an unknown byte order.',
    )
  })

  test('a damaged row is named, not passed over', () => {
    const log = rows(offset, pairs)
    expect(() => open(log.replace('00000010: 20', '00000010: 2g'))).toThrow(
      'Line 3: expected a byte of two hexadecimal digits',
    )
    expect(() => open(log.replace('00000060: 20', '0000006x: 20'))).toThrow('Line 9: expected a row of an xxd dump')
    expect(() => open(log.replace('00000000: ff', '0000000x: ff'))).toThrow('Line 2: expected a row of an xxd dump')
  })
})

describe('findings', () => {
  test('capture/no-final-offset', () => {
    const cut = HEXDUMP.slice(0, HEXDUMP.lastIndexOf('\n', HEXDUMP.length - 2) + 1)
    expect(open(cut).findings).toMatchObject([
      { code: 'capture/no-final-offset', severity: 'info', offset: 102, length: 0 },
    ])
  })

  test('capture/starts-late', () => {
    const capture = open('00000040: 0102\n')
    expect(capture.start).toBe(0x40n)
    expect(capture.findings).toMatchObject([{ code: 'capture/starts-late', severity: 'info', offset: 0, length: 2 }])
  })
})

describe('limits', () => {
  test('a repetition cannot stand for more than the limit', () => {
    const bomb = `${HEXDUMP.split('\n')[0]}\n*\n7ffffffffffffff0\n`
    expect(() => open(bomb)).toThrow(/^Line 2: expected at most 268435456 bytes in all, found \d+ or more\.$/)
    expect(() => readDump(encode(TEXTS.xxd), xxdForm, 32)).toThrow(
      'Line 3: expected at most 32 bytes in all, found 48 or more.',
    )
    expect(() => readPlainHex(encode(PLAIN), 32)).toThrow(CaptureError)
  })
})

describe('damage', () => {
  test.each(Object.entries(TEXTS))('%s never ends in anything but a value or a CaptureError', (_, text) => {
    fc.assert(
      fc.property(damaged(encode(text)), (input) => {
        try {
          openInflated(input, { maxBytes: 65536 })
        } catch (error) {
          expect(error).toBeInstanceOf(CaptureError)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a row lost or changed inside never passes silently', () => {
    const rows = TEXTS.xxd.split('\n')
    for (let at = 1; at < rows.length - 2; at++)
      expect(() => open(rows.toSpliced(at, 1).join('\n'))).toThrow(CaptureError)
  })

  test('random text never ends in anything but a value or a CaptureError', () => {
    const alphabet = fc.constantFrom(...'0123456789abcdef:: \n\n*|><.[]xg\t\r')
    const texts = fc.array(alphabet, { maxLength: 200 }).map((characters) => characters.join(''))
    fc.assert(
      fc.property(texts, (text) => {
        try {
          openInflated(encode(text), { maxBytes: 65536 })
        } catch (error) {
          expect(error).toBeInstanceOf(CaptureError)
        }
      }),
      { numRuns: 3000 },
    )
  })
})
