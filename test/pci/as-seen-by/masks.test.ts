import { describe, expect, test } from 'vitest'
import {
  comparedBits,
  type Observer,
  parseObserver,
  qemuMessage,
  readConfigSpace,
  refusedBytes,
  type Surroundings,
  toPciOptions,
  vfioMasks,
} from '../../../src/pci/index.ts'
import { configs } from '../../capture/support.ts'
import { EXPRESS, listAt, space } from '../config-space/support.ts'

const read = (bytes: Uint8Array, around?: Surroundings) => readConfigSpace(bytes, toPciOptions({}), around)
const observer = (text: string) => parseObserver(text) as Observer

/** Runs of compared bits as `40-47:ff`, bytes with the same bits together. */
function compared(bytes: Uint8Array, view = 'vfio-pci', around?: Surroundings): string[] {
  const masks = vfioMasks(read(bytes, around), observer(view))
  const runs: { from: number; to: number; bits: number }[] = []
  for (let at = 0; at < 4096; at++) {
    const bits = comparedBits(masks, at)
    const last = runs.at(-1)
    if (bits === 0) continue
    if (last !== undefined && last.bits === bits && last.to === at - 1) last.to = at
    else runs.push({ from: at, to: at, bits })
  }
  const hex = (value: number) => value.toString(16).padStart(2, '0')
  return runs.map(
    ({ from, to, bits }) => `${hex(from)}${to === from ? '' : `-${hex(to)}`}${bits === 0xff ? '' : `:${hex(bits)}`}`,
  )
}

const HEADER = ['00-03', '06:10', '08-0b', '0e', '34']

describe('what QEMU compares of a vfio-pci device', () => {
  test('a VF of igb behind a port, as QEMU 10.2 was seen to do it', () => {
    // Capability registers: MSI-X at 70 with its two control bits free, PCI Express from a0 to the end of the space,
    // AER from 100 to the next head; ARI at 150 is taken out of the guest's view.
    const bytes = configs('g1-igb-q10').get('0000:01:10.0') as Uint8Array
    // BARs read 0 in a VF: their type bits are compared wherever QEMU may have registered one.
    const types = ['10:0f', '14:0f', '18:0f', '1c:0f', '20:0f', '24:0f']
    const header = [...HEADER.slice(0, 4), ...types, '34']
    expect(compared(bytes)).toEqual([...header, '70-72', '73:3f', '74-7b', 'a0-14f'])
  })

  const cases: readonly (readonly [name: string, bytes: Uint8Array, compared: readonly string[], view?: string])[] = [
    ['a function without capabilities', space(256), []],
    [
      'Power Management: the power state is free',
      space(256, { ...listAt('40'), 64: '01 00 03 00' }),
      ['40-43', '44:fc', '45-47'],
    ],
    [
      'MSI-X: enable and function mask are free',
      space(256, { ...listAt('40'), 64: '11 00' }),
      ['40-42', '43:3f', '44-4b'],
    ],
    [
      'MSI of 10 bytes: bits 1:0 of the address are not free',
      space(256, { ...listAt('40'), 64: '05 00' }),
      ['40-41', '42:8e', '43', '44:03'],
    ],
    ['MSI of 14 bytes', space(256, { ...listAt('40'), 64: '05 00 80 00' }), ['40-41', '42:8e', '43', '44:03']],
    [
      'MSI with two vectors and masks: pending bits and mask bits of no vector',
      space(256, { ...listAt('40'), 64: '05 00 02 01' }),
      ['40-41', '42:8e', '43', '44:03', '4a-4b', '4c:fc', '4d-53'],
    ],
    [
      'MSI of 24 bytes with 32 vectors',
      space(256, { ...listAt('40'), 64: '05 00 8a 01' }),
      ['40-41', '42:8e', '43', '44:03', '4e-4f', '54-57'],
    ],
    [
      'a vendor capability up to machine type 9.0',
      space(256, { ...listAt('40'), 64: '09 50 05 00', 80: '0d 00' }),
      ['40-ff'],
      'vfio-pci,pc-q35-9.0',
    ],
    [
      'a vendor capability since: only its head',
      space(256, { ...listAt('40'), 64: '09 50 05 00', 80: '0d 00' }),
      ['40-42', '50-ff'],
      'vfio-pci,pc-q35-9.1',
    ],
    [
      'any other capability runs to the next one',
      space(256, { ...listAt('60'), 96: '0d 40', 64: '01 00 03 00' }),
      ['40-43', '44:fc', '45-47', '60-ff'],
    ],
    [
      'extended capabilities run to the next one and to the end',
      space(4096, { ...EXPRESS, 256: '03 00 01 14', 320: '01 00 01 00' }),
      ['40-fff'],
    ],
    [
      'Null, ARI and SR-IOV are taken out of the view',
      space(4096, { ...EXPRESS, 256: '00 00 00 14', 320: '0e 00 01 18', 384: '10 00 01 20', 512: '03 00 01 00' }),
      ['40-ff', '200-fff'],
    ],
    [
      'nothing from 0x100 on behind a conventional bus',
      space(4096, { ...EXPRESS, 256: '03 00 01 00' }),
      ['40-ff'],
      'vfio-pci,pc-i440fx-9.2',
    ],
  ]
  test.each(cases.map(([name, bytes, expected, view]) => ({ name, bytes, expected, view })))(
    '$name',
    ({ bytes, expected, view }) => {
      expect(compared(bytes, view)).toEqual([...HEADER, ...expected])
    },
  )

  test('base address registers: the bits below their size, or their type where the size is unknown', () => {
    const bytes = space(256, { 16: '0c 00 00 80 38 00 00 00', 24: '41 e0 00 00' })
    expect(compared(bytes)).toEqual([...HEADER.slice(0, 4), '10:0f', '18:03', '34'])
    expect(compared(bytes, 'vfio-pci', { barSizes: [0x4000, undefined, 0x40] })).toEqual([
      ...HEADER.slice(0, 4),
      '10',
      '11:3f',
      '18:3f',
      '34',
    ])
  })

  test('base address registers of a VF read 0: those of known size, else the type bits of all', () => {
    const bytes = space(256, { 0: 'ff ff ff ff' })
    const head = HEADER.slice(0, 4)
    expect(compared(bytes)).toEqual([...head, '10:0f', '14:0f', '18:0f', '1c:0f', '20:0f', '24:0f', '34'])
    const barSizes = [0x4000, undefined, undefined, 0x80, undefined, undefined]
    expect(compared(bytes, 'vfio-pci', { barSizes })).toEqual([...head, '10', '11:3f', '1c:7f', '34'])
    expect(compared(bytes, 'vfio-pci', { barSizes: [2 ** 34] })).toEqual([...head, '10-13', '14:03', '34'])
  })
})

