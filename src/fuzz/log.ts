import fc from 'fast-check'
import {
  ioctlLogFormat,
  type LogFormat,
  migrationTraceFormat,
  qemuTraceLogFormat,
  qmpLogFormat,
  straceLogFormat,
  traceEvents,
} from '../capture/trace/index.ts'
import { type Format, type OptionValues, toHex } from '../layout/index.ts'
import { eventKinds, eventLine, type Field, SIDES, type TraceEvent } from '../protocol/index.ts'
import { ioctlArguments, vfioIoctls } from '../vfio/index.ts'

/** Logs from lines, some of which were changed or are of nothing at all, with every kind of line end. */
function logOf<R extends object>(format: LogFormat<R>, lines: fc.Arbitrary<string>, options?: OptionValues) {
  const damaged = fc
    .tuple(lines, fc.nat(), fc.constantFrom(' ', '"', 'x', '\0', '\u00e9', ''))
    .map(([line, at, text]) => {
      const place = at % (line.length + 1)
      return line.slice(0, place) + text + line.slice(place + 1)
    })
  const line = fc.oneof(
    { weight: 12, arbitrary: lines },
    { weight: 2, arbitrary: damaged },
    { weight: 1, arbitrary: fc.string({ maxLength: 30 }) },
  )
  const ends = fc.constantFrom('\n', '\n', '\n', '\r\n')
  const noise = fc.option(fc.uint8Array({ maxLength: 12 }), { freq: 8 })
  return fc.tuple(fc.array(fc.tuple(line, ends), { maxLength: 12 }), noise).map(([all, tail]) => {
    const text = new TextEncoder().encode(all.map((parts) => parts.join('')).join(''))
    return format.decode(tail === null ? text : Uint8Array.from([...text, ...tail]), options)
  })
}

type ValuesOf = (format: Format, options?: OptionValues) => fc.Arbitrary<unknown>

/** @param valuesOf arbitrary values of the arguments' formats */
export function arbitraryIoctlLog(valuesOf: ValuesOf, options?: OptionValues) {
  const errno = fc.constantFrom(0, 0, 0, 22, 25, 95, 99999)
  const seq = fc.nat(99)
  const requests = vfioIoctls.map(({ name, number, file }) => {
    const argument = ioctlArguments.get(name)
    const fd = file === 'migration-data' ? 'data_fd' : file
    const bytes =
      typeof argument === 'object' ? argumentBytes(argument, valuesOf, options) : fc.uint8Array({ maxLength: 8 })
    return fc.record({ seq, before: bytes, after: bytes, errno }).map(({ before, after, errno: error, ...start }) => {
      const [sent, got] = [toHex(before), toHex(after)]
      const result = { ret: error === 0 ? 0 : -1, errno: error, size: before.length, in: sent, out: got }
      return JSON.stringify({ ...start, fd, ioctl: name, cmd: number, ...result })
    })
  })
  const data = fc.uint8Array({ maxLength: 20 })
  const transfers = fc
    .record({ seq, kind: fc.constantFrom('read', 'write'), data })
    .map(({ kind, data: run, ...start }) => {
      return JSON.stringify({ ...start, [kind]: 'data_fd', asked: 64, ret: run.length, errno: 0, data: toHex(run) })
    })
  const others = fc.constantFrom(
    '{"seq":4,"note":"device 0000:01:10.0 group 15"}',
    '{"seq":5,"note":"bitmap bytes","data":"00ff"}',
    '{"seq":6,"close":"data_fd"}',
    '{"seq":7,"time":1.5,"device":"b","fd":"device","cmd":15215,"ret":0,"errno":0,"in":"","out":""}',
  )
  return logOf(ioctlLogFormat, fc.oneof(...requests, transfers, others), options)
}

/** Bytes of an argument in the byte order of the log. */
function argumentBytes(
  format: Format,
  valuesOf: ValuesOf,
  options: OptionValues | undefined,
): fc.Arbitrary<Uint8Array> {
  const byteOrder = options?.byteOrder
  const own = 'byteOrder' in format.options && byteOrder !== undefined ? { byteOrder } : {}
  return valuesOf(format, own).map((value) => format.encode(value, own))
}

export function arbitraryQemuTrace(options?: OptionValues) {
  const texts: Readonly<Record<string, fc.Arbitrary<string | number>>> = {
    d: fc.oneof(fc.integer({ min: -1, max: 9 }), fc.nat(), fc.constant('18446744073709551615')),
    x: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((number) => `0x${number.toString(16)}`),
    w: fc.constantFrom('RUNNING', 'PRE_COPY', 'PRE_COPY_P2P', 'STOP_COPY', 'STOP', 'RESUMING', 'PING', 'x'),
    t: fc.constantFrom('a', '0000:01:10.0', '83b8f4f2-509f-382f-3c1e-e6bfe0fa2011', ''),
  }
  const known = [...traceEvents].flatMap(([name, { patterns }]) =>
    patterns.map((pattern) => {
      const parts = pattern.places.map(
        (place) => [place.name, texts[place.form] as fc.Arbitrary<string | number>] as const,
      )
      return fc.record(Object.fromEntries(parts)).map((given) => `${name} ${pattern.write(given) ?? ''}`)
    }),
  )
  const prefixes = fc.constantFrom('', '', '12@1690000000.123456:', '[   12.345678] ', 'qemu[77]: ')
  const line = fc.tuple(prefixes, fc.oneof(...known)).map((parts) => parts.join(''))
  const others = fc.constantFrom('--- destination ---', '--- source ---', 'some_other_event 1 2', 'a warning')
  return logOf(qemuTraceLogFormat, fc.oneof({ weight: 8, arbitrary: line }, { weight: 1, arbitrary: others }), options)
}

