import { describe, expect, test } from 'vitest'
import { qemuMigrationFormat } from '../../../src/qemu/index.ts'
import { codes, configuration, description, found, full, header, ram, text, zeros } from './stream.ts'

type Field = { readonly name: string; readonly type: string; readonly size: number }
const NAME = '0000:00:02.0/device'

/** A stream with one device of fields that stand one after another. */
function streamOf(fields: readonly (Field & { readonly bytes: readonly number[] })[], name = NAME): number[] {
  const described = fields.map(({ name: field, type, size }) => ({ name: field, type, size }))
  return [
    ...[...header, ...configuration(), ...ram],
    ...full(
      5,
      name,
      fields.flatMap(({ bytes }) => bytes),
    ),
    ...description([{ name, fields: described }]),
  ]
}

const field = (name: string, type: string, bytes: readonly number[]) => ({ name, type, size: bytes.length, bytes })

/** 256 bytes of config space: vendor 8086, device 100e, and an MSI-X capability at 0x40 with so many vectors. */
function space(vectors: number, control = 0): number[] {
  const bytes = zeros(256).slice()
  bytes.splice(0, 4, 0x86, 0x80, 0x0e, 0x10)
  bytes[6] = 0x10
  bytes[0x34] = 0x40
  bytes.splice(0x40, 12, 0x11, 0, vectors - 1, control, 0, 0, 0, 0, 0, 8, 0, 0)
  return bytes
}

const config = (vectors: number, control?: number) => field('config', 'pci config', space(vectors, control))
const masked = [...zeros(12), 1, 0, 0, 0]
/** Address fee00000, data 0x20. */
const unmasked = [0, 0, 0xe0, 0xfe, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0]
const ENABLED = 0x80

describe('PCI devices', () => {
  test.each<[string, readonly (Field & { bytes: readonly number[] })[], string[]]>([
    ['interrupts', [field('irq', 'pci irq state', [...zeros(15), 1])], []],
    ['a level of 2', [field('irq', 'pci irq state', [...zeros(15), 2])], ['qemu/pci-interrupt-level']],
    ['a table', [config(2), field('msix', 'msix state', [...masked, ...masked, 0])], []],
    ['one that is too short', [config(2), field('msix', 'msix state', [...masked, 0])], ['qemu/msix-state-size']],
    ['a pending vector', [config(1), field('msix', 'msix state', [...masked, 1])], ['qemu/msix-pending']],
    [
      'a pending vector that nothing holds back',
      [config(2, ENABLED), field('msix', 'msix state', [...unmasked, ...masked, 1])],
      ['pci/msix-pending-unmasked', 'qemu/msix-pending'],
    ],
    [
      'a vector that may be sent to nowhere',
      [config(1, ENABLED), field('msix', 'msix state', [...zeros(16), 0])],
      ['pci/msix-address-zero'],
    ],
    ['a table without a capability', [field('msix', 'msix state', [1, 2, 3])], []],
    ['a config space of another size', [field('config', 'pci config', zeros(100))], []],
  ])('%s', (_, fields, expected) => {
    expect(codes(streamOf(fields))).toEqual(expected)
  })

  test('a finding in a config space counts in a space of its own', () => {
    const bytes = space(1)
    // The capability points to itself.
    bytes[0x41] = 0x40
    const input = Uint8Array.from(
      streamOf([field('before', 'buffer', [1, 2, 3]), field('config', 'pci config', bytes)]),
    )
    const [finding] = found(input)
    expect(finding?.code).toMatch(/^pci\//)
    expect(finding?.in).toBe('devices[0].configSpace')
    expect(finding?.path).toEqual(['devices', 0, 'fields', 'config'])
    const spaces = qemuMigrationFormat.spaces?.(input) ?? []
    const own = spaces.find(({ name }) => name === finding?.in)
    const start = Buffer.from(input).indexOf(Buffer.from(bytes))
    expect(own?.pieces).toEqual([{ offset: 0, length: 256, parentOffset: start }])
    expect(own?.path).toEqual(finding?.path)
  })
})

describe('virtio devices, whose state is one run of bytes', () => {
  const state = (conventional: readonly number[], size: number, ...rest: (readonly number[])[]) => {
    const bytes = [0, 0, 0, 2, ...conventional, ...zeros(size - 256), ...rest.flat()]
    return Uint8Array.from(streamOf([field('virtio', 'virtio', bytes)]))
  }
  const virtio = (vectors: number) => {
    const bytes = space(vectors)
    bytes.splice(0, 4, 0xf4, 0x1a, 0x41, 0x10)
    return bytes
  }
  /** With a PCI Express capability of version 2 of an endpoint behind that of MSI-X. */
  const express = () => {
    const bytes = virtio(1)
    bytes[0x41] = 0x60
    bytes.splice(0x60, 4, 0x10, 0, 0x02, 0)
    return bytes
  }
  const irq = zeros(16)
  test.each<[string, Uint8Array, number[], string[]]>([
    ['conventional', state(virtio(2), 256, irq, masked, masked, [1]), [256], ['qemu/msix-pending']],
    ['express', state(express(), 4096, irq, masked, [1]), [4096], ['qemu/msix-pending']],
    ['express, a level of 3', state(express(), 4096, [0, 0, 0, 3, ...zeros(12)]), [4096], ['qemu/pci-interrupt-level']],
    ['another vendor', state(space(1), 256, [9, 9, 9, 9, ...zeros(12)]), [], []],
    ['too short', state(express(), 256, irq), [], []],
  ])('%s', (_, input, sizes, expected) => {
    expect(codes(input)).toEqual(expected)
    const spaces = qemuMigrationFormat.spaces?.(input) ?? []
    expect(spaces.map(({ pieces }) => pieces[0]?.length)).toEqual(sizes)
    for (const { pieces } of spaces) {
      const at = pieces[0]?.parentOffset ?? 0
      expect([input[at], input[at + 1]]).toEqual([0xf4, 0x1a])
    }
  })
})

describe('state of the guest', () => {
  const state = (name: string) =>
    streamOf([field('runstate', 'buffer', [...text(name), ...zeros(32 - name.length)])], 'globalstate')
  test.each([
    ['running', []],
    ['suspended', []],
    ['paused', ['qemu/guest-not-running']],
    ['debug', ['qemu/runstate-refused']],
    ['asleep', ['qemu/runstate-unknown']],
    ['', ['qemu/runstate-unknown']],
    ['x'.repeat(32), ['qemu/runstate-unknown']],
  ])('%j', (name, expected) => {
    const bytes = state(name)
    expect(codes(bytes)).toEqual(expected)
    const [finding] = found(bytes)
    if (finding === undefined) return
    expect(Buffer.from(bytes).subarray(finding.offset, finding.offset + finding.length)).toEqual(
      Buffer.from([...text(name), ...zeros(32 - name.length)]),
    )
  })
})
