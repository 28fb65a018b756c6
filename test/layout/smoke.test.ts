import { expect, test } from 'vitest'
import { msixEntryFormat } from '../../src/pci/index.ts'

test('an MSI-X entry decodes', () => {
  const bytes = Uint8Array.from([0, 0x10, 0xe0, 0xfe, 0, 0, 0, 0, 0x26, 0, 0, 0, 1, 0, 0, 0])
  expect(msixEntryFormat.decode(bytes)).toEqual({
    address: 0xfee01000n,
    data: 0x26,
    vectorControl: { masked: true, reserved: 0, steeringTag: 0 },
  })
})
