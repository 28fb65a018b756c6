import { describe, expect, test } from 'vitest'
import type { OptionValues } from '../../../src/layout/index.ts'
import { isOpaque, joined, toHex } from '../../../src/layout/index.ts'
import { configSpaceFormat, msixTableCodec } from '../../../src/pci/index.ts'
import {
  configStateNeed,
  decodeConfigState,
  encodeConfigState,
  type VfioConfigState,
  vfioConfigStateFormat,
} from '../../../src/qemu/index.ts'
import { vfioConfigCodes } from '../../../src/qemu/vfio/config-codes.ts'
import { findingsOf, uncovered } from '../../vf-state/support.ts'
import { oracleOf, scenarios, streamOf } from './captures.ts'
import { configSpace, END, plainState, stateBytes } from './config-states.ts'

const TAG = 8

/** The parts of a value that decoded. */
function partsOf({ configSpace: space, msix, display }: VfioConfigState) {
  if (isOpaque(space) || (msix !== undefined && isOpaque(msix)) || (display !== undefined && isOpaque(display))) {
    throw new Error('A part did not decode.')
  }
  return { space, msix, display }
}

const states = scenarios.flatMap((scenario) => {
  const { vfio_sections: sections, vmdesc } = oracleOf(scenario)
  return sections.flatMap(({ records, idstr }) =>
    records
      .filter(({ flag }) => flag === 'DEV_CONFIG_STATE')
      .map(({ offset, implicit_length: length = 0, decoded }) => {
        const size = vmdesc?.vfio_entries.find(({ name }) => name === idstr)?.size
        return { scenario, idstr, offset, length, decoded, size }
      }),
  )
})

describe('config states of the captures', () => {
  test('there are some', () => expect(states.length).toBe(21))

  test.each(states)('$scenario $idstr', ({ scenario, offset, length, decoded: facts, size }) => {
    const bytes = streamOf(scenario).subarray(offset + TAG)
    const decoded = decodeConfigState(bytes)
    if (decoded === undefined || facts === undefined) throw new Error('not decoded')
    const { value, findings } = decoded
    expect(decoded.length).toBe(length)
    expect(size).toBe(length + 2 * TAG)
    expect(findings).toEqual([])
    const { space, msix } = partsOf(value)
    expect(value.version).toBe(facts.pci_device_version_be32)
    expect(value.interrupts).toEqual([0, 0, 0, 0])
    const config = configSpaceFormat.encode(space)
    expect(config.length).toBe(facts.config_bytes)
    expect(toHex(config.subarray(0, 64))).toBe(facts.config_first_64)
    const table = msix === undefined ? undefined : toHex(msixTableCodec.encode(msix.table))
    expect(table).toBe(facts.msix_table?.join(''))
    expect(msix && toHex(msix.pba)).toBe(facts.msix_pba)
    const payload = bytes.slice(0, length)
    expect(encodeConfigState(value)).toEqual(payload)
    expect(findingsOf(vfioConfigStateFormat, payload)).toEqual([])
    expect(decodeConfigState(bytes, { length })?.value).toEqual(value)
    // The space says where its bytes are.
    expect(decoded.spaces()).toEqual([
      { name: 'configSpace', path: ['configSpace'], pieces: [{ offset: 0, length: config.length, parentOffset: 4 }] },
    ])
    const fields = decoded.fields()
    expect(fields.find(({ path }) => path.join('.') === 'configSpace.header.vendorId')?.offset).toBe(4)
    // What may be a space of 4096 bytes is tried first.
    expect(needed(bytes)).toBe(length + TAG + 4096 - config.length)
  })
})

/** Bytes that were asked for in all, one request after another. */
function needed(bytes: Uint8Array): number {
  let have = 0
  for (;;) {
    const need = configStateNeed(bytes.subarray(0, have))
    if (need === 'enough') return have
    expect(need).toBeGreaterThan(have)
    if (need > bytes.length) return have
    have = need
  }
}

describe('layouts', () => {
  const layouts = [4096, 256].flatMap((size) =>
    [0, 1, 3, 8, 9, 2048].flatMap((vectors) =>
      [false, true].map((display) => ({ size: size as 256 | 4096, vectors, display })),
    ),
  )
  test.each(layouts)('$size bytes, $vectors vectors, display $display', ({ size, vectors, display }) => {
    const bytes = stateBytes(size, vectors, { display })
    const extra = new Uint8Array(5000)
    const decoded = decodeConfigState(joined([bytes, END, extra]))
    if (decoded === undefined) throw new Error('not decoded')
    expect(decoded.length).toBe(bytes.length)
    const { space, msix, display: shown } = partsOf(decoded.value)
    expect(space.size).toBe(size)
    expect(msix?.table.entries.length ?? 0).toBe(vectors)
    expect(shown).toEqual(
      display
        ? {
            ...{ marker: 5, nameLength: 25, name: 'VFIOPCIDevice/VFIODisplay', version: 1 },
            ...{ address: 0x10000000n, fourcc: 0x34325258, flags: 0, width: 1024, height: 768, stride: 4096 },
          }
        : undefined,
    )
    expect(findingsOf(vfioConfigStateFormat, bytes).filter((line) => line.startsWith('error'))).toEqual([])
    // Every request is of a bounded number of bytes, also where the end never comes.
    for (let have = 0; ; ) {
      const need = configStateNeed(joined([bytes, extra]).subarray(0, have))
      if (need === 'enough') break
      expect(need).toBeLessThanOrEqual(41000)
      if (need > bytes.length + extra.length) break
      have = need
    }
  })

  test('without its end it is not decoded, unless its length is known', () => {
    const bytes = stateBytes(4096, 3)
    expect(decodeConfigState(joined([bytes, new Uint8Array(8)]))).toBeUndefined()
    expect(decodeConfigState(joined([bytes, new Uint8Array(8)]), { length: bytes.length })?.findings).toEqual([])
    expect(decodeConfigState(bytes, { length: bytes.length + 1 })).toBeUndefined()
    expect(decodeConfigState(new Uint8Array(275), { length: 275 })).toBeUndefined()
    expect(decodeConfigState(new Uint8Array(0))).toBeUndefined()
  })
})

