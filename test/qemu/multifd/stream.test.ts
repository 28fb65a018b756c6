import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { EventJson, type Format, type Json, joined, type Resolve } from '../../../src/layout/index.ts'
import { multifdChannelFormat, returnPathFormat } from '../../../src/qemu/index.ts'
import { expectSame, fixture } from '../fixture.ts'
import { channel, devicePacket, pagesPacket } from './sample.ts'

/** The JSON and the findings of bytes that come in pieces of one size. */
function streamed(format: Format, bytes: Uint8Array, size: number) {
  const reader = format.reader?.()
  if (reader === undefined) throw new TypeError('the format has no reader')
  const json = new EventJson()
  const findings: unknown[] = []
  let text = ''
  const take = (events: ReturnType<typeof reader.push>) => {
    for (const event of events) {
      text += json.text(event)
      if (event.kind === 'finding') findings.push(event.finding)
    }
  }
  for (let at = 0; at < bytes.length; at += size) {
    take(reader.push(bytes.slice(at, at + size)))
  }
  take(reader.end())
  return { json: JSON.parse(text + json.end()) as Json, findings }
}

const noise = Uint8Array.from({ length: 40 * 4096 }, (_, at) => (at * 2654435761) >>> 13)
const offsets = Array.from({ length: 40 }, (_, at) => at * 4096)
const LARGE = channel(pagesPacket(noise, { offsets }), devicePacket(noise), noise.subarray(0, 50), devicePacket(noise))

const CASES: readonly (readonly [string, Format, Uint8Array])[] = [
  ['zlib', multifdChannelFormat, fixture('qemu/o4-multifd-zlib-q10/stream.ch1.bin.gz')],
  ['device state', multifdChannelFormat, fixture('vfio-v2/streams/q100-v-shortreads-multifd.chan1.bin.gz')],
  ['a cut channel', multifdChannelFormat, fixture('qemu/o4-multifd-none-q10/stream.ch1.bin.gz').subarray(0, 20000)],
  ['long runs', multifdChannelFormat, LARGE],
  ['a return path', returnPathFormat, fixture('qemu/o6-postcopy-recover-q10/recover.ch0.dst2src.bin')],
  [
    'a cut return path',
    returnPathFormat,
    fixture('qemu/o6-postcopy-recover-q10/recover.ch0.dst2src.bin').subarray(0, 300),
  ],
] as unknown as readonly (readonly [string, Format, Uint8Array])[]

test.each(CASES)('%s: pieces of any size give the same', (_, format, bytes) => {
  const whole = streamed(format, bytes, bytes.length)
  expect(whole.findings).toEqual(format.inspect(bytes).findings)
  for (const size of [1, 7, 64, 4096, 70000]) {
    if (bytes.length / size > 200000) continue
    expect(streamed(format, bytes, size)).toEqual(whole)
  }
})

test.each(CASES)('%s: the JSON gives the bytes back, with the original where runs are long', (_, format, bytes) => {
  const { json } = streamed(format, bytes, 4096)
  const resolve: Resolve = ({ offset, length, sha256 }) => {
    const run = bytes.subarray(offset, offset + length)
    expect(createHash('sha256').update(run).digest('hex')).toBe(sha256)
    return [run]
  }
  expectSame(joined([...(format.encodeJson?.(json, resolve) ?? [])]), bytes)
})

test('only runs over 64 KiB stand as references', () => {
  const { json } = streamed(multifdChannelFormat as unknown as Format, LARGE, 4096)
  expect(JSON.stringify(json).match(/\$bytes/g)?.length).toBe(3)
})

test('a claim takes no memory and no time', () => {
  const packet = pagesPacket(new Uint8Array(10), { flags: 2, nextPacketSize: 0xffffffff })
  expect(multifdChannelFormat.inspect(channel(packet)).findings.map(({ code }) => code)).toEqual([
    'qemu/multifd-truncated',
  ])
})
