import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../../src/layout/index.ts'
import { detectFormats, openDocument } from '../../../src/registry/index.ts'
import {
  readConversation,
  VfioUserConversation,
  type VfioUserMessage,
  vfioUserMessagesFormat,
} from '../../../src/vfio/index.ts'
import { CAPTURE, capture, orderOf } from './support.ts'

const format = vfioUserMessagesFormat
const SUMMARY: Record<string, { bytes: number; messages: number; counts: Record<string, number> }> = JSON.parse(
  readFileSync(`${CAPTURE}/summary.json`, 'utf8'),
)

/** Names of the independent decoder where they are not ours in capitals. */
const label = ({ header }: VfioUserMessage) => {
  const name = String(header.command).toUpperCase().replaceAll('-', '_')
  const type = header.flags.type === 'command' ? 'cmd' : String(header.flags.type)
  return `${name} ${type}${header.flags.error ? ' ERR' : ''}`
}

describe.each(['src.c2s', 'src.s2c', 'dst.c2s', 'dst.s2c'])('%s', (name) => {
  const bytes = capture(name)
  const { messages, trailing } = format.decode(bytes)

  test('has the messages that an independent decoder counted', () => {
    const counts: Record<string, number> = {}
    for (const message of messages) counts[label(message)] = (counts[label(message)] ?? 0) + 1
    const summary = SUMMARY[`${name}.bin`]
    expect(counts).toEqual(summary?.counts)
    expect(messages.length).toBe(summary?.messages)
    expect(bytes.length).toBe(summary?.bytes)
    expect(trailing).toBeUndefined()
  })

  test('has no byte that no field explains, and no opaque one', () => {
    const owned = new Uint8Array(bytes.length)
    const words = new Set<string>()
    for (const { path, offset, length, bits } of format.fields(bytes)) {
      expect(path).not.toContain('opaque')
      expect(path).not.toContain('trailing')
      const word = `${offset} ${path.slice(0, -1).join('.')}`
      if (bits !== undefined && words.has(word)) continue
      if (bits !== undefined) words.add(word)
      for (let at = offset; at < offset + length; at++) owned[at] = (owned[at] as number) + 1
    }
    expect(owned.every((count) => count === 1)).toBe(true)
  })

  test('comes back from its value and from its JSON', () => {
    const value = format.decode(bytes)
    expect(Buffer.compare(format.encode(value), bytes)).toBe(0)
    const json = JSON.parse(JSON.stringify(format.toJson(value))) as Json
    expect(Buffer.compare(format.encode(format.fromJson(json)), bytes)).toBe(0)
  })

  test('gives no error and no warning, and is recognised', async () => {
    const document = await openDocument(bytes, { name: `${name}.bin` })
    expect(document.format.name).toBe('vfio-user-messages')
    expect(document.inspect().findings.filter(({ severity }) => severity !== 'info')).toEqual([])
    const [best, ...others] = detectFormats({ head: bytes.subarray(0, 4096), size: bytes.length })
    expect(best?.confidence).toBeGreaterThan(0.9)
    expect(others.every(({ confidence }) => confidence < 0.9)).toBe(true)
  })
})

describe.each(['src', 'dst'])('the connection to %s', (socket) => {
  const clientToServer = capture(`${socket}.c2s`)
  const serverToClient = capture(`${socket}.s2c`)
  const order = orderOf(socket)
  const [known, unknown] = [
    { clientToServer, serverToClient, order },
    { clientToServer, serverToClient },
  ]

  test.each([
    ['in its order', known],
    ['each direction by itself', unknown],
  ])('%s: every reply has its command, nothing is wrong', (_, input) => {
    const { events, findings } = readConversation(input)
    const exchanges = events.filter(({ kind }) => kind === 'exchange')
    expect(exchanges.length).toBe(SUMMARY[`${socket}.c2s.bin`]?.messages)
    const all = [...findings['client-to-server'], ...findings['server-to-client']]
    expect(all.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      // The sample server has a larger limit and a migration page size of its own.
      'info vfio-user/capability-beyond-proposal',
      'info vfio-user/capability-beyond-proposal',
    ])
  })

  test('one byte at a time gives the same', () => {
    const conversation = new VfioUserConversation()
    const found: string[] = []
    const read = { 'client-to-server': clientToServer, 'server-to-client': serverToClient }
    for (const { direction, offset, length } of order) {
      for (let at = offset; at < offset + length; at++) {
        const events = conversation.push(direction, read[direction].slice(at, at + 1))
        for (const event of events) found.push(shown(event))
      }
    }
    for (const event of conversation.end()) found.push(shown(event))
    expect(found).toEqual(readConversation(known).events.map(shown))
  })
})

