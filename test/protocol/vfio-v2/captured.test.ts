import { describe, expect, test } from 'vitest'
import { type TraceEvent, validateTrace } from '../../../src/protocol/index.ts'
import { destination, source, timed } from '../trace.ts'

const EINVAL = -22
const judged = (events: readonly TraceEvent[]) =>
  validateTrace('vfio-v2', timed(events)).map(({ code, severity, message }) => `${severity} ${code}: ${message}`)

/** A request, then the state that the device says it is in. */
const asked = (state: number, dataFd: number, result = 0, now = state) => [
  source('state-set', { state, dataFd, result }),
  source('state-read', { state: now }),
]

describe('what a real kernel and its mtty driver answered to a program that asked them directly', () => {
  // One port; numbers as the program recorded them. It did not record what it closed.
  const events = [
    source('dirty-tracking', { on: true, result: 0 }),
    source('bitmap-queried', { start: 256, pages: 256, result: 0 }),
    source('dirty-tracking', { on: false, result: 0 }),
    source('migration-features', { stopCopy: true, p2p: true, preCopy: true }),
    source('stop-copy-size', { bytes: 60, result: 0 }),
    source('dma-logging', { on: true, ranges: 2, pageSize: 4096, result: 0 }),
    source('bitmap-queried', { start: 1, pages: 16, result: -95 }),
    source('dma-logging', { on: false, result: 0 }),
    source('state-read', { state: 2 }),
    ...asked(6, 8),
    source('precopy-info', { initialBytes: 24, dirtyBytes: 0, result: 0 }),
    source('data-read', { asked: 1048576, bytes: 24, result: 24 }),
    source('data-read', { asked: 1048552, bytes: 0, result: 0 }),
    source('precopy-info', { initialBytes: 0, dirtyBytes: 0, result: 0 }),
    ...asked(7, -1),
    ...asked(3, -1),
    source('precopy-info', { initialBytes: 0, dirtyBytes: 0, result: EINVAL }),
    source('data-read', { asked: 1048552, bytes: 36, result: 36 }),
    source('data-read', { asked: 1048516, bytes: 0, result: 0 }),
    ...asked(1, -1),
    ...asked(2, -1),
    ...asked(1, -1),
    ...asked(3, 8),
    source('data-read', { asked: 1048576, bytes: 60, result: 60 }),
    ...asked(1, -1),
    ...asked(4, 8),
    source('data-written', { bytes: 60 }),
    ...asked(1, -1),
    ...asked(3, 8),
    source('data-read', { asked: 1048576, bytes: 60, result: 60 }),
    ...asked(2, -1),
    ...asked(0, -1, EINVAL, 2),
    ...asked(99, -1, EINVAL, 2),
    ...asked(4, 8),
    source('data-written', { bytes: 10 }),
    ...asked(2, -1, EINVAL, 4),
    source('ioctl', { name: 'VFIO_DEVICE_RESET', value: 0, result: 0 }),
    ...asked(2, -1),
  ]

  test('is told, and nothing of it is more than an info', () => {
    expect(judged(events)).toEqual([
      'info protocol/bitmap-refused: The dirty pages of device 0 are refused with EOPNOTSUPP.',
      'info protocol/precopy-info-outside: The pre-copy information is refused with EINVAL while the device is in STOP_COPY.',
      'info protocol/request-refused: The request is refused with EINVAL: ERROR cannot be asked for: only a device that fails is in it.',
      'info protocol/request-refused: The request is refused with EINVAL: There is no state 99.',
      'info protocol/resuming-refused: The way from RESUMING to RUNNING is refused with EINVAL after 10 bytes were written.',
    ])
  })

  test('also where descriptors have other numbers each time', () => {
    let fd = 7
    const numbered = events.map((event) =>
      event.kind === 'state-set' && event.dataFd === 8 ? { ...event, dataFd: ++fd } : event,
    )
    expect(judged(numbered).filter((text) => !text.startsWith('info'))).toEqual([])
    expect(judged(numbered).filter((text) => text.includes('data-fd-left-open'))).toHaveLength(4)
  })
})

describe('what QEMU does with real devices', () => {
  const both = (state: number, side: typeof source = source) =>
    [0, 1].flatMap((device) => [side('state-set', { state, device }), side('state-read', { state, device })])

  test('two devices of a running guest', () => {
    const events = [
      ...both(6),
      source('vcpus-stopped'),
      ...both(7),
      ...both(3),
      ...both(1),
      ...both(4, destination),
      ...both(5, destination),
      ...both(2, destination),
    ]
    expect(judged(events)).toEqual([])
  })

  test('two devices of a guest that was never started: one after the other is stopped', () => {
    expect(judged([...both(6), ...both(3), ...both(1)])).toEqual([])
  })

  test('a device without P2P whose driver refuses STOP_COPY: QEMU resets it', () => {
    const events = [
      ...asked(6, 40),
      source('state-set', { state: 3, result: EINVAL }),
      source('state-read', { state: 2 }),
      source('state-set', { state: 2 }),
    ]
    expect(judged(events)).toEqual([
      'error protocol/legal-request-refused: The way from PRE_COPY to STOP_COPY is legal and refused with EINVAL.',
    ])
  })
})

describe('after a change over several hops was refused', () => {
  const refused = [source('state-read', { state: 2 }), source('state-set', { state: 3, result: -5 })]
  test.each([
    { state: 2, fine: true },
    { state: 5, fine: true },
    { state: 1, fine: true },
    { state: 3, fine: false },
    { state: 6, fine: false },
  ])('the device may be where it was or at a hop on its way: $state is fine, $fine', ({ state, fine }) => {
    const codes = validateTrace('vfio-v2', timed([...refused, source('state-read', { state })])).map(({ code }) => code)
    expect(codes.includes('protocol/unexpected-state')).toBe(!fine)
  })

  test('a log that begins in the middle is not blamed for what it does not show', () => {
    expect(
      judged([
        source('data-read', { bytes: 4 }),
        source('state-read', { state: 3 }),
        source('data-read', { bytes: 4 }),
      ]),
    ).toEqual([
      'warning protocol/unfinished: State of the device: the migration ends in state STOP_COPY (the device is stopped and its state is read); it has to end in RUNNING or RUNNING_P2P or STOP or ERROR or between.',
    ])
  })
})
