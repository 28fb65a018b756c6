import { describe, expect, test } from 'vitest'
import type { RecordInput } from '../../src/stream/index.ts'
import { judgeCodes } from '../../src/stream/judge/index.ts'
import {
  bitmap,
  blob,
  bytes,
  captured,
  design,
  device,
  findingsOf,
  findingsOfCut,
  irq,
  pages,
  region,
  traceLine,
  transition,
} from './judge-sample.ts'

const PAGE = new Uint8Array(4096)
const vf = captured('0000-01-10.0')
const pf = captured('0000-01-00.0')
const vfDevice = device(0x8086, 0x10ca)
const space = bytes('config-space', vf.config)
const table = bytes('msix-table', vf.table)
const pba = bytes('msix-pba', vf.pba)
const v2 = design('vfio-v2')
const [stop, running, stopCopy, preCopy] = [1, 2, 3, 6]
const whole = [vfDevice, v2, space, table, pba]
const without = (record: RecordInput) => whole.filter((one) => one !== record)
/** A config space of 256 bytes without a list of capabilities. */
const plain = new Uint8Array(256)
plain.set([0x86, 0x80, 0xca, 0x10])

const roaring = (page: number) => Uint8Array.of(0x3a, 0x30, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, page, 0)
/** The 64-bit form: one bitmap, of the pages below 2^32. */
const wide = (page: number) => Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...roaring(page))

const event = (kind: string, at: number, more: object = {}) => JSON.stringify({ at, side: 'source', kind, ...more })

