import { describe, expect, test } from 'vitest'
import { designs, eventLine, readEvent, validateTrace } from '../../src/protocol/index.ts'
import { bridgeBadPath, bridgeDown } from './healthy/bridge.ts'
import { healthy } from './healthy/index.ts'
import { mdevRegionV1 } from './healthy/mdev-region.ts'
import { timed } from './trace.ts'

const codes = (...parameters: Parameters<typeof validateTrace>) =>
  validateTrace(...parameters).map(({ code, severity }) => `${severity} ${code}`)

describe('a run without a fault has no findings', () => {
  test.each(designs.map(({ name }) => name))('%s', (name) => {
    expect(validateTrace(name, timed(healthy[name]))).toEqual([])
  })

  test.each(designs.map(({ name }) => name))('%s, read back from lines', (name) => {
    const lines = timed(healthy[name]).map(eventLine)
    const events = lines.map((line) => {
      const reading = readEvent(JSON.parse(line))
      if ('problem' in reading) throw new Error(reading.problem)
      return reading.event
    })
    expect(events).toEqual(timed(healthy[name]))
  })

  test('migration that is cancelled', () => {
    for (const { name } of designs) {
      const begun = healthy[name].findIndex(({ kind }) => kind === 'vcpus-stopped')
      const events = healthy[name].slice(0, begun)
      const last = events[events.length - 1]
      if (last === undefined) throw new Error('empty')
      expect(codes(name, timed([...events, { at: 0, side: 'source', kind: 'migration-cancelled' }])), name).toEqual([])
    }
  })
})

describe('paths of the reference that are complete and not healthy', () => {
  test('V1 of the mdev series asks for the bitmap last: a warning, an error in the later order', () => {
    expect(codes('mdev-region', timed(mdevRegionV1), { variant: 'v1' })).toEqual([
      'warning protocol/bitmap-after-state',
    ])
    expect(codes('mdev-region', timed(mdevRegionV1))).toEqual(['error protocol/bitmap-after-state'])
  })

  test('the down path of the bridge', () => {
    expect(codes('bridge', timed(bridgeDown))).toEqual(['error protocol/interface-down'])
  })

  test('the bad path of the bridge', () => {
    expect(codes('bridge', timed(bridgeBadPath))).toEqual(['error protocol/guest-silent'])
  })

  test('regions of v1 to v3 know no remap interrupt', () => {
    const events = timed(healthy['vendor-ops'].filter(({ kind }) => !/remap|irq|wait/.test(kind)))
    expect(codes('vendor-ops', events, { variant: 'v1-v3' })).toEqual([])
    expect(codes('vendor-ops', events)).toEqual(['error protocol/saving-without-remap-irq'])
  })
})
