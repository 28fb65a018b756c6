import { describe, expect, it } from 'vitest'
import { applyXbzrle, xbzrleProblem } from '../../../src/qemu/index.ts'
import { imageOf, pageOf, ramStream, readFor, record } from './support.ts'

const changed = (delta: readonly number[], size = 300) => {
  const page = new Uint8Array(size).fill(1)
  const problem = applyXbzrle(Uint8Array.from(delta), page)
  return { problem, page: [...page] }
}
const ones = (length: number) => new Array(length).fill(1)

describe('runs', () => {
  it.each<[string, number[], number[]]>([
    ['none: the page stays', [], ones(300)],
    ['one in the middle', [2, 3, 7, 8, 9], [...ones(2), 7, 8, 9, ...ones(295)]],
    ['from the first byte on', [0, 1, 7], [7, ...ones(299)]],
    ['two', [1, 1, 5, 2, 1, 6], [1, 5, 1, 1, 6, ...ones(295)]],
    ['with a length of two bytes', [0xaa, 0x02, 2, 5, 6], [...ones(298), 5, 6]],
  ])('%s', (_, delta, page) => {
    expect(changed(delta)).toEqual({ problem: undefined, page })
  })

  it.each<[string, number[], string]>([
    ['a delta that is a length alone', [2], 'it ends in the run at 0'],
    ['no run behind the bytes that stay', [2, 1, 7, 3], 'it ends in the run at 3'],
    ['a run that stays and is empty, but for the first', [1, 1, 7, 0, 1, 7], 'the run at 3 is empty'],
    ['an empty run that is replaced', [1, 0, 7], 'the run at 1 is empty'],
    ['bytes that stay behind the page', [0xad, 0x02, 1, 7], 'a run ends at 301, behind the page'],
    ['bytes that are replaced behind the page', [0xab, 0x02, 2, 7, 7], 'a run ends at 301, behind the page'],
    ['fewer bytes than the run has', [1, 5, 7, 7], 'a run of 5 bytes has 2'],
    ['a length of three bytes', [0x81, 0x80, 1, 7], 'the length at 0 has more than 14 bits'],
    ['more bytes than a page', new Array(301).fill(1), 'it has 301 bytes, more than a page'],
  ])('%s is a problem', (_, delta, problem) => {
    expect(xbzrleProblem(Uint8Array.from(delta), 300)).toBe(problem)
    expect(changed(delta).problem).toBe(problem)
  })
})

describe('in a stream', () => {
  const xbzrle = (delta: readonly number[]) => [...record(0x40, 0), 1, 0, delta.length, ...delta]
  const stream = (delta: readonly number[]) =>
    ramStream({ a: 4096 }, [[...record(8, 0, 'a'), ...pageOf(3), ...xbzrle(delta)]])

  it('the page before is changed', () => {
    // 4095 bytes stay, one is replaced.
    expect([...imageOf(stream([0xff, 0x1f, 1, 9]), 'a', 4096)]).toEqual([...pageOf(3).slice(1), 9])
  })

  it('damage is a finding, and no image is made', () => {
    const findings = readFor({}, stream([1, 0, 7]))
    expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'qemu/xbzrle-damaged', message: 'The delta of the page at 0x0 is damaged: the run at 1 is empty.' },
    ])
    expect(() => imageOf(stream([1, 0, 7]), 'a', 4096)).toThrow('the run at 1 is empty')
  })
})
