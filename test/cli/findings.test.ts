import { expect, test } from 'vitest'
import { findingLines } from '../../src/cli/render/findings.ts'
import { palette } from '../../src/cli/render/palette.ts'

test('where a finding is stays below it when it is wrapped', () => {
  const finding = {
    code: 'a/b',
    severity: 'warning',
    message: 'Short.',
    offset: 16,
    length: 4,
    path: ['a-long-name', 'and-another', 'and-a-third'],
    hint: 'Leave it out, or say which one is meant.',
  } as const
  const lines = (width: number | undefined) => [
    ...findingLines('a/file', [finding], { palette: palette(false), width }),
  ]
  const where = 'at a/file offset 0x10 (4 bytes) in ["a-long-name"]["and-another"]["and-a-third"]'
  expect(lines(undefined)).toEqual(['warning a/b: Short.', `  ${where}`, `  ${finding.hint}`])
  expect(lines(40)).toEqual([
    'warning a/b: Short.',
    '  at a/file offset 0x10 (4 bytes) in',
    '    ["a-long-name"]["and-another"]["and-a-third"]',
    '  Leave it out, or say which one is',
    '    meant.',
  ])
})
