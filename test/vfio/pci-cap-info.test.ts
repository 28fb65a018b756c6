import { describe, expect, test } from 'vitest'
import { pciCapInfoCodec, pciCapInfoFormat, VFIO_GET_PCI_CAP_INFO } from '../../src/vfio/index.ts'
import { hasCompiler, offsetsInC } from '../vf-state/c-struct.ts'
import { findingsOf } from '../vf-state/support.ts'
import { hex } from '../vf-state/vf-image.ts'

const FREE = '18 00 00 00 00 00 00 00 02 00 00 00 40 00 00 00 08 00 00 00 00 00 00 00'

test('the request number is _IO of 100 + 22', () => {
  expect(VFIO_GET_PCI_CAP_INFO).toBe((0x3b << 8) | (100 + 22))
})

test('24 bytes', () => {
  expect(pciCapInfoFormat.decode(hex(FREE))).toEqual({
    argsz: 24,
    flags: 0,
    index: 'get-free-region',
    offset: 0x40,
    size: 8,
    cap: 0,
    padding: new Uint8Array(3),
  })
})

test('16 bytes', () => {
  const bytes = hex('01 00 00 00 50 00 00 00 08 00 00 00 14 00 00 00')
  const value = pciCapInfoFormat.decode(bytes, { form: 16 })
  expect(value).toMatchObject({ index: 'get-size', offset: 0x50, size: 8, cap: 0x14 })
  expect(value.argsz).toBeUndefined()
  expect(findingsOf(pciCapInfoFormat, bytes, { form: 16 })).toEqual([])
})

const cases = [
  { name: 'a free range is asked for', bytes: FREE, found: [] },
  { name: 'the start is left open', bytes: FREE.replace('40 00 00 00 08', '00 00 00 00 08'), found: [] },
  { name: 'argsz up to the capability ID', bytes: FREE.replace('18', '15'), found: [] },
  { name: 'argsz 20', bytes: FREE.replace('18', '14'), found: ['error vfio/cap-info-argsz argsz'] },
  {
    name: 'command 3',
    bytes: FREE.replace('02', '03'),
    found: ['info layout/unknown-value index', 'error vfio/cap-info-command index'],
  },
  ...[
    ['before the list', '3c 00 00 00 08'],
    ['not at a multiple of 4', '41 00 00 00 08'],
    ['past the end', 'fc 00 00 00 08'],
  ].map(([name = '', range = '']) => ({
    name,
    bytes: FREE.replace('40 00 00 00 08', range),
    found: ['warning vfio/cap-info-range offset'],
  })),
  { name: 'up to the end', bytes: FREE.replace('40 00 00 00 08', 'f8 00 00 00 08'), found: [] },
]

test.each(cases)('$name: $found', ({ bytes, found }) => {
  expect(findingsOf(pciCapInfoFormat, hex(bytes))).toEqual(found)
})

describe.skipIf(!hasCompiler())('against a C compiler', () => {
  test.each([
    { form: 24, members: 'uint32_t argsz, flags, index, offset, size; uint8_t cap;' },
    { form: 16, members: 'uint32_t index, offset, size; uint8_t cap;' },
  ])('$form bytes', ({ form, members }) => {
    const names = [...members.matchAll(/(\w+)[,;]/g)].map(([, name]) => name as string)
    const known = offsetsInC(`struct vfio_pci_cap_info { ${members} };`, 'vfio_pci_cap_info', names)
    const fields = pciCapInfoCodec.fields(new Uint8Array(form), { parameters: { form } })
    const found = fields.filter(({ path }) => path[0] !== 'padding').map(({ path, offset }) => [path.join('.'), offset])
    expect(new Map([['sizeof', form], ...found] as [string, number][])).toEqual(known)
  })
})
