import { expect, test } from 'vitest'
import { textBytes, textValue } from '../../src/layout/support.ts'

test.each([0, 1, 63, 64, 65, 4095, 4096, 4097, 10_000])('%i bytes are so many characters, and come back', (length) => {
  const bytes = Uint8Array.from({ length }, (_, at) => (31 * at + 1) & 0xff)
  const text = textValue(bytes, false)
  expect(text).toBe(Buffer.from(bytes).toString('latin1'))
  expect(textBytes(text, undefined)).toEqual(bytes)
})

test('NUL bytes at the end are padding where a length is stated elsewhere', () => {
  const bytes = new Uint8Array(5000).fill(0x61, 0, 4500)
  expect(textValue(bytes, true)).toBe('a'.repeat(4500))
  expect(textValue(bytes, false)).toHaveLength(5000)
})
