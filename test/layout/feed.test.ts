import { expect, test } from 'vitest'
import { feeding, type PushReader, type ReadEvent } from '../../src/layout/index.ts'

/** A reader that says so many things of each byte. */
function talker(perByte: number): { reader: PushReader; pieces: number[] } {
  const pieces: number[] = []
  const event: ReadEvent = { kind: 'begin', path: ['a'], offset: 0, shape: 'object' }
  const push = ({ length }: Uint8Array) => {
    pieces.push(length)
    return Array.from({ length: Math.floor(length * perByte) }, () => event)
  }
  return { reader: { push, end: () => [] }, pieces }
}

const CHUNK = new Uint8Array(1 << 20)

test('pieces become smaller where much is said of them', () => {
  const { reader, pieces } = talker(1)
  const told = Array.from(feeding(reader)(CHUNK), ({ length }) => length)
  expect(told.reduce((sum, length) => sum + length)).toBe(CHUNK.length)
  expect(Math.max(...told)).toBe(1 << 16)
  expect(told.slice(8).every((length) => length <= 1 << 12)).toBe(true)
  expect(pieces).toEqual(told)
})

test('a reader that has nothing to say soon gets all there is', () => {
  const { reader, pieces } = talker(0)
  const feed = feeding(reader)
  for (let chunk = 0; chunk < 3; chunk += 1) expect([...feed(CHUNK)].flat()).toEqual([])
  expect(pieces.slice(0, 3)).toEqual([1 << 16, 1 << 17, 1 << 18])
  expect(pieces.slice(-2)).toEqual([1 << 20, 1 << 20])
})

test('a chunk without bytes is none', () => {
  const { reader, pieces } = talker(1)
  expect([...feeding(reader)(new Uint8Array(0))]).toEqual([])
  expect(pieces).toEqual([])
})
