import { describe, expect, test } from 'vitest'
import { DecodeError } from '../../src/findings/index.ts'
import { fromHex } from '../../src/layout/index.ts'
import {
  checkMsixTable,
  type MsixEntry,
  msixPbaFormat,
  msixTableCodes,
  msixTableFormat,
  pendingBytes,
  pendingVectors,
} from '../../src/pci/index.ts'

const hex = (text: string) => fromHex(text.replaceAll(/\s+/g, '')) as Uint8Array

// The first two vectors of an igb function in a QEMU guest; the guest read the same words through memory.
test('a captured table', () => {
  const table = hex('00 10 e0 fe 00 00 00 00 25 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00')
  const { entries } = msixTableFormat.decode(table)
  expect(entries).toEqual([
    { address: 0xfee01000n, data: 0x25, vectorControl: { masked: false, reserved: 0, steeringTag: 0 } },
    { address: 0n, data: 0, vectorControl: { masked: true, reserved: 0, steeringTag: 0 } },
  ])
  expect(msixTableFormat.encode({ entries })).toEqual(table)
})

describe('the pending bit array', () => {
  // QEMU keeps ceil(N / 8) bytes, hardware 8 * ceil(N / 64).
  test.each([
    { vectors: 1, short: 1, whole: 8 },
    { vectors: 8, short: 1, whole: 8 },
    { vectors: 9, short: 2, whole: 8 },
    { vectors: 64, short: 8, whole: 8 },
    { vectors: 65, short: 9, whole: 16 },
    { vectors: 130, short: 17, whole: 24 },
    { vectors: 2048, short: 256, whole: 256 },
  ])('$vectors vectors take $short or $whole bytes', ({ vectors, short, whole }) => {
    expect(pendingBytes(vectors)).toBe(whole)
    for (const length of new Set([short, whole])) {
      const bytes = new Uint8Array(length)
      const value = msixPbaFormat.decode(bytes, { vectors })
      expect(value.pending.length).toBe(short)
      expect(value.padding.length).toBe(length - short)
      expect(msixPbaFormat.encode(value, { vectors })).toEqual(bytes)
    }
    expect(() => msixPbaFormat.decode(new Uint8Array(whole + 1), { vectors })).toThrow(DecodeError)
    expect(() => msixPbaFormat.decode(new Uint8Array(short - 1), { vectors })).toThrow(DecodeError)
    if (whole - short > 1)
      expect(() => msixPbaFormat.decode(new Uint8Array(short + 1), { vectors })).toThrow(DecodeError)
  })

  test('without a number of vectors all bits count', () => {
    const { value, findings } = msixPbaFormat.inspect(hex('fc 03 00'))
    expect(value).toEqual({ pending: hex('fc 03 00'), padding: new Uint8Array(0) })
    expect(findings).toEqual([])
  })

  // The igb of a captured stream: 10 vectors, 2 to 9 pending.
  test('vectors by number', () => {
    expect(pendingVectors(hex('fc 03'))).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
    expect(pendingVectors(hex('00 80 01'))).toEqual([15, 16])
  })

  test.each([
    { bytes: 'fc 03', found: [] },
    { bytes: '00 04', found: [{ code: 'pci/msix-pending-beyond-table', offset: 1, length: 1 }] },
    { bytes: '00 00 01 00 00 00 00 00', found: [{ code: 'layout/reserved-not-zero', offset: 2, length: 6 }] },
  ])('10 vectors in $bytes', ({ bytes, found }) => {
    const { findings } = msixPbaFormat.inspect(hex(bytes), { vectors: 10 })
    expect(findings.map(({ code, offset, length }) => ({ code, offset, length }))).toEqual(found)
  })
})

const entry = (address: bigint, data: number, masked = false): MsixEntry => ({
  address,
  data,
  vectorControl: { masked, reserved: 0, steeringTag: 0 },
})
const GOOD = entry(0xfee01000n, 0x26)
const MASKED = entry(0n, 0, true)
const live = { enabled: true, functionMask: false }

