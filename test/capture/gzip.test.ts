import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CaptureError, gunzip, gunzipChunks, isGzip, openCapture, openInflated } from '../../src/capture/index.ts'
import { inflater } from '../../src/cli/inflater.ts'
import { encode, fixture } from './support.ts'

const gzip = (bytes: Uint8Array): Uint8Array => Uint8Array.from(gzipSync(bytes))
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))

const PLAIN = encode('0123456789 abc\n'.repeat(3000))
const PACKED = gzip(PLAIN)

/** A function, so that no rejected promise stands unwatched. */
const codeOf = async (work: () => Promise<unknown>): Promise<string> =>
  work().then(
    () => 'no error',
    (error: unknown) => (error instanceof CaptureError ? error.code : `another error: ${error}`),
  )

describe('gunzip', () => {
  test('gives what was compressed, from bytes, chunks and streams', async () => {
    const chunks = async function* () {
      for (let at = 0; at < PACKED.length; at += 7) yield PACKED.subarray(at, at + 7)
    }
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(PACKED.slice(0, 20))
        controller.enqueue(PACKED.slice(20))
        controller.close()
      },
    })
    for (const source of [PACKED, new DataView(PACKED.buffer), chunks(), stream])
      expect(await gunzip(source)).toEqual(PLAIN)
  })

  test('any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        expect(await gunzip(gzip(bytes))).toEqual(bytes)
      }),
    )
  })

  // The platform's DecompressionStream does so before Node 24 only.
  test("members in succession give their contents in succession, with Node's inflater", async () => {
    const members = join(gzip(encode('one ')), gzip(encode('two')))
    expect(await gunzip(members, { inflater })).toEqual(encode('one two'))
    expect(await codeOf(() => gunzip(join(PACKED, PACKED.slice(0, 12)), { inflater }))).toBe('capture/gzip-truncated')
  })

  test.each([
    ['nothing but the magic', PACKED.slice(0, 3), 'capture/gzip-truncated'],
    ['cut inside the data', PACKED.slice(0, PACKED.length - 20), 'capture/gzip-truncated'],
    ['cut inside the checksum', PACKED.slice(0, PACKED.length - 6), 'capture/gzip-truncated'],
    ['a wrong checksum', PACKED.with(PACKED.length - 6, (PACKED.at(-6) as number) ^ 1), 'capture/gzip-damaged'],
    ['a damaged block', PACKED.with(12, 0xff), 'capture/gzip-damaged'],
    ['something else behind it', join(PACKED, encode('garbage')), 'capture/gzip-damaged'],
  ])('%s', async (_, bytes, code) => {
    expect(await codeOf(() => gunzip(bytes))).toBe(code)
    expect(await codeOf(() => gunzip(bytes, { inflater }))).toBe(code)
  })

  test('messages', async () => {
    await expect(gunzip(PACKED.slice(0, 30))).rejects.toThrow('Expected complete gzip data, found an early end.')
    await expect(gunzip(PACKED.with(12, 0xff))).rejects.toThrow(
      'Expected complete gzip data, found damaged data, or something else behind it.',
    )
    await expect(gunzip(PACKED, { maxBytes: 1000 })).rejects.toThrow(
      'Expected at most 1000 bytes after decompression, found more.',
    )
  })

  test('exactly the limit passes', async () => {
    expect(await gunzip(PACKED, { maxBytes: PLAIN.length })).toEqual(PLAIN)
    expect(await codeOf(() => gunzip(PACKED, { maxBytes: PLAIN.length - 1 }))).toBe('capture/too-large')
  })

  test('a bomb ends at the limit, long before it is inflated', async () => {
    const bomb = gzip(new Uint8Array(2 ** 27))
    const many = async function* () {
      for (;;) yield bomb
    }
    let length = 0
    const count = async (): Promise<void> => {
      for await (const chunk of gunzipChunks(many(), { maxBytes: 2 ** 20 })) length += chunk.length
    }
    expect(await codeOf(count)).toBe('capture/too-large')
    expect(length).toBeLessThanOrEqual(2 ** 20)
  })

  test('a source that fails passes its own error on', async () => {
    const failing = async function* () {
      yield PACKED.subarray(0, 10)
      throw new TypeError('the disk is gone')
    }
    await expect(gunzip(failing())).rejects.toThrow(new TypeError('the disk is gone'))
  })

  test('a reader that stops early ends the work', async () => {
    let closed = false
    const endless = async function* () {
      try {
        for (;;) yield gzip(PLAIN)
      } finally {
        closed = true
      }
    }
    for await (const chunk of gunzipChunks(endless())) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    expect(closed).toBe(true)
  })

  test('damage never ends in anything but bytes or a CaptureError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(PACKED.length - 1), fc.nat(255), async (at, byte) => {
        expect(await codeOf(() => gunzip(PACKED.with(at, byte)))).toMatch(/^(no error|capture\/gzip-\w+)$/)
      }),
      { numRuns: 300 },
    )
  })
})

describe('one level', () => {
  test('capture/gzip-nested', async () => {
    await expect(openCapture(gzip(gzip(encode('x'))))).rejects.toThrow(
      'Expected one level of gzip, found gzip in gzip.',
    )
    expect(() => openInflated(PACKED)).toThrow('Expected decompressed input, found gzip.')
  })

  test('the container inside is told together with gzip', async () => {
    const packed = gzip(fixture('g1-igb-q10', 'lspci-xxxx.txt.gz'))
    const capture = await openCapture(packed)
    expect(capture).toMatchObject({ container: 'lspci', gzip: true })
    expect(await openCapture(gzip(Uint8Array.of(1, 0, 2)))).toEqual({
      container: null,
      gzip: true,
      bytes: Uint8Array.of(1, 0, 2),
      findings: [],
    })
  })
})

test.each([
  [[0x1f, 0x8b, 8, 0], true],
  [[0x1f, 0x8b, 8, 0x08], true],
  [[0x1f, 0x8b, 8, 0xe0], false],
  [[0x1f, 0x8b, 7, 0], false],
  [[0x1f], false],
  [[], false],
])('isGzip(%j) is %s', (head, expected) => {
  expect(isGzip(Uint8Array.from(head))).toBe(expected)
})
