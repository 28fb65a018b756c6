import { createHash } from 'node:crypto'
import { deflateRawSync, deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { DecodeError } from '../../../src/findings/index.ts'
import { joined } from '../../../src/layout/index.ts'
import { type MakeZstdDecoder, type MultifdPagesOptions, multifdPages } from '../../../src/qemu/index.ts'
import { fixture } from '../fixture.ts'
import { channel, devicePacket, pagesPacket } from './sample.ts'

const PAGE = 4096

/** The blocks that the pages of channels make up, which no page may touch twice. */
async function blocks(channels: readonly Uint8Array[], options: MultifdPagesOptions = {}) {
  const found = new Map<string, Map<bigint, Uint8Array>>()
  for (const one of channels) {
    for await (const { block, address, bytes, isZero } of multifdPages(one, options)) {
      const pages = found.get(block) ?? new Map<bigint, Uint8Array>()
      found.set(block, pages)
      expect(bytes.length).toBe(PAGE)
      if (isZero) expect(bytes.every((byte) => byte === 0)).toBe(true)
      expect(pages.has(address)).toBe(false)
      pages.set(address, bytes)
    }
  }
  return new Map([...found].map(([name, pages]) => [name, memory(pages)]))
}

function memory(pages: ReadonlyMap<bigint, Uint8Array>): Uint8Array {
  const bytes = new Uint8Array(pages.size * PAGE)
  for (const [address, page] of pages) bytes.set(page, Number(address))
  return bytes
}

const captured = (method: string) =>
  [1, 2, 3].map((at) => fixture(`qemu/o4-multifd-${method}-q10/stream.ch${at}.bin.gz`))
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const digests = (all: Map<string, Uint8Array>) =>
  Object.fromEntries([...all].map(([name, bytes]) => [name, `${bytes.length} ${digest(bytes)}`]))

/** The decoder that the command has; where it is not installed, its tests are left out. */
const zstd = await (
  import('fzstd' as string) as Promise<{ Decompress: new (take: unknown) => ReturnType<MakeZstdDecoder> }>
)
  .then(
    ({ Decompress }): MakeZstdDecoder =>
      (take) =>
        new Decompress(take),
  )
  .catch(() => undefined)

describe('RAM of the captured guests', () => {
  test('is whole, and the ROM in it is the one that was given to QEMU', async () => {
    const ram = await blocks(captured('none'))
    expect([...ram].map(([name, bytes]) => [name, bytes.length]).sort()).toEqual([
      ['/rom@etc/acpi/rsdp', 0x1000],
      ['/rom@etc/acpi/tables', 0x20000],
      ['/rom@etc/table-loader', 0x1000],
      ['pc.bios', 0x10000],
      ['pc.ram', 0x1000000],
      ['pc.rom', 0x20000],
    ])
    expect(digest(ram.get('pc.bios') as Uint8Array)).toBe(digest(fixture('qemu/firmware/quiet.rom.gz')))
  })

  test('is the same through zlib', async () => {
    expect(digests(await blocks(captured('zlib')))).toEqual(digests(await blocks(captured('none'))))
  })

  test.skipIf(zstd === undefined)('is the same through zstd', async () => {
    expect(digests(await blocks(captured('zstd'), { zstd }))).toEqual(digests(await blocks(captured('none'))))
  })
})

const ZLIB = 2
const ZSTD = 4
const page = (fill: number) => new Uint8Array(PAGE).fill(fill)

/** A zlib stream that is flushed behind each part, as QEMU does; none of the parts is the last. */
function flushed(parts: readonly Uint8Array[]): Uint8Array[] {
  // Behind a full flush nothing points back, so parts can be made one by one.
  const raw = parts.map((part) => joined([deflateRawSync(part, { finishFlush: 3 })]))
  return raw.map((bytes, at) => (at === 0 ? joined([Uint8Array.of(0x78, 0x9c), bytes]) : bytes))
}

async function pagesOf(bytes: Uint8Array, options?: MultifdPagesOptions) {
  const found: string[] = []
  for await (const one of multifdPages(bytes, options)) {
    found.push(`${one.block} 0x${one.address.toString(16)} ${one.bytes[0]} ${one.isZero}`)
  }
  return found
}

async function refusal(bytes: Uint8Array, options?: MultifdPagesOptions): Promise<string> {
  const error = await pagesOf(bytes, options).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DecodeError)
  const { code, offset, expected, found } = error as DecodeError
  return `${code} ${offset}: ${expected}, ${found.replace(/ \(.*/, '')}`
}

const [first = page(0), second = page(0)] = flushed([joined([page(7), page(8)]), page(9)])
const FIRST_PAYLOAD = 64 + 1344

