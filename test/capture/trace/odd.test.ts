import { describe, expect, test } from 'vitest'
import {
  ioctlLogFormat,
  type LogFormat,
  logKindOf,
  migrationTraceFormat,
  qemuTraceLogFormat,
  qmpLogFormat,
  straceLogFormat,
} from '../../../src/capture/index.ts'
import { openDocument } from '../../../src/registry/index.ts'
import { encode, fixture, ioctlsOf, traceOf } from './support.ts'

const LINES = {
  'vfio-ioctl-log': '{"seq":0,"read":"data_fd","asked":64,"ret":1,"errno":0,"data":"00"}',
  'qemu-trace-log': 'vfio_save_block  (dev) data_size 24',
  'qmp-log': '{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "STOP"}',
  'strace-log': 'close(6<anon_inode:[mtty_mig]>)         = 0',
  'migration-trace': '{"at":0,"side":"source","kind":"vcpus-stopped"}',
} as const

const FORMATS = [
  ioctlLogFormat,
  qemuTraceLogFormat,
  qmpLogFormat,
  straceLogFormat,
  migrationTraceFormat,
] as unknown as LogFormat<object>[]

describe.each(FORMATS.map((format) => ({ name: format.name, format })))('$name', ({ name, format }) => {
  const line = LINES[name as keyof typeof LINES]
  const bytesOf = (...parts: (string | number[])[]) =>
    Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...encode(part)] : part)))

  const inputs: readonly (readonly [what: string, bytes: Uint8Array])[] = [
    ['nothing', bytesOf()],
    ['line ends of both kinds', bytesOf(`${line}\r\n${line}\n\r\n\n${line}\r\r\n`)],
    ['a cut line', bytesOf(`${line}\n${line.slice(0, -9)}`)],
    ['a lonely carriage return', bytesOf(`${line}\r`)],
    ['NUL bytes', bytesOf(`${line}\n`, [0, 0], line, [0, 0x0a])],
    ['bytes that are no UTF-8', bytesOf([0xff, 0xc0, 0x80], line, [0xed, 0xa0, 0x80, 0x0a], `${line}\n`)],
    ['other languages, and characters of two units', bytesOf(`${line} \u00e9\u4e2d\u{1f600}\n`, [0xf0, 0x9f, 0x98])],
    ['a byte order mark', bytesOf([0xef, 0xbb, 0xbf], `${line}\n`)],
    ['a line of a megabyte', bytesOf(`${line}\n${line.slice(0, 20)}${'a'.repeat(1 << 20)}\n`)],
    ['a megabyte of brackets', bytesOf(`{"a":${'['.repeat(1 << 20)}\n${line}\n`)],
    ['a member named __proto__', bytesOf('{"__proto__": {"seq": 1}, "note": "a", "return": {}}\n')],
    ['blanks in other places', bytesOf(`  ${line.replaceAll(',', ' , ')}  \n`)],
  ]
  test.each(inputs)('%s: no crash, nothing lost', (_, bytes) => {
    const { value } = format.inspect(bytes)
    expect(value).toBeDefined()
    expect(Buffer.compare(format.encode(format.decode(bytes)), bytes)).toBe(0)
    const json = JSON.parse(JSON.stringify(format.toJson(format.decode(bytes))))
    expect(Buffer.compare(format.encode(format.fromJson(json)), bytes)).toBe(0)
    const fields = format.fields(bytes)
    expect(fields.reduce((sum, { length, bits }) => sum + (bits?.[0] ? 0 : length), 0)).toBe(bytes.length)
  })

  test('a cut end is told', () => {
    const codes = format.inspect(bytesOf(`${line}\n${line}`)).findings.map(({ code }) => code)
    expect(codes).toContain('trace/no-final-line-end')
  })

  test('detected from its first lines, also where others stand before', async () => {
    for (const text of [`${line}\n`, `\n${line}\r\n`, `\ufeff${line}\n`, `a warning\n${line}\n`, line]) {
      expect(logKindOf(encode(text)), text).toBe(name)
    }
    const { format: found } = await openDocument(encode(`${line}\n`.repeat(200)), { name: 'log.txt' })
    expect(found.name).toBe(name)
  })
})

