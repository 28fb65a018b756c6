import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { DecodeError } from '../../../src/findings/index.ts'
import { type QemuMigration, qemuMigrationFormat, qemuStreamReader } from '../../../src/qemu/index.ts'
import { expectSame } from '../fixture.ts'
import { eventsOf } from './captures.ts'
import * as small from './small.ts'

const { SMALL, bytesOf, HEADER, CONFIGURATION, EOF } = small

/** What is read, if anything is, after a check that it comes back byte for byte. */
function inspected(bytes: Uint8Array): { value: QemuMigration | undefined; codes: string[] } {
  const { value, findings } = qemuMigrationFormat.inspect(bytes)
  if (value !== undefined) expectSame(qemuMigrationFormat.encode(value), bytes)
  else expect(() => qemuMigrationFormat.decode(bytes)).toThrow(DecodeError)
  for (const { offset, length } of findings) expect(offset + length).toBeLessThanOrEqual(bytes.length)
  return { value, codes: findings.map(({ code }) => code) }
}

const whole = inspected(SMALL)
const sections = whole.value?.sections ?? []
const last = sections.at(-1)
/** Offset of the byte that ends the stream: the description follows. */
const endMark = (last?.offset ?? 0) + (last?.size ?? 0)

/** Bits of the config space, which has tests of its own. */
const SPACE = { from: 8 * 310, to: 8 * 550 }

