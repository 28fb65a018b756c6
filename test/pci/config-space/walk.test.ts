import { describe, expect, test } from 'vitest'
import { catalogues, LISTS } from '../../../src/pci/config-space/catalogue.ts'
import { ENTRY_MEMBERS } from '../../../src/pci/config-space/value.ts'
import { configSpaceFormat } from '../../../src/pci/index.ts'
import { EXPRESS, hex, listAt, type Patches, space } from './support.ts'

const codesOf = (bytes: Uint8Array) => configSpaceFormat.inspect(bytes).findings.map(({ code }) => code)
const offsets = (bytes: Uint8Array) => {
  const { capabilities, extendedCapabilities, gaps } = configSpaceFormat.decode(bytes)
  return {
    legacy: capabilities.map(({ offset }) => offset),
    extended: extendedCapabilities.map(({ offset }) => offset),
    gaps: gaps.map(({ offset, bytes: run }) => [offset, offset + run.length]),
  }
}

describe('the legacy list', () => {
  const cases: readonly (readonly [name: string, bytes: Uint8Array, legacy: readonly number[]])[] = [
    ['Status.CapList off', space(256, { 52: '40', 64: '01 00 03 00' }), []],
    [
      'chain order, not the order of offsets',
      space(256, { ...listAt('60'), 96: '00 40', 64: '00 50' }),
      [0x60, 0x40, 0x50],
    ],
    ['low bits of pointers', space(256, { ...listAt('43'), 64: '00 51' }), [0x40, 0x50]],
    ['a Null capability does not end it', space(256, { ...listAt('40'), 64: '00 48', 72: '0d 00' }), [0x40, 0x48]],
    ['ID 0xff ends it', space(256, { ...listAt('40'), 64: 'ff 48', 72: '0d 00' }), [0x40]],
    ['a pointer into the header ends it', space(256, { ...listAt('40'), 64: '00 3c' }), [0x40]],
    ['a loop ends it', space(256, { ...listAt('40'), 64: '00 44', 68: '00 48', 72: '00 44' }), [0x40, 0x44, 0x48]],
    [
      'the pointer of a CardBus bridge is at 0x14',
      space(256, { 6: '10 00', 14: '02', 20: '80', 128: '0d 00' }),
      [0x80],
    ],
    ['0x34 of a CardBus bridge is no pointer', space(256, { 6: '10 00', 14: '02', 52: '80' }), []],
    ['an unknown layout has no list', space(256, { ...listAt('40'), 14: '05', 64: '0d 00' }), []],
    ['a bridge', space(256, { ...listAt('80'), 14: '01', 128: '0d 00' }), [0x80]],
    ['the last place', space(256, { ...listAt('fc'), 252: '00 00' }), [0xfc]],
    ['beyond 64 bytes nothing is known', space(64, listAt('40')), []],
    ['a head cut in two is not captured', space(0x51, { ...listAt('40'), 64: '00 50', 80: '0d' }), [0x40]],
  ]
  test.each(cases)('%s', (_, bytes, legacy) => {
    expect(offsets(bytes)).toMatchObject({ legacy, extended: [] })
    expect(configSpaceFormat.encode(configSpaceFormat.decode(bytes))).toEqual(bytes)
  })

  test('48 capabilities are followed, as far as they go', () => {
    const patches: Record<number, string> = { ...listAt('40') }
    for (let at = 0x40; at < 0xfc; at += 4) patches[at] = `00 ${(at + 4).toString(16)}`
    const { legacy, gaps } = offsets(space(256, patches))
    expect(legacy.length).toBe(48)
    expect(gaps.length).toBe(48)
    expect(codesOf(space(256, patches))).toEqual([])
  })
})

