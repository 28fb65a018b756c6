import { describe, expect, test } from 'vitest'
import {
  be32,
  be64,
  bitmapsEnd,
  bitmapsStart,
  codes,
  command,
  configuration,
  counted,
  description,
  end,
  eos,
  full,
  header,
  packaged,
  page,
  part,
  ram,
  ramEnd,
  ramPart,
  ramStart,
  stream,
} from './stream.ts'

const device = full(9, 'device', [])
const bitmapsPart = part(2, [1])
const discard = (block: string, first: number, length: number) =>
  command(6, [0, ...counted(block), 0], be64(first), be64(length))
const advise = command(3, be64(4096), be64(4096))
const listen = command(4)
const run = command(5)
const open = command(1)
const ping = command(2, be32(1))
const devices = [{ name: 'device', fields: [] }]
const whole = (...elements: (readonly number[])[]) => [
  ...[...header, ...configuration(), ...elements.flat()],
  ...description(devices),
]

describe('order of sections', () => {
  test.each<[string, readonly number[], string[]]>([
    ['memory and a device', whole(ram, device), []],
    ['a state that is needed early', whole(device, ram), []],
    ['one between two STARTs', whole(ramStart, device, bitmapsStart, ramPart, ramEnd, bitmapsEnd), []],
    ['two things that end', stream(ramStart, bitmapsStart, ramPart, ramEnd, bitmapsEnd), []],
    ['a background snapshot: no END of RAM', whole(ramStart, ramPart, device), []],
    [
      'START twice',
      stream(ramStart, bitmapsStart, bitmapsStart, ramPart, ramEnd, bitmapsEnd),
      ['qemu/section-repeated'],
    ],
    ['END twice', stream(ram, ramEnd), ['qemu/section-repeated']],
    ['a device twice', stream(ram, device, device), ['qemu/section-repeated', 'qemu/description-mismatch']],
    ['two instances', stream(ram, device, full(10, 'device', [], { instance: 1 })), ['qemu/description-mismatch']],
    [
      'two devices of one name',
      [
        ...header,
        ...configuration(),
        ...ram,
        ...device,
        ...full(10, 'device', []),
        ...description([...devices, ...devices]),
      ],
      ['qemu/vmdesc-duplicate-device'],
    ],
    ['END twice under COLO', stream(ramStart, command(8), ramPart, ramEnd, ramEnd), []],
    ['PART after END', stream(ram, part(1, eos)), ['qemu/part-after-end']],
    ['PARTs that hold nothing after END', stream(ram, part(1, eos), part(1, eos)), ['qemu/part-after-end']],
    ['a device before END', whole(ramStart, ramPart, device, ramEnd), ['qemu/state-before-end']],
    ['no END', stream(bitmapsStart, ram, bitmapsPart), ['qemu/section-not-ended']],
    ['no memory', whole(device), ['qemu/no-ram']],
  ])('%s', (_, bytes, expected) => {
    expect(codes(bytes)).toEqual(expected)
  })

  test('findings are the same where sections that hold nothing are passed over', () => {
    const empty = part(1, eos)
    expect(codes(whole(ramStart, ramPart, empty, empty, device, ramEnd))).toEqual(['qemu/state-before-end'])
  })
})

describe('order of commands', () => {
  const rest = [ramPart, ramEnd]
  const postcopy = (...commands: (readonly number[])[]) => stream(...commands, ...rest)
  test.each<[string, readonly number[], string[]]>([
    ['a return path', postcopy(open, ping, ramStart), []],
    ['a ping without one', postcopy(ping, ramStart), ['qemu/ping-without-return-path']],
    ['two return paths', postcopy(open, open, ramStart), ['qemu/return-path-repeated']],
    ['postcopy', postcopy(advise, ramStart, discard('r', 0, 4096), packaged(listen, device, run)), []],
    ['postcopy without discards', postcopy(advise, ramStart, packaged(listen, device, run)), []],
    ['ADVISE twice', postcopy(advise, advise, ramStart), ['qemu/postcopy-order']],
    ['LISTEN without ADVISE', postcopy(ramStart, listen, run), ['qemu/postcopy-order']],
    ['RUN without LISTEN', postcopy(advise, ramStart, run), ['qemu/postcopy-order']],
    ['DISCARD before ADVISE', postcopy(ramStart, discard('r', 0, 4096)), ['qemu/postcopy-order']],
    ['DISCARD after LISTEN', postcopy(advise, ramStart, listen, discard('r', 0, 4096), run), ['qemu/postcopy-order']],
    ['an unknown block', postcopy(advise, ramStart, discard('s', 0, 4096)), ['qemu/postcopy-discard']],
    ['half a page', postcopy(advise, ramStart, discard('r', 0, 2048)), ['qemu/postcopy-discard']],
    ['behind the block', postcopy(advise, ramStart, discard('r', 8192, 4096)), ['qemu/postcopy-discard']],
    ['no range', postcopy(advise, ramStart, command(6, [0, ...counted('r'), 0])), ['qemu/postcopy-discard']],
    [
      'another version',
      postcopy(advise, ramStart, command(6, [1, ...counted('r'), 0], be64(0), be64(4096))),
      ['qemu/postcopy-discard'],
    ],
    [
      'no end of the name',
      postcopy(advise, ramStart, command(6, [0, ...counted('r'), 1], be64(0), be64(4096))),
      ['qemu/postcopy-discard'],
    ],
    [
      'a package in a package',
      postcopy(advise, ramStart, packaged(listen, packaged(device, run))),
      ['qemu/package-nested'],
    ],
    ['an ADVISE in a package', postcopy(ramStart, packaged(advise, listen, run)), ['qemu/package-nested']],
    ['one without content', postcopy(ramStart, packaged(command(3), listen, run)), []],
    ['a package without RUN', postcopy(advise, ramStart, packaged(listen, device)), ['qemu/package-not-run']],
    ['one switchover', postcopy(ramStart, command(11)), []],
    ['two', postcopy(ramStart, command(11), command(11)), ['qemu/switchover-repeated']],
    ['a late one', stream(ram, command(11)), ['qemu/switchover-late']],
    ['RESUME', postcopy(ramStart, command(9)), ['qemu/resume-without-recovery']],
    ['RECV_BITMAP', postcopy(ramStart, command(10, counted('r'))), ['qemu/resume-without-recovery']],
  ])('%s', (_, bytes, expected) => {
    // What postcopy leaves out, and the device that no description names.
    const others = ['qemu/description-mismatch']
    expect(codes(bytes).filter((code) => !others.includes(code))).toEqual(expected)
  })

  test('an end mark in a package', () => {
    const bytes = [...header, ...configuration(), ...ram, ...command(7, be32(2)), 0, 0]
    expect(codes(bytes)).toContain('qemu/end-in-package')
  })

  test('a stream that recovers postcopy has no return path and no phases of its own', () => {
    const bytes = [
      ...command(10, counted('r')),
      ...command(9),
      ...part(1, [...page('r', 0), ...eos]),
      ...end(1, eos),
      0,
    ]
    expect(codes(bytes)).toEqual(['qemu/no-description'])
  })
})