describe('a small stream', () => {
  test('is read without a fault', () => {
    expect(whole.codes.filter((code) => code.startsWith('qemu/'))).toEqual([])
    expect(sections.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...['START ram', 'PART ram', 'END ram', 'START a/vfio', 'PART a/vfio', 'END a/vfio'],
      ...['START dirty-bitmap', 'END dirty-bitmap', 'FULL a/vfio', 'FULL d'],
    ])
    expect(whole.value?.devices).toMatchObject([{ name: 'd', fields: { data: Uint8Array.of(1, 2, 3) } }])
  })

  test('cut anywhere has all sections that are whole, and says that it ends', () => {
    for (let length = 0; length < SMALL.length; length++) {
      const { value, codes } = inspected(SMALL.subarray(0, length))
      if (length < HEADER.length) {
        expect([length, value]).toEqual([length, undefined])
        continue
      }
      const before = sections.filter(({ offset, size }) => offset + size <= length)
      expect(value?.sections.slice(0, before.length)).toEqual(before)
      // A section may be there of which only the footer is missing.
      expect(value?.sections.length).toBeLessThanOrEqual(before.length + 1)
      const says = length <= endMark ? 'qemu/ended-early' : 'qemu/description-ended-early'
      if (length !== endMark + 1) expect([length, codes]).toEqual([length, expect.arrayContaining([says])])
      const wrong = ['qemu/no-footers', 'qemu/unknown-element', 'qemu/body-not-read', 'qemu/body-not-delimited']
      expect([length, codes.filter((code) => wrong.includes(code))]).toEqual([length, []])
    }
  })

  test('with any bit flipped gives a value that loses nothing, or an error', () => {
    for (let bit = 0; bit < 8 * SMALL.length; bit += bit > SPACE.from && bit < SPACE.to ? 37 : 1) {
      const bytes = SMALL.slice()
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
      const { value } = inspected(bytes)
      if (bit >= 8 * HEADER.length) expect(value).toBeDefined()
    }
  }, 120_000)

  test('with numbers changed gives a value that loses nothing', () => {
    for (let at = HEADER.length; at + 4 <= SMALL.length; at++) {
      for (const fill of [0, 0xff]) {
        const bytes = SMALL.slice()
        bytes.fill(fill, at, at + 4)
        expect(inspected(bytes).value).toBeDefined()
      }
    }
    for (let at = HEADER.length; at < SMALL.length; at++) {
      for (const change of [1, -1]) {
        const bytes = SMALL.slice()
        bytes[at] = (bytes[at] as number) + change
        expect(inspected(bytes).value).toBeDefined()
      }
    }
  }, 120_000)

  test('is read the same in whatever chunks, damaged too', () => {
    for (let at = HEADER.length; at < SMALL.length; at += 7) {
      const bytes = SMALL.slice()
      bytes[at] = (bytes[at] as number) ^ 0xff
      const told = (size: number) =>
        [...eventsOf(qemuStreamReader(), bytes, size)]
          .filter(({ kind }) => kind !== 'bytes')
          .map((event) => `${event.kind} ${event.path.join('.')} ${event.offset}`)
      expect(told(1)).toEqual(told(bytes.length))
    }
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes of the heap and of buffers that something still refers to. */
function used(): number {
  // Buffers that one collection finds are freed by a thread of its own; the next one waits for it.
  collectGarbage()
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/**
 * Runs a stream through the reader of findings.
 *
 * @returns how many findings of a code there were, bytes that the reader holds when it has all of the stream, and the most
 * that buffers took before, whether anything referred to them or not
 */
function flood(pieces: Iterable<Uint8Array>): { findings: Map<string, number>; kept: number; most: number } {
  const reader = qemuStreamReader({ wanted: 'findings' })
  const findings = new Map<string, number>()
  const before = used()
  const { arrayBuffers: buffersBefore } = process.memoryUsage()
  let most = 0
  const take = (events: ReturnType<typeof reader.push>) => {
    for (const event of events) {
      if (event.kind === 'finding') findings.set(event.finding.code, (findings.get(event.finding.code) ?? 0) + 1)
    }
  }
  for (const piece of pieces) {
    take(reader.push(piece))
    const { arrayBuffers } = process.memoryUsage()
    most = Math.max(most, arrayBuffers - buffersBefore)
  }
  const kept = used() - before
  take(reader.end())
  return { findings, kept, most }
}

function* repeated(before: Uint8Array, one: Uint8Array, times: number, after: Uint8Array): Generator<Uint8Array> {
  const batch = Math.max(1, Math.floor(65536 / one.length))
  const many = new Uint8Array(batch * one.length)
  for (let at = 0; at < many.length; at += one.length) many.set(one, at)
  yield before
  for (let left = times; left > 0; left -= batch) yield many.subarray(0, Math.min(left, batch) * one.length)
  yield after
}

/** A list of empty blocks, all of another name. */
function* listOfBlocks(front: Uint8Array, count: number): Generator<Uint8Array> {
  yield front
  for (let at = 0; at < count; at += 1000) {
    yield bytesOf(...Array.from({ length: 1000 }, (_, index) => small.block(`block ${at + index}`, 0)))
  }
}

const FRONT = bytesOf(HEADER, CONFIGURATION)
const MIB = 2 ** 20

describe('hostile streams', () => {
  test('a million bad records come to a thousand findings and a count', () => {
    const page = Uint8Array.from([...small.word(0x100000, 2), ...small.named('q'), 0])
    const { findings, kept } = flood(
      repeated(bytesOf(HEADER, CONFIGURATION, small.RAM, small.part(1)), page, 1_000_000, bytesOf(small.RAM_END)),
    )
    expect(findings.get('qemu/ram-unknown-block')).toBe(1000)
    expect(kept).toBeLessThan(4 * MIB)
    expect(findings.get('qemu/findings-left-out')).toBe(1)
  })

  test('many devices are held up to a limit', () => {
    const device = bytesOf(small.full(9, 'd'), small.footer(9))
    const { findings, kept } = flood(repeated(FRONT, device, 400_000, bytesOf(EOF)))
    expect(findings.get('qemu/device-too-large')).toBe(1)
    expect(kept).toBeLessThan(20 * MIB)
  })

  test('a device of 80 MiB without a footer is not held', () => {
    const { findings, kept, most } = flood(
      repeated(bytesOf(HEADER, CONFIGURATION, small.RAM, small.full(9, 'd')), new Uint8Array(65536), 1280, FRONT),
    )
    expect([...findings.keys()]).toContain('qemu/body-not-delimited')
    expect(kept).toBeLessThan(4 * MIB)
    expect(most).toBeLessThan(320 * MIB)
  })

  test('a list of blocks that never ends is kept up to a limit', () => {
    const front = bytesOf(HEADER, CONFIGURATION, small.start(1, 'ram'), [0x7f, ...small.u64(4).slice(1)])
    const { findings, kept } = flood(listOfBlocks(front, 300_000))
    expect([...findings.keys()]).toContain('qemu/ended-early')
    expect(Math.max(...findings.values())).toBe(1)
    expect(kept).toBeLessThan(20 * MIB)
  })

  test.each([
    ['the name of a machine', [7, 0xff, 0xff, 0xff, 0xff]],
    [
      'capabilities',
      [
        ...CONFIGURATION,
        5,
        26,
        ...small.named('configuration/capabilities').slice(1),
        ...small.u32(1),
        255,
        255,
        255,
        255,
      ],
    ],
    ['a command', [...CONFIGURATION, ...small.command(6, [], 65535)]],
    ['a package', [...CONFIGURATION, ...small.command(7, small.u32(0xffffffff)), ...small.command(4, [])]],
    ['data of a device', [...CONFIGURATION, ...small.start(2, 'a/vfio'), ...small.data([], 2 ** 53)]],
    ['a description', [...CONFIGURATION, 0, 6, 255, 255, 255, 255]],
  ])('a length that is claimed for %s is not believed', (_, parts) => {
    const bytes = bytesOf(HEADER, parts, Array(100).fill(1))
    const { value, codes } = inspected(bytes)
    expect(value).toBeDefined()
    expect(codes.length).toBeGreaterThan(0)
  })

  test.each([
    [
      'a size that is too long',
      '{"devices":[{"name":"d","instance_id":0,"vmsd_name":"d","version":1,"fields":[{"name":"a","type":"uint32","size":4}]}]}',
    ],
    [
      'a size above all others',
      '{"devices":[{"name":"d","instance_id":0,"fields":[{"name":"a","type":"buffer","size":9007199254740991}]}]}',
    ],
    [
      'an array without end',
      '{"devices":[{"name":"d","instance_id":0,"vmsd_name":"d","version":1,"fields":[{"name":"a","type":"uint8","size":1,"array_len":9007199254740991}]}]}',
    ],
    ['10,000 levels', `{"devices":[${'{"fields":['.repeat(10_000)}${']}'.repeat(10_000)}]}`],
  ])('a description with %s', (_, json) => {
    const bytes = bytesOf(
      HEADER,
      CONFIGURATION,
      small.full(4, 'd'),
      [1, 2, 3],
      small.footer(4),
      EOF,
      small.described(json),
    )
    const { value, codes } = inspected(bytes)
    expect(value?.sections).toMatchObject([{ name: 'd', size: 15 + 3 + 5 }])
    expect(codes.some((code) => /^qemu\/(vmdesc|description)-/.test(code))).toBe(true)
  })

  test('a footer inside of the body of a device is not taken for its own', () => {
    const inside = [...small.footer(4), 9, 9, 9]
    const bytes = bytesOf(HEADER, CONFIGURATION, small.full(4, 'd'), inside, small.footer(4), EOF)
    expect(inspected(bytes).value?.devices).toMatchObject([{ fields: { opaque: Uint8Array.from(inside) } }])
    // With a description even one that looks right.
    const tricky = [...small.footer(4), ...small.full(5, 'x'), 1]
    const known = bytesOf(
      ...[HEADER, CONFIGURATION, small.full(4, 'd'), tricky, small.footer(4), EOF],
      small.description(['d', tricky.length]),
    )
    expect(inspected(known).value?.devices).toMatchObject([{ fields: { data: Uint8Array.from(tricky) } }])
  })

  test('more VFIO devices than a machine has are shown as bytes', () => {
    const one = (id: number) => [
      ...small.start(id, `${id}/vfio`),
      ...small.SETUP,
      ...small.END_OF_STATE,
      ...small.footer(id),
    ]
    const devices = Array.from({ length: 4097 }, (_, id) => one(id + 1))
    const { value, codes } = inspected(bytesOf(HEADER, CONFIGURATION, ...devices, EOF))
    expect(value?.vfio?.length).toBe(4096)
    expect(codes).toContain('qemu/body-not-read')
  })

  test('a package that claims more than there is ends early', () => {
    const stream = [
      HEADER,
      CONFIGURATION,
      small.command(7, small.u32(0xffffffff)),
      small.full(4, 'd'),
      [1],
      small.footer(4),
      EOF,
    ]
    expect(inspected(bytesOf(...stream)).codes).toContain('qemu/ended-early')
  })

  test('a description of more than 16 MiB is passed over', () => {
    const length = 2 ** 24 + 1
    const front = bytesOf(HEADER, CONFIGURATION, EOF, [6], small.u32(length))
    const bytes = Buffer.concat([front, Buffer.alloc(length, ' ')])
    const { value, findings } = qemuMigrationFormat.inspect(bytes)
    expect(findings.map(({ code }) => code)).toContain('qemu/vmdesc-too-large')
    expect(value?.elements.at(-1)?.json).toHaveLength(length)
  })
})
