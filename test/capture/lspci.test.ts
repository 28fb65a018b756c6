import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CaptureError,
  type LspciFunction,
  LspciReader,
  openInflated,
  readLspci,
  readLspciStream,
  writeLspci,
} from '../../src/capture/index.ts'
import { EncodeError } from '../../src/findings/index.ts'
import { configs, damaged, encode, fixture, fixtureText, GUESTS, isInstalled, runTool } from './support.ts'

/** Address with its domain, as sysfs writes it. */
const withDomain = (address: string): string => (address.length > 7 ? address : `0000:${address}`)

const bytesByAddress = (functions: readonly LspciFunction[]): Map<string, Uint8Array> =>
  new Map(functions.map(({ address, bytes }) => [withDomain(address), bytes]))

const row = (offset: string): string => `${offset}: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n`
const SMALL = `01:10.0 Ethernet controller [0200]: Intel Corporation 82576 Virtual Function [8086:10ca] (rev 01)\n${['00', '10', '20', '30'].map(row).join('')}\n`

describe.each(GUESTS)('capture %s', (guest) => {
  const text = fixture(guest, 'lspci-xxxx.txt.gz')

  test('every function has the bytes of its sysfs config', () => {
    expect(bytesByAddress(readLspci(text))).toEqual(configs(guest))
  })

  test('the canonical text is the captured text', () => {
    expect(writeLspci(readLspci(text))).toBe(fixtureText(guest, 'lspci-xxxx.txt.gz'))
  })

  test('each row is found at its line', () => {
    const lines = fixtureText(guest, 'lspci-xxxx.txt.gz').split('\n')
    for (const { address, bytes, line, lines: map, title } of readLspci(text)) {
      expect(lines[line - 1]).toBe(`${address} ${title}`)
      for (const at of [0, 16, 255, 256, 4095].filter((offset) => offset < bytes.length)) {
        const place = map.at(at)
        const shown = lines[(place?.line ?? 0) - 1] as string
        expect(shown.startsWith(`${(at & ~15).toString(16).padStart(2, '0')}: `)).toBe(true)
        const inText = text.subarray(place?.textOffset, (place?.textOffset ?? 0) + (place?.textLength ?? 0))
        expect(new TextDecoder().decode(inText)).toBe(shown)
      }
      expect(map.runs.length).toBeLessThanOrEqual(2)
    }
  })

  test('the dump from before the drivers reads as well', () => {
    const functions = readLspci(fixture(guest, 'before-drivers.lspci-xxxx.txt.gz'))
    expect(new Set(functions.map(({ bytes }) => bytes.length))).toEqual(new Set([256, 4096]))
  })

  test('verbose output and rows in one text: IDs and sizes belong to their functions', () => {
    const rows = readLspci(text)
    const blocks = new Map(
      fixtureText(guest, 'lspci-vvvnn.txt.gz')
        .split('\n\n')
        .map((block) => [block.trimStart().split(' ')[0], block.trim()]),
    )
    const mixed = rows
      .map((entry) => `${blocks.get(entry.address)}\n${writeLspci([entry]).split('\n').slice(1).join('\n')}`)
      .join('')
    const functions = readLspci(encode(mixed))
    expect(bytesByAddress(functions)).toEqual(configs(guest))
    for (const entry of functions) {
      const block = blocks.get(entry.address) as string
      const ids = /^.*\[(\w{4}):(\w{4})\]/.exec(block) as RegExpExecArray
      expect([entry.vendorId, entry.deviceId]).toEqual([Number(`0x${ids[1]}`), Number(`0x${ids[2]}`)])
      // The function's own regions have one tab, those of its VFs two.
      const sized = [...block.matchAll(/^\tRegion (\d): .*\[size=(\d+)(K|M|G|)\]/gm)]
      for (const [, index, digits, unit] of sized)
        expect(entry.barSizes?.bars[Number(index)]).toBe(
          Number(digits) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit ?? ''),
        )
      expect(entry.barSizes?.bars.filter((size) => size !== undefined).length ?? 0).toBe(sized.length)
      expect(entry.barSizes?.rom !== undefined).toBe(/^\tExpansion ROM at .*\[size=/m.test(block))
    }
  })

  test('any cut into chunks gives the same functions', async () => {
    const whole = readLspci(text)
    const cuts = fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(cuts, (sizes) => {
        const reader = new LspciReader()
        const functions: LspciFunction[] = []
        for (let at = 0, turn = 0; at < text.length; turn++) {
          const size = sizes[turn % sizes.length] as number
          functions.push(...reader.push(text.slice(at, at + size)))
          at += size
        }
        functions.push(...reader.end())
        expect(functions).toEqual(whole)
      }),
      { numRuns: guest === 'g3-zoo-q10' ? 3 : 10 },
    )
    const chunks = async function* () {
      for (let at = 0; at < text.length; at += 1000) yield text.subarray(at, at + 1000)
    }
    const streamed: LspciFunction[] = []
    for await (const entry of readLspciStream(chunks())) streamed.push(entry)
    expect(streamed).toEqual(whole)
  })
})

