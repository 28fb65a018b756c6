import { expect, test } from 'vitest'
import { aheadOf } from '../../../src/layout/index.ts'
import { descriptionAhead, qemuMigrationFormat, qemuStreamReader } from '../../../src/qemu/index.ts'
import * as s from './small.ts'

const MEMORY = [...s.start(1, 'ram'), ...s.blocks(4096, s.block('r', 4096)), ...s.RAM_END, ...s.end(1), ...s.RAM_END]
/** The second body looks as if the stream ended in it. */
const DEVICES = [...[...s.full(4, 'd'), 1, 2, 3], ...[...s.full(5, 'e'), 0, 6, 0, 0, 0, 1]]
const STREAM = s.bytesOf(s.HEADER, s.CONFIGURATION, MEMORY, DEVICES, s.EOF, s.description(['d', 3], ['e', 6]))

/** What comes of it through a pipe, in pieces of a size. */
function piped(bytes: Uint8Array, piece: number) {
  const reader = qemuStreamReader()
  const events = []
  for (let at = 0; at < bytes.length; at += piece) events.push(...reader.push(bytes.slice(at, at + piece)))
  return [...events, ...reader.end()]
}

const codesOf = (events: ReturnType<typeof piped>) =>
  events.flatMap((event) => (event.kind === 'finding' ? [event.finding.code] : []))
const namesOf = (events: ReturnType<typeof piped>) =>
  events.flatMap((event) =>
    event.kind === 'value' && event.path[0] === 'devices' ? [(event.value as { name: string }).name] : [],
  )

test.each([1, 50, 1 << 20])('devices without footers are told apart in a pipe, too: pieces of %d bytes', (piece) => {
  const events = piped(STREAM, piece)
  expect(codesOf(events)).toEqual(['qemu/no-footers', 'qemu/ram-elsewhere'])
  expect(namesOf(events)).toEqual(['d', 'e'])
  const whole = qemuStreamReader({ description: descriptionAhead(aheadOf(STREAM)) })
  const ahead = [...whole.push(STREAM), ...whole.end()]
  const values = (all: ReturnType<typeof piped>) => all.filter(({ kind }) => kind === 'value').map(({ path }) => path)
  expect(values(events)).toEqual(values(ahead))
  const { devices } = qemuMigrationFormat.decode(STREAM)
  expect(devices.map(({ fields }) => fields)).toEqual([
    { data: Uint8Array.of(1, 2, 3) },
    { data: Uint8Array.of(0, 6, 0, 0, 0, 1) },
  ])
})

test('a description that does not fit the first of them does not help', () => {
  const other = s.bytesOf(s.HEADER, s.CONFIGURATION, MEMORY, DEVICES, s.EOF, s.description(['x', 3], ['e', 6]))
  const codes = codesOf(piped(other, 50))
  expect(codes).toContain('qemu/body-not-delimited')
  expect(codes).toContain('qemu/body-not-read')
})