const change = (bytes: Uint8Array, at: number, value: number) => {
  const changed = bytes.slice()
  changed[at] = value
  return changed
}

const cases: [string, Uint8Array, string[], OptionValues?][] = [
  ['version 3', stateBytes(256, 0, { version: 3 }), ['error qemu/vfio-config-version version']],
  ['version 1', stateBytes(256, 0, { version: 1 }), ['info qemu/vfio-config-older version']],
  ['a level of 2', stateBytes(256, 0, { levels: [1, 0, 2, 0] }), ['error qemu/vfio-interrupt-level interrupts.2']],
  [
    'no vendor',
    change(change(stateBytes(256, 0), 4, 0), 5, 0),
    ['error qemu/vfio-config-identity configSpace.header.vendorId'],
  ],
  ['a byte too many', joined([stateBytes(4096, 1), Uint8Array.of(7)]), ['error qemu/vfio-config-length trailing']],
  ['a vector less', stateBytes(4096, 2).slice(0, -16), ['error qemu/vfio-config-length trailing']],
  [
    'pending, masked',
    change(stateBytes(4096, 3, { pba: 2 }), 4096 + 20 + 28, 1),
    ['info qemu/vfio-msix-pending msix.pba'],
  ],
  [
    'pending, not masked',
    stateBytes(4096, 3, { pba: 1 }),
    ['info pci/msix-pending-unmasked msix.pba', 'info qemu/vfio-msix-pending msix.pba'],
  ],
  ['pending beyond', stateBytes(4096, 3, { pba: 0x80 }), ['warning pci/msix-pending-beyond-table msix.pba']],
  [
    'an address that no x86 machine has',
    change(stateBytes(4096, 1), 4096 + 20, 1),
    ['warning pci/msix-address-unaligned msix.table.entries.0.address'],
  ],
]

test.each(cases)('%s', (_, bytes, expected) => {
  const lines = findingsOf(vfioConfigStateFormat, bytes)
  expect(lines.filter((line) => !/ pci\/(?!msix-(pending|address))/.test(line))).toEqual(expected)
})

test('every code has a case', () => {
  const found = cases.map(([, , expected]) => expected)
  expect(uncovered(vfioConfigCodes.entries, 'qemu/', found)).toEqual([])
})

test('a config space or a table can be replaced, the rest stays', () => {
  const bytes = stateBytes(4096, 9, { pba: 5, display: true })
  const value = vfioConfigStateFormat.decode(bytes)
  const { msix } = partsOf(value)
  const other = configSpace(4096, 9)
  other[0x3c] = 11
  const withSpace = encodeConfigState({ ...value, configSpace: configSpaceFormat.decode(other) })
  expect(withSpace).toEqual(change(bytes, 4 + 0x3c, 11))
  const entries = msix?.table.entries.map((entry, at) => (at === 8 ? { ...entry, data: 0x4099 } : entry)) ?? []
  const withTable = encodeConfigState({ ...value, msix: { table: { entries }, pba: msix?.pba ?? bytes } })
  expect(withTable).toEqual(change(bytes, 4 + 4096 + 16 + 8 * 16 + 8, 0x99))
  // A loader finds the table by the capability.
  const fewer = configSpaceFormat.decode(configSpace(4096, 8))
  expect(() => encodeConfigState({ ...value, configSpace: fewer })).toThrow('expected')
  expect(() => encodeConfigState({ ...plainState(), trailing: new Uint8Array(0) })).toThrow('trailing')
})

test('damage gives a value that is written back', () => {
  const bytes = stateBytes(256, 3, { display: true })
  for (let at = 0; at < bytes.length; at += 3) {
    for (const value of [0xff, (bytes[at] ?? 0) ^ 1]) findingsOf(vfioConfigStateFormat, change(bytes, at, value))
    const cut = joined([bytes.slice(0, at), END])
    const { value, length } = decodeConfigState(cut) ?? {}
    if (value !== undefined) expect(encodeConfigState(value)).toEqual(cut.slice(0, length))
    if (at >= 276) findingsOf(vfioConfigStateFormat, bytes.slice(0, at))
  }
})