test('the sizes of an igb port, from its verbose text', () => {
  const text = fixtureText('g1-igb-q10', 'lspci-vvvnn.txt.gz')
  const block = (address: string): string => text.slice(text.indexOf(`${address} `)).split('\n\n')[0] as string
  const mixed = ['01:00.0', '01:10.0', '02:00.0'].map((address) => `${block(address)}\n${row('00')}\n`).join('')
  const sizes = readLspci(encode(mixed)).map(({ barSizes }) => barSizes)
  const K = 1024
  const none = Array(6).fill(undefined)
  expect(sizes).toEqual([
    { bars: [128 * K, 128 * K, 32, 16 * K, undefined, undefined], rom: undefined, vfBars: none },
    { bars: [16 * K, undefined, undefined, 16 * K, undefined, undefined], rom: undefined, vfBars: none },
    { bars: [128 * K, 128 * K, 32, 16 * K, undefined, undefined], rom: 256 * K, vfBars: none },
  ])
})

describe('forms of the text', () => {
  test('a byte at a time', () => {
    const reader = new LspciReader()
    const text = encode(SMALL)
    const functions = [...text].flatMap((_, at) => reader.push(text.subarray(at, at + 1)))
    functions.push(...reader.end())
    expect(functions).toEqual(readLspci(text))
  })

  test.each([
    ['CRLF', SMALL.replaceAll('\n', '\r\n')],
    ['no empty line at the end', SMALL.trimEnd()],
    ['upper case', SMALL.replaceAll(/ [0-9a-f]{2}/g, (pair) => pair.toUpperCase())],
    ['blanks at line ends', SMALL.replaceAll('\n', ' \t\n').replaceAll(/^ \t\n/gm, '\n')],
    [
      'text before the first function',
      `$ sudo lspci -xxxx\nlspci: Unable to load libkmod resources: error -2\n\n${SMALL}`,
    ],
    ['a warning between rows', SMALL.replace('20:', 'pcilib: sysfs_read_vpd: read failed: No such device\n20:')],
    ['a byte order mark', `\ufeff${SMALL}`],
  ])('%s', (_, text) => {
    const [entry] = readLspci(encode(text))
    expect(entry?.bytes).toEqual((readLspci(encode(SMALL))[0] as LspciFunction).bytes)
    expect(entry).toMatchObject({ address: '01:10.0', vendorId: 0x8086, deviceId: 0x10ca })
  })

  test.each([
    ['01:10.0 ', { domain: 0, bus: 1, device: 0x10, function: 0 }],
    ['0000:01:10.7 ', { domain: 0, bus: 1, device: 0x10, function: 7 }],
    ['10000:E1:1f.3 ', { domain: 0x10000, bus: 0xe1, device: 0x1f, function: 3 }],
  ])('address %s', (address, numbers) => {
    const [entry] = readLspci(encode(SMALL.replace('01:10.0 ', address)))
    expect(entry).toMatchObject({ address: address.trim(), ...numbers })
  })

  test.each([
    ['Ethernet controller [0200]: Advanced Micro Devices, Inc. [AMD/ATI] Thing [1022:1458] (rev 01)', [0x1022, 0x1458]],
    ['0200: 8086:10ca (rev 01)', [0x8086, 0x10ca]],
    ['Ethernet controller: Intel Corporation 82576 Virtual Function (rev 01)', [undefined, undefined]],
  ])('IDs of the title %s', (title, ids) => {
    const [entry] = readLspci(encode(`01:10.0 ${title}\n${row('00')}`))
    expect([entry?.vendorId, entry?.deviceId]).toEqual(ids)
  })

  test.each([
    ['\tRegion 2: Memory at 38000000000 (64-bit, prefetchable) [size=2G]', 2 ** 31, undefined],
    ['\tRegion 2: Memory at <unassigned> (64-bit, prefetchable) [disabled] [size=1T]', 2 ** 40, undefined],
    ['\tRegion 2: I/O ports at e040 [size=32]', 32, undefined],
    ['\tExpansion ROM at fe000000 [virtual] [disabled] [size=64K]', undefined, 65536],
  ])('%s', (line, size, rom) => {
    const [entry] = readLspci(encode(`01:10.0 Device\n${line}\n\tCapabilities: [40] SR-IOV\n${line}\n${row('00')}`))
    expect(entry?.barSizes).toMatchObject({ rom })
    expect(entry?.barSizes?.bars[2]).toBe(size)
  })

  test.each([1, 15, 16, 64, 250, 4096])('%i bytes', (length) => {
    const bytes = Uint8Array.from({ length }, (_, at) => at)
    expect(readLspci(encode(writeLspci([{ address: '01:10.0', bytes }])))[0]?.bytes).toEqual(bytes)
  })

  test('functions before the damage are given before it is thrown', () => {
    const reader = new LspciReader()
    expect(reader.push(encode(`${SMALL}${SMALL.replace('20: 00', '20: 0g')}`))).toHaveLength(1)
    expect(() => reader.push(encode('more'))).toThrow('Line 10: expected a byte of two hexadecimal digits')
    expect(() => reader.end()).toThrow(CaptureError)
  })
})

