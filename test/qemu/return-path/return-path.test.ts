import { describe, expect, test } from 'vitest'
import type { Json } from '../../../src/layout/index.ts'
import { returnPathFormat } from '../../../src/qemu/index.ts'
import { facts, fixture } from '../fixture.ts'

interface Walked {
  readonly offset: number
  readonly type: string
  readonly length: number
  readonly value?: string
  readonly start?: string
  readonly len?: number
  readonly block?: string
  readonly bitmapBytes?: number
  readonly setBits?: number
  readonly endMark?: string
}

/** Messages as the other program has them. */
function walked(bytes: Uint8Array): Walked[] {
  const places = returnPathFormat.fields(bytes)
  return returnPathFormat.decode(bytes).messages.map((entry, index) => {
    if ('opaque' in entry) throw new TypeError('bytes that are no message')
    const { type, length, data } = entry.message
    const { received } = entry
    const offset = places.find(({ path: [, at] }) => at === index)?.offset ?? -1
    const members = data as { error?: number; value?: number; start?: bigint; length?: number; name?: string }
    const value = members.error ?? members.value
    const bits = [...(received?.bitmap ?? [])].reduce(
      (sum, byte) => sum + byte.toString(2).replaceAll('0', '').length,
      0,
    )
    return {
      offset,
      type: String(type),
      length,
      ...(value === undefined ? {} : { value: `0x${value.toString(16)}` }),
      ...(members.start === undefined ? {} : { start: `0x${members.start.toString(16)}`, len: members.length }),
      ...(members.name === undefined ? {} : { block: members.name }),
      ...(received === undefined
        ? {}
        : {
            bitmapBytes: Number(received.size),
            bitmapOffset: places.find(({ path: [, at, , part] }) => at === index && part === 'bitmap')?.offset,
            setBits: bits,
            endMark: `0x${received.endMark?.toString(16)}`,
          }),
    } as Walked
  })
}

describe('what destinations sent', () => {
  test.each(['o6-postcopy-q10/stream', 'o6-postcopy-recover-q10/stream', 'o6-postcopy-recover-q10/recover'])(
    '%s',
    (name) => {
      const bytes = fixture(`qemu/${name}.ch0.dst2src.bin`)
      expect(walked(bytes)).toEqual(facts<readonly Walked[]>(`qemu/${name}.ch0.dst2src.walk.json`))
      const { value, findings } = returnPathFormat.inspect(bytes)
      expect(findings).toEqual([])
      expect(returnPathFormat.encode(value as never)).toEqual(bytes)
      const json = JSON.parse(JSON.stringify(returnPathFormat.toJson(value as never))) as Json
      expect(returnPathFormat.encode(returnPathFormat.fromJson(json))).toEqual(bytes)
    },
  )

  test.each([
    'q100-2dev-live-ack',
    'q100-compat-pc-8.2',
    'q100-multifd-devstate',
    'q100-multifd-ram-only',
    'q100-switchover-ack',
    'q100-v-msix4096-ack',
    'q100-v-shortreads-ack',
    'q100-v-shortreads-multifd',
    'q100-v-stopcopyonly-ack',
  ])('%s', (name) => {
    const bytes = fixture(`vfio-v2/streams/${name}.return-path.bin.gz`)
    const { return_path: told } = facts<{ return_path: readonly { name: string; length: number; payload: string }[] }>(
      `vfio-v2/expected/${name}.json`,
    )
    const { value, findings } = returnPathFormat.inspect(bytes)
    expect(findings).toEqual([])
    const found = value?.messages.map((entry) => {
      if ('opaque' in entry) throw new TypeError('bytes that are no message')
      const { type, length } = entry.message
      return { name: type, length }
    })
    expect(found).toEqual(told.map(({ name: type, length }) => ({ name: type, length })))
    expect(returnPathFormat.encode(value as never)).toEqual(bytes)
  })
})

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const BITMAP = '0005 0002 01 61'
const END = '0123456789abcdef'

/** Findings as `severity code offset length`. */
function found(text: string): string[] {
  const bytes = hex(text)
  const { value, findings } = returnPathFormat.inspect(bytes)
  expect(returnPathFormat.encode(value as never)).toEqual(bytes)
  return findings
    .filter(({ code }) => code.startsWith('qemu/'))
    .map(
      ({ severity, code, offset, length }) =>
        `${severity} ${code.replace('qemu/return-path-', '')} ${offset} ${length}`,
    )
}

describe('what is wrong is found', () => {
  test.each([
    ['nothing', '', []],
    ['several acknowledgements', '0007 0000 0007 0000', []],
    ['a cut start', '0002 00', ['error truncated 0 3']],
    ['a cut message', '0002 0004 0000', ['error truncated 0 6']],
    ['an unknown type', '0008 0000', ['error type 0 4']],
    ['type 0', '0000 0001 ff', ['error type 0 5']],
    ['PONG of 5 bytes', '0002 0005 0000000100', ['error length 0 9']],
    ['PONG of 3 bytes', '0002 0003 000000', ['error length 0 7']],
    ['SWITCHOVER_ACK of 1 byte', '0007 0001 00', ['error length 0 5']],
    ['a destination that failed', '0001 0004 00000001', ['error failed 0 8']],
    ['a message behind SHUT', '0001 0004 00000000 0007 0000', ['warning after-shut 8 4']],
    ['no whole page', '0003 000e 0000000000000001 00001000 01 61', ['error request 0 18']],
    ['a page of no block', '0004 000c 0000000000001000 00001000', ['error request 0 16']],
    ['a page of the block before', '0003 000e 0000000000000000 00001000 01 61 0004 000c 0000000000001000 00001000', []],
    ['a page of a block before a recovery', '0006 0004 00000001 0004 000c 0000000000001000 00001000', []],
    ['another value than 1 at resuming', '0006 0004 00000002', ['error resume 0 8']],
    ['a bitmap', `${BITMAP} 0000000000000008 ff00000000000000 ${END}`, []],
    ['a bitmap of no block', `0005 0001 00 0000000000000008 ff00000000000000 ${END}`, ['error bitmap 0 5']],
    ['a bitmap of no whole words', `${BITMAP} 0000000000000001 ff ${END}`, ['error bitmap 6 8']],
    ['a wrong end mark', `${BITMAP} 0000000000000008 ff00000000000000 ${END.replace('1', '2')}`, ['error bitmap 22 8']],
    ['no bitmap', BITMAP, ['error truncated 6 0']],
    ['a cut size', `${BITMAP} 00000000`, ['error truncated 6 4']],
    ['a cut bitmap', `${BITMAP} ffffffffffffff00 ff`, ['error truncated 15 0']],
    ['a cut end mark', `${BITMAP} 0000000000000008 ff00000000000000 01234567`, ['error truncated 22 4']],
  ] as [string, string, string[]][])('%s', (_, text, expected) => expect(found(text)).toEqual(expected))
})