/** Streams that were stopped, so that nothing is said of what is missing; each with all that is said of it. */
const cut: Record<string, readonly (readonly [path: string, records: readonly RecordInput[]])[]> = {
  'stream/record-before-device': [['records.0.header.device', [space, vfDevice]]],
  'stream/device-repeated': [['records.1.header.device', [vfDevice, vfDevice]]],
  'stream/transition-before-design': [
    ['records.1.payload', [vfDevice, transition(0, running, stop), transition(1, stop, running), v2]],
  ],
  'stream/time-backwards': [
    ['records.3.payload.time', [vfDevice, v2, transition(5, running, stop), irq(4)]],
    ['records.2.payload.time', [vfDevice, irq(2), irq(1)]],
  ],
  'stream/msix-table-length': [
    ['records.2.payload', [vfDevice, space, bytes('msix-table', pf.table)]],
    ['records.2.payload', [vfDevice, bytes('msix-table', pf.table), space]],
  ],
  'stream/msix-pba-length': [['records.2.payload', [vfDevice, space, bytes('msix-pba', new Uint8Array(2))]]],
  'stream/msix-capability-missing': [['records.2.payload', [vfDevice, bytes('config-space', plain), table]]],
  'stream/identity-mismatch': [
    ['records.1.payload', [device(0x8086, 0x1234), bytes('config-space', pf.config)]],
    ['records.1.payload', [device(0x15b3, 0x10c9), bytes('config-space', pf.config)]],
  ],
  'stream/unknown-format': [['records.1.payload.format', [vfDevice, blob('no-such-format', PAGE)]]],
  'stream/format-options': [
    ['records.1.payload.options', [vfDevice, blob('pci-config-space', vf.config, 'colour=red')]],
    ['records.1.payload.options', [vfDevice, blob('pci-config-space', vf.config, 'colour')]],
  ],
  'stream/state-not-decoded': [
    ['records.1.payload.header', [vfDevice, bytes('config-space', PAGE.subarray(0, 10))]],
    ['records.1.payload.data.header', [vfDevice, blob('pci-config-space', PAGE.subarray(0, 10))]],
  ],
  'stream/vendor-mismatch': [['records.1.payload.format', [vfDevice, blob('mlx5-state', new Uint8Array(0))]]],
  'stream/bitmap-without-region': [
    ['records.0.payload', [bitmap(0n, 8n, Uint8Array.of(0)), bitmap(0n, 8n, Uint8Array.of(0))]],
  ],
  'stream/bitmap-outside-memory': [
    ['records.1.payload', [region(0x1000n, 0x8000n), bitmap(0n, 8n, Uint8Array.of(0))]],
    ['records.1.payload', [region(0n, 0x8000n), bitmap(0n, 9n, Uint8Array.of(0, 0))]],
  ],
  'stream/bitmap-length': [['records.1.payload.data', [region(0n, 0x9000n), bitmap(0n, 9n, Uint8Array.of(0))]]],
  // A Roaring bitmap as its specification has it: cookie 12346, one container, key 0, one page less one, offset, page 9.
  'stream/bitmap-page-outside': [
    ['records.1.payload.data', [region(0n, 0x9000n), bitmap(0n, 9n, roaring(9), 'roaring')]],
    ['records.1.payload.data', [region(0n, 0x9000n), bitmap(0n, 9n, wide(9), 'roaring-64')]],
    // Nine clean pages, then a dirty one.
    ['records.1.payload.data', [region(0n, 0x9000n), bitmap(0n, 9n, Uint8Array.of(9, 1), 'run-lengths')]],
  ],
  'stream/bitmap-not-decoded': [
    ['records.1.payload.data', [region(0n, 0x9000n), bitmap(0n, 9n, roaring(8).subarray(0, 17), 'roaring')]],
    // A number that goes on behind the last byte.
    ['records.1.payload.data', [region(0n, 0x9000n), bitmap(0n, 9n, Uint8Array.of(0x80), 'run-lengths')]],
    [
      'records.1.payload.data',
      [region(0n, 0x9000n), bitmap(0n, 9n, Uint8Array.of(1), 'cloud-hypervisor-memory-table')],
    ],
  ],
  'stream/unknown-encoding': [
    ['records.1.payload.encoding', [region(0n, 0x9000n), bitmap(0n, 9n, PAGE, 'no-such-encoding')]],
  ],
  'stream/region-page-size': [
    ['records.0.payload.pageSize', [region(0n, 0x9000n, 0)]],
    ['records.0.payload.pageSize', [region(0n, 0x9000n, 4097)]],
  ],
  'stream/beyond-address-space': [
    ['records.0.payload.base', [region(2n ** 64n - 4096n, 8192n)]],
    ['records.1.payload.base', [region(0n, 4096n), bitmap(2n ** 64n - 4096n, 2n, Uint8Array.of(0))]],
  ],
  'stream/regions-overlap': [
    ['records.1.payload.base', [region(0n, 0x2000n), region(0x1000n, 0x2000n, 4096, 1)]],
    ['records.2.payload.base', [region(0n, 8n), region(16n, 8n, 4096, 1), region(4n, 13n, 4096, 2)]],
  ],
  'stream/region-repeated': [
    ['records.2.payload.region', [region(0n, 0x2000n), region(0n, 0x2000n), region(0n, 0x3000n)]],
  ],
  'stream/region-undeclared': [['records.0.payload.region', [pages(0n, 1, PAGE), pages(1n, 1, PAGE)]]],
  'stream/pages-outside-region': [['records.1.payload', [region(0n, 0x2000n), pages(2n, 1, PAGE)]]],
  'stream/pages-length': [
    ['records.1.payload.data', [region(0n, 0x2000n), pages(0n, 2, PAGE)]],
    ['records.1.payload.data', [region(0n, 0x2000n), pages(0n, 2, PAGE, 'fill')]],
  ],
  'stream/transition-unknown-state': [
    ['records.2.payload.to', [vfDevice, v2, transition(0, running, 8)]],
    ['records.2.payload.from', [vfDevice, v2, transition(0, 8, running)]],
    ['records.2.payload.to', [vfDevice, v2, transition(0, 1, 5, { interface: 'vfio-v1' })]],
  ],
  'stream/transition-illegal': [
    ['records.2.payload.to', [vfDevice, v2, transition(0, stopCopy, preCopy)]],
    ['records.2.payload.to', [vfDevice, v2, transition(0, 0, running)]],
    ['records.2.payload.to', [vfDevice, v2, transition(0, 4, 2, { interface: 'vfio-v1' })]],
    ['records.2.payload.to', [vfDevice, v2, transition(0, 1, 6, { interface: 'vfio-v1' })]],
  ],
  'stream/transition-failed': [
    ['records.2.payload.result', [vfDevice, v2, transition(0, running, stop, { result: -16 })]],
    ['records.2.payload.result', [vfDevice, v2, transition(0, stopCopy, preCopy, { result: -22 })]],
  ],
  'stream/transition-gap': [
    ['records.3.payload.from', [vfDevice, v2, transition(0, running, stop), transition(1, stopCopy, stop)]],
  ],
  'stream/unknown-design': [
    ['records.0.payload', [design('vfio-v9')]],
    ['records.0.payload', [design('vfio-v2', undefined, 'other')]],
  ],
  'stream/trace-line': [
    ['records.1.payload.line', [v2, traceLine('{')]],
    ['records.1.payload.line', [v2, traceLine(event('no-such-event', 1))]],
  ],
}

/** Streams that are complete, where something is not there. */
const complete: Record<string, readonly RecordInput[]> = {
  'stream/design-missing': without(v2),
  'stream/config-space-missing': without(space),
  'stream/msix-table-missing': without(table),
  'stream/msix-pba-missing': without(pba),
  // The table has three entries.
  'stream/irq-vector': [...whole, irq(1, 2), irq(2, 3)],
}

describe('each code has a smallest stream that is told it, and nothing else', () => {
  const cases = Object.entries(cut).flatMap(([code, streams]) =>
    streams.map(([path, records], index) => ({ code, index, path, records })),
  )
  test.each(cases)('$code, case $index', ({ code, path, records }) => {
    const told = findingsOfCut(records).filter((finding) => finding.code.startsWith('stream/'))
    expect(told.map((finding) => finding.code)).toEqual([code])
    expect(told[0]?.path.join('.')).toBe(path)
    expect(told[0]?.message).toMatch(/\.$/)
  })

  test.each(Object.entries(complete))('%s', (code, records) => {
    expect(findingsOf(records).filter(({ severity }) => severity !== 'info')).toMatchObject([
      { code, length: expect.any(Number) },
    ])
    expect(findingsOfCut(records).filter(({ severity }) => severity !== 'info')).toEqual([])
  })

  test('all codes are here', () => {
    expect(Object.keys({ ...cut, ...complete }).sort()).toEqual(Object.keys(judgeCodes.entries).sort())
  })
})
