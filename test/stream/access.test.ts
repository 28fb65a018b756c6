import { describe, expect, it } from 'vitest'
import { DecodeError, type Finding } from '../../src/findings/index.ts'
import { chunksOf } from '../../src/layout/index.ts'
import { type ReadAt, type RecordInput, readIndex, readRecordAt, readRecords } from '../../src/stream/index.ts'
import { codesOf, inspect, streamOf } from './sample.ts'

const notes = (count: number): RecordInput[] =>
  Array.from({ length: count }, (_, index) => ({ type: 'note', payload: { note: `note ${index}` } }))

const reading = (bytes: Uint8Array) => {
  const asked: number[] = []
  const read: ReadAt = async (offset, length) => {
    asked.push(length)
    return bytes.slice(offset, offset + length)
  }
  return { read, asked }
}

describe('random access', () => {
  it('finds every record through a chain of indexes, and reads no other bytes', async () => {
    const stream = streamOf(notes(9000))
    const { read, asked } = reading(stream)
    const entries = await readIndex(read, stream.length)
    expect(entries).toHaveLength(9000)
    // Three indexes, of 4096, 4096 and 808 records, and the end record: header and whole of each.
    expect(asked).toHaveLength(8)
    for (const index of [0, 4095, 4096, 8999]) {
      const { payload } = await readRecordAt(read, Number(entries[index]?.offset))
      expect(payload).toEqual({ note: `note ${index}` })
    }
  })

  it('has an index between the chunks of a long part', async () => {
    const chunk: RecordInput = { type: 'vendor-private', payload: new Uint8Array(8), goesOn: true }
    const stream = streamOf([...Array<RecordInput>(5000).fill(chunk), { ...chunk, goesOn: false }])
    expect(await readIndex(reading(stream).read, stream.length)).toHaveLength(5001)
    expect(codesOf(inspect(stream))).toEqual([])
  })

  it.each([
    ['there is no index', streamOf(notes(3), false)],
    ['the end is cut off', streamOf(notes(3)).subarray(0, -1)],
    ['something follows the end', Uint8Array.from([...streamOf(notes(3)), 0])],
    ['there is nothing', new Uint8Array(0)],
  ])('says so where %s', async (_, stream) => {
    await expect(readIndex(reading(stream).read, stream.length)).rejects.toThrow(DecodeError)
  })
})

describe('records as they come in', () => {
  it('are given from an async iterable, whole and in order, and damage is told', async () => {
    const stream = streamOf(notes(5))
    stream[64 + 48] = 0x4e
    const findings: Finding[] = []
    const texts: unknown[] = []
    const pieces = (async function* () {
      for (let at = 0; at < stream.length; at += 5) yield stream.subarray(at, at + 5)
    })()
    for await (const { record } of readRecords(pieces, (finding) => findings.push(finding))) texts.push(record.payload)
    expect(texts.slice(1, 5)).toEqual([1, 2, 3, 4].map((index) => ({ note: `note ${index}` })))
    expect(findings.map(({ code }) => code)).toEqual(['stream/payload-damaged', 'stream/digest-mismatch'])
  })

  it('are asked for no faster than they are taken', async () => {
    const stream = streamOf(notes(1000))
    let given = 0
    const source = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (given >= stream.length) return controller.close()
          controller.enqueue(stream.slice(given, given + 512))
          given += 512
        },
      },
      { highWaterMark: 1 },
    )
    for await (const { offset } of readRecords(chunksOf(source))) if (offset > 2000) break
    expect(given).toBeLessThan(6000)
  })
})