interface Case {
  readonly name: string
  readonly entries: readonly MsixEntry[]
  readonly pba?: string
  readonly control?: { readonly enabled: boolean; readonly functionMask: boolean; readonly x86?: boolean }
  readonly found: readonly string[]
}

const refused = 'warning pci/msix-vector-refused entries.0.data'
const zero = 'warning pci/msix-address-zero entries.0.address'
const cases: readonly Case[] = [
  { name: 'a sound table', entries: [GOOD, MASKED], pba: '00', found: [] },
  { name: 'vector 15', entries: [entry(0xfee00000n, 15)], found: [refused] },
  { name: 'vector 16', entries: [entry(0xfee00000n, 16)], found: [] },
  { name: 'vector 15, masked', entries: [entry(0xfee00000n, 15, true), GOOD], found: [] },
  {
    name: 'vector 15, all masked',
    entries: [entry(0xfee00000n, 15)],
    control: { ...live, functionMask: true },
    found: [],
  },
  { name: 'vector 15, disabled', entries: [entry(0xfee00000n, 15)], control: { ...live, enabled: false }, found: [] },
  { name: 'vector 15, remappable', entries: [entry(0xfee00010n, 15)], found: [] },
  { name: 'vector 15, AMD remapping', entries: [entry(0xfee00000n, 15)], control: { ...live, x86: false }, found: [] },
  { name: 'data 0 to the doorbell of an ARM machine', entries: [entry(0x8090040n, 0)], found: [] },
  { name: 'address 0', entries: [entry(0n, 0x26)], found: [zero] },
  { name: 'address 0, all masked', entries: [entry(0n, 0x26)], control: { ...live, functionMask: true }, found: [] },
  { name: 'address 0, disabled', entries: [entry(0n, 0)], control: { ...live, enabled: false }, found: [] },
  {
    name: 'address of odd alignment',
    entries: [entry(0xfee01002n, 0x26)],
    found: ['warning pci/msix-address-unaligned entries.0.address'],
  },
  {
    name: 'address of odd alignment, masked',
    entries: [entry(0xfee01001n, 0x26, true), GOOD],
    found: ['info pci/msix-address-unaligned entries.0.address'],
  },
  { name: 'every vector masked', entries: [MASKED], found: ['info pci/msix-all-masked entries'] },
  { name: 'every vector masked, disabled', entries: [MASKED], control: { ...live, enabled: false }, found: [] },
  { name: 'no vectors at all', entries: [], found: [] },
  { name: 'pending and unmasked', entries: [GOOD], pba: '01', found: ['info pci/msix-pending-unmasked pba'] },
  { name: 'pending and masked', entries: [GOOD, MASKED], pba: '02', found: [] },
  { name: 'pending, disabled', entries: [GOOD], pba: '01', control: { ...live, enabled: false }, found: [] },
  {
    name: 'pending beyond the table',
    entries: [GOOD],
    pba: '02 00 00 00 00 00 00 80',
    found: ['warning pci/msix-pending-beyond-table pba'],
  },
]

test.each(cases)('$name', ({ entries, pba, control, found }) => {
  const lines: string[] = []
  checkMsixTable(entries, pba === undefined ? undefined : hex(pba), control ?? live, (code, message, path, more) => {
    lines.push(`${more?.severity ?? msixTableCodes.entries[code].severity} ${code} ${path.join('.')}`)
    expect(message).toMatch(/^[A-Z].*\.$/)
  })
  expect(lines).toEqual(found)
})

test('every code of a table has a case', () => {
  const covered = new Set(cases.flatMap(({ found }) => found.map((line) => line.split(' ')[1])))
  expect(Object.keys(msixTableCodes.entries).filter((code) => !covered.has(code))).toEqual([])
})