describe('writing', () => {
  const entry = fc.record({
    address: fc
      .tuple(fc.option(fc.integer({ min: 0, max: 0x1ffff })), fc.nat(255), fc.nat(31), fc.nat(7))
      .map(([domain, bus, device, number]) => {
        const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0')
        return `${domain === null ? '' : `${hex(domain, 4)}:`}${hex(bus, 2)}:${hex(device, 2)}.${number}`
      }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 600 }),
    title: fc.string({ unit: 'grapheme' }).filter((title) => !/[\r\n]/.test(title)),
  })

  test('any functions are read back', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), (entries) => {
        const functions = readLspci(encode(writeLspci(entries)))
        expect(functions.map(({ address, bytes, title }) => ({ address, bytes, title }))).toEqual(entries)
      }),
    )
  })

  test.skipIf(!isInstalled('lspci'))('lspci -F reads what is written (skipped without lspci)', () => {
    for (const guest of GUESTS) {
      const entries = [...configs(guest)].map(([address, bytes]) => ({ address, bytes }))
      const echoed = new TextDecoder().decode(runTool('lspci', ['-D', '-xxxx', '-F'], encode(writeLspci(entries))))
      expect(bytesByAddress(readLspci(encode(echoed)))).toEqual(configs(guest))
    }
  })

  test('an unknown title is made from the IDs', () => {
    const bytes = new Uint8Array(2)
    expect(writeLspci([{ address: '01:10.0', bytes, vendorId: 0x8086, deviceId: 0xca }])).toBe(
      '01:10.0 PCI function [8086:00ca]\n00: 00 00\n\n',
    )
    expect(writeLspci([{ address: '01:10.0', bytes }])).toBe('01:10.0 PCI function\n00: 00 00\n\n')
  })

  test.each([
    [
      { address: '1:2.3', bytes: new Uint8Array() },
      'functions[0].address: expected an address such as 01:10.0 or 0000:01:10.0, found "1:2.3"',
    ],
    [
      { address: '01:20.0', bytes: new Uint8Array() },
      'functions[0].address: expected an address such as 01:10.0 or 0000:01:10.0, found "01:20.0"',
    ],
    [
      { address: '01:10.0', bytes: new Uint8Array(4097) },
      'functions[0].bytes: expected at most 4096 bytes of configuration space, found 4097',
    ],
    [
      { address: '01:10.0', bytes: new Uint8Array(), title: 'a\nb' },
      'functions[0].title: expected a text of one line, found "a\\nb"',
    ],
  ])('capture/not-writable, case %#', (bad, message) => {
    expect(() => writeLspci([bad])).toThrow(EncodeError)
    expect(() => writeLspci([bad])).toThrow(message)
  })
})

describe('damage', () => {
  test('never ends in anything but functions or a CaptureError', () => {
    const text = encode(`${SMALL}0000:01:10.2 Second\n\tRegion 0: Memory at 0 [size=16K]\n${row('00')}${row('10')}\n`)
    fc.assert(
      fc.property(damaged(text), (input) => {
        try {
          readLspci(input)
        } catch (error) {
          expect(error).toBeInstanceOf(CaptureError)
        }
        try {
          openInflated(input)
        } catch (error) {
          expect(error).toBeInstanceOf(CaptureError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('a row lost or a digit changed to another character never passes silently', () => {
    const lines = SMALL.split('\n')
    for (const at of [1, 2, 3]) expect(() => readLspci(encode(lines.toSpliced(at, 1).join('\n')))).toThrow(CaptureError)
    for (let at = lines[0]?.length as number; at < SMALL.length - 2; at++) {
      const changed = `${SMALL.slice(0, at)}g${SMALL.slice(at + 1)}`
      expect(() => readLspci(encode(changed)), changed).toThrow(CaptureError)
    }
  })
})
