import { describe, expect, test } from 'vitest'
import {
  be32,
  bitmapsEnd,
  blocks,
  codes,
  configuration,
  counted,
  description,
  end,
  eos,
  full,
  header,
  ram,
  ramEnd,
  ramPart,
  start,
  stream,
  subsection,
} from './stream.ts'

const oldRam = start(1, 'ram', [...blocks(['r', 4096]), ...eos], { version: 3 })
const capabilities = (...names: string[]) =>
  subsection('configuration/capabilities', be32(names.length), ...names.map(counted))
const pageBits = (bits: number) => subsection('configuration/target-page-bits', be32(bits))
const on = (machine: string, name: string) => [
  ...[...header, ...configuration(machine), ...ram, ...full(5, name, [])],
  ...description([{ name }]),
]
const configured = (part: readonly number[], pageSize?: number) => [
  ...[...header, ...configuration('virt-10.0', part), ...ram],
  ...description([], pageSize),
]

describe('versions', () => {
  test.each<[string, readonly number[], string[]]>([
    ['memory of version 3', stream(oldRam, ramPart, ramEnd), ['qemu/section-version']],
    [
      'bitmaps of version 2',
      stream(start(2, 'dirty-bitmap', [1], { version: 2 }), ram, bitmapsEnd),
      ['qemu/section-version'],
    ],
    ['a device of another version', stream(ram, full(5, 'device', [], { version: 2 })), ['qemu/description-mismatch']],
    [
      'one that the description has otherwise',
      [
        ...[...header, ...configuration(), ...ram, ...full(5, 'device', [], { version: 2 })],
        ...description([{ name: 'device' }]),
      ],
      ['qemu/version-mismatch'],
    ],
    ['a capability', configured(capabilities('validate-uuid')), []],
    ['an unknown one', configured(capabilities('telepathy')), ['qemu/capability-unknown']],
    ['the size of a page', configured(pageBits(12)), []],
    ['another one', configured(pageBits(12), 16384), ['qemu/page-size-mismatch']],
    ['a south bridge', on('pc-i440fx-7.2', '0000:00:01.0/PIIX3'), []],
    ['of another machine', on('pc-q35-7.2', '0000:00:01.0/PIIX3'), ['qemu/machine-mismatch']],
    ['a host bridge', on('pc-q35-7.2', '0000:00:00.0/mch'), []],
    ['of another machine', on('pc-i440fx-7.2', '0000:00:00.0/mch'), ['qemu/machine-mismatch']],
    ['on a machine that is not known', on('my-machine', '0000:00:00.0/mch'), []],
  ])('%s', (_, bytes, expected) => {
    expect(codes(bytes)).toEqual(expected)
  })

  test('a VFIO device of version 2', () => {
    const setup = [0xffffffffef100003n, 0xffffffffef100001n]
    const body = setup.flatMap((tag) =>
      Array.from({ length: 8 }, (_, at) => Number((tag >> BigInt(56 - 8 * at)) & 0xffn)),
    )
    const bytes = stream(start(3, '0000:00:02.0/vfio', body, { version: 2 }), ram, end(3, body.slice(8)))
    expect(codes(bytes)).toContain('qemu/section-version')
  })
})