test('what is no log is not taken for one', () => {
  const texts = [
    'The quick brown fox.\n',
    '{"a": 1}\n',
    '{\n  "vfmig": 1\n}\n',
    '00000000  7f 45 4c 46 02 01 01 00  00 00 00 00 00 00 00 00  |.ELF............|\n',
    '00:02.0 VGA compatible controller: Device\n00: 86 80 00 00\n',
    '[   12.345678] vfio_dump: 00000000: 7f 45 4c 46 02 01 01 00 00 00 00 00 00 00 00 00\n',
    'int main(void) { return 0; }\n',
  ]
  for (const text of texts) expect(logKindOf(encode(text)), text).toBeUndefined()
  expect(logKindOf(fixture('guests/g1-igb-q10/lspci-xxxx.txt.gz'))).toBeUndefined()
  expect(logKindOf(new Uint8Array(0))).toBeUndefined()
})

test('trace events behind what QEMU, a system log or a shell puts in front', () => {
  const event = 'vfio_migration_set_device_state  (0000:3b:02.1) state STOP_COPY'
  const prefixes = [
    '2026-11-21T09:00:00.000001Z ',
    '2026-11-21T09:00:00.000001Z vm1 qemu-system-x86_64(77:main): ',
    'Nov 21 09:00:00 host qemu-system-x86_64[1234]: ',
    '[12.345] ',
  ]
  for (const prefix of prefixes) expect(logKindOf(encode(`${prefix}${event}\n`)), prefix).toBe('qemu-trace-log')
  const others = ['see vfio_save_block in trace-events\n', '  vfio_save_block_precopy_empty_hit(device)\n']
  for (const text of others) expect(logKindOf(encode(text)), text).toBeUndefined()
})

test('a log that begins with a long line', () => {
  const line = `{"seq":0,"read":"data_fd","ret":9000,"errno":0,"data":"${'00'.repeat(9000)}"}\n`
  expect(logKindOf(encode(line))).toBe('vfio-ioctl-log')
  const qmp = `{"return": {"text": "${'a'.repeat(9000)}"}}\n`
  expect(logKindOf(encode(qmp))).toBe('qmp-log')
})

test('a long line that almost fits a pattern is not divided in all ways', () => {
  const line = `vfio_migration_set_state  (${') new state '.repeat(100_000)}\n`
  const start = performance.now()
  expect(qemuTraceLogFormat.decode(encode(line)).records).toMatchObject([{ kind: 'event', rest: expect.any(String) }])
  expect(performance.now() - start).toBeLessThan(2000)
})

test('damaged records are refused with their place', () => {
  const log = qemuTraceLogFormat.decode(traceOf('q100-1port'))
  const changed = { records: log.records.with(2, { kind: 'text', text: 'a\nb' }) }
  expect(() => qemuTraceLogFormat.encode(changed)).toThrow(expect.objectContaining({ path: ['records', 2] }))
  const cut = { records: log.records.with(2, { kind: 'text', text: 'a', end: 'none' as const }) }
  expect(() => qemuTraceLogFormat.encode(cut)).toThrow(expect.objectContaining({ path: ['records', 2, 'end'] }))
  const ended = { records: [{ kind: 'text' as const, text: 'a\r' }] }
  expect(() => qemuTraceLogFormat.encode(ended)).toThrow(expect.objectContaining({ code: 'layout/wrong-type' }))
})

test('a long log is read in time that follows its length', () => {
  const once = ioctlsOf('direct-2port')
  const many = new Uint8Array(once.length * 40)
  for (let at = 0; at < 40; at++) many.set(once, at * once.length)
  const time = (bytes: Uint8Array) => {
    const start = performance.now()
    ioctlLogFormat.inspect(bytes, { design: 'none' })
    return performance.now() - start
  }
  const single = Math.max(1, time(once), time(once))
  expect(time(many)).toBeLessThan(single * 400)
})