const shown = (event: object) =>
  JSON.stringify(event, (_, value) =>
    typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  )

describe('migration data', () => {
  const source = readConversation({
    clientToServer: capture('src.c2s'),
    serverToClient: capture('src.s2c'),
    order: orderOf('src'),
  })
  const destination = readConversation({ clientToServer: capture('dst.c2s'), serverToClient: capture('dst.s2c') })

  test('is read in pre-copy and in stop-and-copy, and written', () => {
    // 12 times 1024 bytes of pre-copy; the same and 8 bytes more of stop-and-copy.
    expect(source.transfers).toMatchObject([{ kind: 'read', direction: 'server-to-client', size: 24584 }])
    expect(destination.transfers).toMatchObject([{ kind: 'write', direction: 'client-to-server', size: 12296 }])
    const states = source.transfers[0]?.pieces.map(({ state }) => state)
    expect(states).toEqual([...new Array(12).fill('PRE_COPY'), ...new Array(13).fill('STOP_COPY')])
  })

  test('of stop-and-copy is what the client writes to the destination', () => {
    const read = source.transfers[0]?.bytes().subarray(12 * 1024)
    expect(Buffer.compare(read as Uint8Array, destination.transfers[0]?.bytes() as Uint8Array)).toBe(0)
  })

  test('is a space of the direction that holds it', () => {
    const [space] = format.spaces?.(capture('dst.c2s')) ?? []
    expect(space?.name).toBe('deviceState')
    // The first piece lies behind the headers of message 2, at 114.
    expect(space?.pieces[0]).toEqual({ offset: 0, length: 1024, parentOffset: 114 + 16 + 8 })
    expect(space?.pieces.length).toBe(13)
    expect(space?.pieces.reduce((sum, { length }) => sum + length, 0)).toBe(12296)
  })

  test('events tell the states, the version and the failed command', () => {
    const kinds = source.events.flatMap((event) => (event.kind === 'state-set' ? [[event.state, event.errno]] : []))
    expect(kinds).toEqual([
      ['PRE_COPY', undefined],
      ['STOP_COPY', undefined],
      ['STOP', undefined],
    ])
    const logging = source.events.filter(({ kind }) => kind === 'dma-logging')
    expect(logging).toEqual([
      { kind: 'dma-logging', on: true, ranges: 0, pageSize: 4096n, errno: undefined },
      { kind: 'dma-logging', on: false, errno: undefined },
    ])
    const reads = source.events.flatMap((event) => (event.kind === 'data-read' ? [event] : []))
    expect(reads.map(({ asked }) => asked)).toEqual(new Array(25).fill(1024))
    expect(reads.at(-1)?.data.length).toBe(8)
    const failed = source.events.filter((event) => event.kind === 'exchange' && event.errno !== undefined)
    expect(failed).toMatchObject([{ errno: 22, request: { index: 1, offset: 82 }, reply: { index: 1, offset: 125 } }])
    expect(source.events.find(({ kind }) => kind === 'version')).toMatchObject({
      major: 0,
      minor: 2,
      client: { maxMsgFds: 32, maxDataXferSize: 1024 },
      server: { maxMsgFds: 8, maxDataXferSize: 1048576 },
    })
  })
})