export function arbitraryQmpLog(options?: OptionValues) {
  const spaced = (value: unknown) =>
    JSON.stringify(value, null, 1)
      .replaceAll(/\n\s*/g, ' ')
      .replaceAll(/([{[]) | ([}\]])/g, '$1$2')
  const time = fc.record({ seconds: fc.nat(), microseconds: fc.nat(999999) })
  const status = fc.constantFrom('setup', 'active', 'completed', 'failed', 'cancelled')
  const state = fc.constantFrom('running', 'pre-copy', 'stop-copy', 'stop', 'error', 'other')
  const events = fc.oneof(
    fc.record({ timestamp: time, event: fc.constantFrom('STOP', 'RESUME', 'SHUTDOWN') }),
    fc.record({ timestamp: time, event: fc.constant('MIGRATION'), data: fc.record({ status }) }),
    fc.record({
      timestamp: time,
      event: fc.constant('VFIO_MIGRATION'),
      data: fc.record({
        'device-id': fc.constantFrom('', 'a', 'b'),
        'qom-path': fc.constant('/x'),
        'device-state': state,
      }),
    }),
  )
  const ram = fc.record({
    transferred: fc.maxSafeNat(),
    remaining: fc.nat(),
    mbps: fc.double({ noNaN: true, min: 0, max: 1e5 }),
  })
  const messages = fc.oneof(
    events,
    fc.record({ return: fc.record({ status, ram }, { requiredKeys: ['status'] }) }),
    fc.record({ error: fc.record({ class: fc.constant('GenericError'), desc: fc.string() }) }),
    fc.record({ return: fc.jsonValue() }),
  )
  const prefixes = fc.constantFrom('', '<- ', '-> ', '2026-11-21 09:00:00,123 ')
  return logOf(
    qmpLogFormat,
    fc.tuple(prefixes, messages.map(spaced)).map((parts) => parts.join('')),
    options,
  )
}

export function arbitraryStraceLog(options?: OptionValues) {
  const prefixes = fc.constantFrom('', '77 ', '77 09:42:43.508220 ', '[pid    78] ', '1690000000.123456 ')
  const calls = fc.constantFrom(
    'openat(AT_FDCWD</>, "/dev/vfio/vfio", O_RDWR|O_CLOEXEC) = 3</dev/vfio/vfio>',
    'openat(AT_FDCWD, "/dev/vfio/15", O_RDWR) = 4',
    'ioctl(4, VFIO_GROUP_GET_DEVICE_FD, 0x7ffc8aafa5e0) = 5',
    'ioctl(5, VFIO_DEVICE_FEATURE or VFIO_IOMMU_DIRTY_PAGES or VFIO_IOMMU_SPAPR_REGISTER_MEMORY, 0x7ffc8aafa5e0) = 0',
    'ioctl(5, VFIO_DEVICE_RESET, 0)          = 0',
    'ioctl(6<anon_inode:[mtty_mig]>, VFIO_EEH_PE_OP, 0x7ffc8aafa5e0) = -1 EINVAL (Invalid argument)',
    'ioctl(5, _IOC(_IOC_NONE, 0x3b, 0x90, 0), 0x1) = -1 ENOTTY (Inappropriate ioctl for device)',
    'read(6<anon_inode:[mtty_mig]>, "N,>\\214"..., 40) = 40',
    'write(6<anon_inode:[mtty_mig]>, "a, b\\"(", 8) = 8',
    'read(6<anon_inode:[mtty_mig]>,  <unfinished ...>',
    '<... read resumed>"x", 1) = 1',
    'dup(5)                            = 7',
    'close(6<anon_inode:[mtty_mig]>) = 0',
    '+++ exited with 0 +++',
    '--- SIGCHLD {si_signo=SIGCHLD} ---',
    'exit_group(0)     = ?',
  )
  const data = fc.constantFrom(
    ' | 00000  4e 2c 3e 8c 89 09 9d 7e  01 00 00 00 00 00 00 00  N,>....~........ |',
    ' | 00010  78                                                x                |',
  )
  const line = fc.tuple(prefixes, calls).map((parts) => parts.join(''))
  return logOf(straceLogFormat, fc.oneof({ weight: 4, arbitrary: line }, { weight: 1, arbitrary: data }), options)
}

export function arbitraryMigrationTrace(options?: OptionValues) {
  const events = Object.entries(eventKinds).map(([kind, { fields }]) => {
    const members = Object.entries<Field>(fields)
    const values = Object.fromEntries(members.map(([name, field]) => [name, fieldValue(field)]))
    const required = members.filter(([, { optional }]) => optional !== true).map(([name]) => name)
    const facts = fc.record(values, { requiredKeys: required })
    return fc.record({ at: fc.nat(), side: fc.constantFrom(...SIDES), facts }).map(({ at, side, facts: own }) => {
      return eventLine({ at, side, kind, ...own } as unknown as TraceEvent)
    })
  })
  return logOf(migrationTraceFormat, fc.oneof(...events), options)
}

function fieldValue(field: Field): fc.Arbitrary<unknown> {
  switch (field.type) {
    case 'integer':
      return field.most === undefined ? fc.maxSafeInteger() : fc.nat(field.most)
    case 'text':
      return fc.constantFrom('deviceState', 'a', '')
    case 'flag':
      return fc.boolean()
    case 'one-of':
      return fc.constantFrom(...field.values)
  }
}