describe('two configuration spaces', () => {
  const source = space(256, { ...listAt('40'), 4: '07 04', 44: '86 80', 64: '01 00 03 00 03 00' })
  const destination = space(256, { ...listAt('40'), 64: '01 00 03 00 00 00' })

  test('what the guest may write is accepted', () => {
    expect(refusedBytes(read(source), read(destination), observer('vfio-pci'))).toEqual([])
  })

  test('a fixed byte is refused in the words of QEMU', () => {
    const other = destination.with(0x42, 0x02)
    const refused = refusedBytes(read(source), read(other), observer('vfio-pci'))
    expect(refused).toEqual([{ offset: 0x42, read: 3, device: 2, cmask: 0xff, wmask: 0, w1cmask: 0 }])
    expect(refused.map(qemuMessage)).toEqual(['Bad config data: i=0x42 read: 3 device: 2 cmask: ff wmask: 0 w1cmask:0'])
  })

  test('the capabilities of the destination decide', () => {
    const without = space(256)
    const refused = refusedBytes(read(source), read(without), observer('vfio-pci'))
    expect(refused.map(({ offset }) => offset)).toEqual([0x06, 0x34])
    const back = refusedBytes(read(without), read(source), observer('vfio-pci'))
    expect(back.map(({ offset }) => offset)).toEqual([0x06, 0x34, 0x40, 0x42])
  })
})

describe('observers', () => {
  test.each([
    ['vfio-pci', { comparesVendor: false, conventionalBus: false }],
    ['vfio-pci,pc-q35-10.2', { comparesVendor: false, conventionalBus: false }],
    ['vfio-pci,pc-q35-9.1', { comparesVendor: false, conventionalBus: false }],
    ['vfio-pci,pc-q35-9.0', { comparesVendor: true, conventionalBus: false }],
    ['vfio-pci,pc-q35-7.2', { comparesVendor: true, conventionalBus: false }],
    ['vfio-pci,pc-i440fx-9.2', { comparesVendor: false, conventionalBus: true }],
    ['vfio-pci,pc', { comparesVendor: false, conventionalBus: true }],
    ['vfio-pci,q35', { comparesVendor: false, conventionalBus: false }],
  ])('%s', (text, expected) => {
    expect(parseObserver(text)).toEqual({ name: text, ...expected })
  })

  test('of other devices the masks are not known', () => {
    expect(parseObserver('virtio-net')).toBeUndefined()
  })
})
