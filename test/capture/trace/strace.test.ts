import { describe, expect, test } from 'vitest'
import { straceCodes, straceLogFormat } from '../../../src/capture/index.ts'
import { encode, fixture, found, stepsOf } from './support.ts'

const namesIn = (bytes: Uint8Array) =>
  stepsOf(straceLogFormat, bytes).flatMap(({ event }) => (event.kind === 'ioctl' ? [event.name] : []))

/** What the program asks for, as linux/vfio.h names it on the file that it asks. */
const ASKED = [
  'VFIO_GET_API_VERSION',
  'VFIO_CHECK_EXTENSION',
  'VFIO_GROUP_GET_STATUS',
  'VFIO_GROUP_SET_CONTAINER',
  'VFIO_SET_IOMMU',
  'VFIO_GROUP_GET_DEVICE_FD',
  'VFIO_DEVICE_GET_INFO',
  'VFIO_DEVICE_GET_REGION_INFO',
  'VFIO_DEVICE_GET_IRQ_INFO',
  'VFIO_DEVICE_SET_IRQS',
  'VFIO_DEVICE_RESET',
  'VFIO_IOMMU_GET_INFO',
  'VFIO_DEVICE_GET_PCI_HOT_RESET_INFO',
  'VFIO_IOMMU_MAP_DMA',
  'VFIO_IOMMU_DIRTY_PAGES',
  'VFIO_DEVICE_FEATURE',
  'VFIO_DEVICE_FEATURE',
  'VFIO_MIG_GET_PRECOPY_INFO',
  '0x3b90',
]

describe('requests', () => {
  test('are resolved by the kind of file', () => {
    const names = namesIn(fixture('logs/strace-y-edited.txt'))
    // The device is opened by a request in the edited copy.
    expect(names).toEqual(['VFIO_GROUP_GET_DEVICE_FD', ...ASKED])
  })

  test('keep the names that strace gives where the file is not known', () => {
    const names = namesIn(fixture('logs/strace-y.txt'))
    expect(names.length).toBe(ASKED.length)
    expect(names[11]).toBe('VFIO_IOMMU_GET_INFO')
    expect(names[12]).toBe('VFIO_DEVICE_GET_PCI_HOT_RESET_INFO or VFIO_IOMMU_GET_INFO or VFIO_IOMMU_SPAPR_TCE_GET_INFO')
  })

  test('are resolved by following descriptors where no path is printed', () => {
    const log = [
      'openat(AT_FDCWD, "/dev/vfio/vfio", O_RDWR) = 3',
      'openat(AT_FDCWD, "/dev/vfio/15", O_RDWR) = 4',
      'ioctl(4, VFIO_GROUP_GET_DEVICE_FD, 0x48b004) = 5',
      'dup(5)                            = 6',
      'ioctl(6, VFIO_DEVICE_FEATURE or VFIO_IOMMU_DIRTY_PAGES or VFIO_IOMMU_SPAPR_REGISTER_MEMORY, 0x7ffc8aafa5e0) = 0',
      'close(6)                          = 0',
      'ioctl(3, 0x3b75, 0x7ffc8aafa5e0)  = 0',
    ]
    const names = namesIn(encode(`${log.join('\n')}\n`))
    expect(names).toEqual(['VFIO_GROUP_GET_DEVICE_FD', 'VFIO_DEVICE_FEATURE', 'VFIO_IOMMU_DIRTY_PAGES'])
  })
})

test('reads and writes of device state become events', () => {
  const events = stepsOf(straceLogFormat, fixture('logs/strace-y-edited.txt')).map(({ event }) => event)
  const moved = events.filter(({ kind }) => kind.startsWith('data-'))
  expect(moved).toMatchObject([
    { kind: 'data-read', asked: 40, bytes: 40 },
    { kind: 'data-read', asked: 40, bytes: 40 },
    { kind: 'data-read', asked: 40, bytes: 16 },
    { kind: 'data-read', asked: 40, bytes: 0 },
    { kind: 'data-written', asked: 16, bytes: 16 },
    { kind: 'data-closed' },
  ])
})