describe('pages', () => {
  test('stand in the order of their packets, zero pages before the others', async () => {
    const stored = pagesPacket(joined([page(1), page(2)]), {
      offsets: [0x2000, 0, 0x5000],
      normalPages: 2,
      zeroPages: 1,
    })
    const expected = ['pc.ram 0x5000 0 true', 'pc.ram 0x2000 1 false', 'pc.ram 0x0 2 false']
    expect(await pagesOf(channel(stored))).toEqual(expected)
  })

  test('are inflated over all packets of the channel', async () => {
    const packets = [
      pagesPacket(first, { flags: ZLIB, offsets: [0, 0x1000] }),
      pagesPacket(second, { flags: ZLIB, offsets: [0x3000], block: 'pc.rom' }),
    ]
    const expected = ['pc.ram 0x0 7 false', 'pc.ram 0x1000 8 false', 'pc.rom 0x3000 9 false']
    expect(await pagesOf(channel(...packets))).toEqual(expected)
  })

  test.skipIf(zstd === undefined)('come out of a packet shorter than what decoders wait for', async () => {
    // Blocks of one byte, repeated as often as a page is long: 0x41 at once, then 0x42.
    const start = frame(0, 6 << 3, 0x02, 0x80, 0x00, 0x41)
    const packets = [start, Uint8Array.of(0x02, 0x80, 0x00, 0x42)].map((payload) =>
      pagesPacket(payload, { flags: ZSTD }),
    )
    expect(await pagesOf(channel(...packets), { zstd })).toEqual(['pc.ram 0x0 65 false', 'pc.ram 0x0 66 false'])
  })

  test('device state is left out', async () => {
    expect(await pagesOf(channel(devicePacket(page(1)), pagesPacket(page(1))))).toEqual(['pc.ram 0x0 1 false'])
  })
})

const bomb = deflateSync(new Uint8Array(32 << 20), { finishFlush: 2 })
/** A frame header with a window of 64 KiB, and a stored block. */
const frame = (...rest: readonly number[]) => Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, ...rest)
const unasked: MakeZstdDecoder = () => ({
  push() {
    throw new Error('the decoder is not asked')
  },
})

describe('what cannot be pages is refused', () => {
  const one = (payload: Uint8Array, flags: number, offsets = [0]) => channel(pagesPacket(payload, { flags, offsets }))
  const place = `layout/damaged-part ${FIRST_PAYLOAD}:`
  test.each([
    ['fewer pages than stated', one(first, ZLIB, [0, 0x1000, 0x2000]), `${place} 12288 bytes of pages, 8192`],
    ['more pages than stated', one(first, ZLIB), `${place} 4096 bytes of pages, more`],
    ['far more pages than stated', one(bomb, ZLIB), `${place} 4096 bytes of pages, more`],
    ['no zlib', one(page(0), ZLIB), `${place} zlib data, what the decoder refuses`],
    ['damaged zlib', one(first.with(2, 0xff), ZLIB, [0, 0x1000]), `${place} zlib data, what the decoder refuses`],
    ['QPL', one(page(1), 0x08), `${place} pages that are stored, or compressed with zlib, qpl`],
    ['zstd without a decoder', one(page(1), ZSTD), `${place} pages that are stored, or compressed with zlib, zstd`],
  ])('%s', async (_, bytes, expected) => expect(await refusal(bytes)).toBe(expected))

  test.each([
    ['no zstd', page(1)],
    ['a window of 64 MiB', frame(0, 16 << 3, 1, 0, 0)],
    ['a frame of one segment', frame(0x20, 0, 1, 0, 0)],
    ['the end of the frame', frame(0, 6 << 3, 1, 0, 0)],
    ['a block that is cut', frame(0, 6 << 3, 0x80, 0, 0)],
    ['a reserved block', frame(0, 6 << 3, 6, 0, 0)],
  ])('%s', async (_, payload) => {
    expect(await refusal(one(payload, ZSTD), { zstd: unasked })).toBe(`${place} zstd data, what the decoder refuses`)
  })

  test('a payload of more than 1 MiB', async () => {
    const long = pagesPacket(new Uint8Array((1 << 20) + 1), { flags: ZLIB })
    expect(await refusal(channel(long))).toMatch(/^layout\/number-too-large 1408: at most 1048576 bytes, /)
  })

  test.each([
    ['a cut', channel(pagesPacket(page(1))).subarray(0, 2000), /^qemu\/multifd-truncated 64: /],
    ['bytes between', channel(page(1), pagesPacket(page(1))), /^qemu\/multifd-bytes-skipped 64: /],
    ['another format', page(1), /^layout\/wrong-magic 0: /],
  ])('%s', async (_, bytes, expected) => expect(await refusal(bytes)).toMatch(expected))
})