describe('the extended list', () => {
  const express = (patches: Patches) => space(4096, { ...EXPRESS, ...patches })
  const cases: readonly (readonly [
    name: string,
    bytes: Uint8Array,
    extended: readonly number[],
    codes: readonly string[],
  ])[] = [
    ['zeros', express({}), [], []],
    ['ones', express({ 256: 'ff ff ff ff' }), [], []],
    ['a head with ID 0 that leads on', express({ 256: '00 00 00 14', 320: '03 00 01 00' }), [0x100, 0x140], []],
    [
      'a Null head in the middle',
      express({ 256: '03 00 01 14', 320: '00 00 00 20', 512: '0e 00 01 00' }),
      [0x100, 0x140, 0x200],
      [],
    ],
    ['a head with ID 0 alone', express({ 256: '00 00 01 00' }), [0x100], []],
    ['IDs of 16 bits', express({ 256: 'ff ff 01 00' }), [0x100], []],
    ['a pointer below 0x100', express({ 256: '03 00 01 0f' }), [0x100], ['pci/extended-pointer-in-legacy']],
    [
      'low bits of a pointer',
      express({ 256: '03 00 31 14', 320: '0e 00 01 00' }),
      [0x100, 0x140],
      ['pci/capability-pointer-unaligned'],
    ],
    ['the last place', express({ 256: '03 00 c1 ff', 4092: '00 00 01 00' }), [0x100, 0xffc], []],
    ['PCI-X is enough', space(4096, { ...listAt('40'), 64: '07 00', 256: '03 00 01 00' }), [0x100], []],
    ['without PCI Express or PCI-X', space(4096, { 256: '03 00 01 00' }), [], ['pci/extended-without-express']],
    ['256 bytes', space(256, EXPRESS), [], []],
    ['258 bytes', space(258, { ...EXPRESS, 256: '03 00' }), [], ['pci/odd-size']],
  ]
  test.each(cases)('%s', (_, bytes, extended, codes) => {
    expect(offsets(bytes)).toMatchObject({ extended })
    expect(codesOf(bytes)).toEqual(codes)
    expect(configSpaceFormat.encode(configSpaceFormat.decode(bytes))).toEqual(bytes)
  })

  test('480 heads are followed', () => {
    const patches: Record<number, string> = {}
    const byte = (value: number) => (value & 0xff).toString(16).padStart(2, '0')
    for (let n = 0; n < 480; n++) {
      const [at, next] = [0x100 + 8 * n, n === 479 ? 0 : 0x108 + 8 * n]
      patches[at] = `00 00 ${byte(1 | ((next & 0xf) << 4))} ${byte(next >> 4)}`
    }
    expect(offsets(express(patches)).extended.length).toBe(480)
    expect(codesOf(express(patches))).toEqual([])
  })
})

describe('what nothing covers', () => {
  const SSVID = '0d 00 00 00 86 80 34 12'
  test.each([
    ['all behind the header', space(256), [[0x40, 0x100]]],
    ['nothing of 64 bytes', space(64), []],
    [
      'before, between and behind',
      space(256, { ...listAt('48'), 72: SSVID, 73: '60', 96: SSVID }),
      [
        [0x40, 0x48],
        [0x50, 0x60],
        [0x68, 0x100],
      ],
    ],
    ['nothing between neighbours', space(0x50, { ...listAt('40'), 64: SSVID, 65: '48', 72: SSVID }), []],
    ['nothing behind an unknown one', space(256, { ...listAt('40'), 64: '99 50', 80: SSVID }), [[0x58, 0x100]]],
    ['what follows an AGP capability of 12 bytes', space(256, { ...listAt('40'), 64: '02 00' }), [[0x4c, 0x100]]],
    ['everything of a space of 4096 bytes', space(4096), [[0x40, 0x1000]]],
  ] as const)('%s', (_, bytes, gaps) => {
    expect(offsets(bytes).gaps).toEqual(gaps)
  })

  test('a space of 256 bytes is not one of 4096 with zeros', () => {
    expect(configSpaceFormat.decode(space(256)).size).toBe(256)
    expect(configSpaceFormat.decode(space(4096)).size).toBe(4096)
    expect(configSpaceFormat.encode(configSpaceFormat.decode(space(256))).length).toBe(256)
  })
})

describe('raw members', () => {
  test('next is what stands there, low bits included', () => {
    const bytes = space(4096, { ...EXPRESS, 65: '53', 84: '00 00', 256: '03 00 33 14', 320: '0e 00 01 00' })
    const { capabilities, extendedCapabilities } = configSpaceFormat.decode(bytes)
    expect(capabilities[0]).toMatchObject({ id: 0x10, name: 'PCIe', next: 0x53, layout: 'pci-cap-pcie' })
    expect(extendedCapabilities[0]).toMatchObject({ id: 3, version: 3, name: 'DSN', next: 0x143 })
  })

  test('unknown capabilities keep their bytes, up to the next one', () => {
    const bytes = space(256, { ...listAt('40'), 64: '99 44 01 02 0d 00' })
    const [unknown] = configSpaceFormat.decode(bytes).capabilities
    expect(unknown).toEqual({ offset: 0x40, id: 0x99, name: 'Unknown', next: 0x44, opaque: hex('01 02') })
  })

  test('fewer than 64 bytes are no configuration space', () => {
    const { value, findings } = configSpaceFormat.inspect(space(64).subarray(0, 63))
    expect(value).toBeUndefined()
    expect(findings).toMatchObject([
      { code: 'layout/ended-early', severity: 'error', message: 'Expected a header of 64 bytes, found only 63.' },
    ])
  })
})

test('no register is called like a member of every entry', () => {
  for (const list of LISTS)
    for (const { codec } of catalogues[list].byLayout.values())
      for (const name of Object.keys(codec.type.fields))
        expect(`${codec.type.name}.${name} ${ENTRY_MEMBERS.has(name)}`).toBe(`${codec.type.name}.${name} false`)
})

test('every capability that has a description has its ID once', () => {
  for (const list of LISTS) {
    const { byId, byLayout, names } = catalogues[list]
    for (const [id, { codecs }] of byId) {
      for (const { type } of codecs) expect(byLayout.get(type.name)?.capability.id).toBe(id)
      expect(names[id]).toBeUndefined()
    }
  }
})