test('the data of reads is the device state', () => {
  const { records } = straceLogFormat.decode(fixture('logs/strace-y.txt'))
  const data = records.flatMap((record) => (record.kind === 'data' ? [...record.bytes] : []))
  const state = fixture('vfio-v2/ioctl/direct-2port/state-stopcopy.bin')
  expect(Uint8Array.from(data.slice(0, state.length))).toEqual(state)
})

test('an interrupted call is one call, when it ends', () => {
  const log = [
    '7 read(6<anon_inode:[mtty_mig]>,  <unfinished ...>',
    '8 close(3)                        = 0',
    '7 <... read resumed>"x", 40)      = 24',
  ]
  const steps = stepsOf(straceLogFormat, encode(`${log.join('\n')}\n`))
  expect(steps).toMatchObject([{ record: 2, event: { kind: 'data-read', asked: 40, bytes: 24 } }])
})

test('times of day go on after midnight', () => {
  const log =
    '23:59:59.500000 close(6<anon_inode:[mtty_mig]>) = 0\n00:00:00.500000 close(6<anon_inode:[mtty_mig]>) = 0\n'
  expect(stepsOf(straceLogFormat, encode(log)).map(({ event }) => event.at)).toEqual([0, 1_000_000])
})

describe('each finding with its smallest log', () => {
  const cases: readonly (readonly [code: keyof typeof straceCodes.entries, line: string])[] = [
    ['trace/arguments-missing', 'ioctl(3</dev/vfio/vfio>, VFIO_IOMMU_MAP_DMA, 0x7ffc8aafa5e0) = 0'],
    ['trace/file-kind-unknown', 'ioctl(3, VFIO_DEVICE_RESET, 0)    = 0'],
  ]
  test.each(cases)('%s', (code, line) => {
    expect(found(straceLogFormat, encode(`${line}\n${line}\n`))).toEqual([`1 info ${code}`])
  })

  test('every code has its case', () => {
    expect(cases.map(([code]) => code).sort()).toEqual(Object.keys(straceCodes.entries).sort())
  })
})

describe('lines', () => {
  const first = (line: string) => straceLogFormat.decode(encode(`${line}\n`)).records[0]

  const calls: readonly (readonly [call: string, result: string, record: object])[] = [
    ['brk(NULL)', '0x5588df641000', { kind: 'call', name: 'brk', arguments: ['NULL'] }],
    ['write(8<pipe:[1]>, "a, b\\"(", 6)', '6', { arguments: ['8<pipe:[1]>', '"a, b\\"("', '6'], result: '6' }],
    [
      'connect(5<TCP:[1.2.3.4:5->1.2.3.4:6]>, {sa_family=AF_INET, sin_port=htons(1)}, 16)',
      '0',
      { arguments: ['5<TCP:[1.2.3.4:5->1.2.3.4:6]>', '{sa_family=AF_INET, sin_port=htons(1)}', '16'] },
    ],
    ['getpid()', '7', { kind: 'call', arguments: [] }],
  ]
  test.each(calls)('%s', (call, result, record) => {
    // Results stand in column 40 where the call leaves room.
    const line = `${call.padEnd(39)} = ${result}`
    expect(first(line)).toMatchObject(record)
    expect(first(line)).not.toHaveProperty('raw')
  })

  test('the end of a process', () => {
    const notice = '+++ exited with 0 +++'
    expect(first(`77 ${notice}`)).toEqual({ kind: 'notice', pid: '77', notice })
  })

  test('another column, or brackets round the process, keep the line', () => {
    for (const line of ['getpid() = 7', '[pid  77] getpid()                      = 7']) {
      expect(first(line)).toMatchObject({ kind: 'call', name: 'getpid', raw: line })
    }
  })

  test.each(['getpid(', 'read(3, "abc', 'strace: Process 7 attached', 'a = b'])('%s is text', (line) => {
    expect(first(line)).toMatchObject({ kind: 'text', text: line })
  })
})
