import { expect, test } from 'vitest'
import { completeOptions, type OptionMap, parseOptions } from '../../src/layout/index.ts'

const options: OptionMap = { offset: { kind: 'number', default: 0, meaning: 'a place' } }

test.each(['__proto__', 'constructor', 'toString', 'other'])('an option %s does not exist', (name) => {
  expect(() => parseOptions(options, [`${name}=1`])).toThrow(`There is no option ${name}; there are offset.`)
})

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%s is not taken for a number', (offset) => {
  expect(() => completeOptions(options, { offset })).toThrow('offset is a number, not')
})

test('numbers are exact', () => {
  expect(() => parseOptions(options, ['offset=9007199254740993'])).toThrow('offset is a number, not')
  expect(parseOptions(options, ['offset=0x1fffffffffffff'])).toEqual({ offset: Number.MAX_SAFE_INTEGER })
})
