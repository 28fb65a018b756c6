import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DirtyBitmap, encodeRoaring } from '../../src/dirty-bitmap/index.ts'
import { isOpaque } from '../../src/layout/index.ts'
import type { StreamRecord } from '../../src/stream/index.ts'
import { inspect } from '../stream/sample.ts'
import { noise } from './streams.ts'
import { bytesOf, expectComplaint, Folder, IGB, VF, vfmig } from './support.ts'

const folder = new Folder()
const PF = `${IGB}/config/0000-01-00.0.bin`
const small = folder.file('small.bin', Uint8Array.of(1, 2, 3, 4))

interface Packed {
  readonly type: string | number
  readonly device: number
  readonly payload: string
}

/** Type, device and payload in hexadecimal of the records that parts become, index and end left out. */
function packed(...words: string[]): Packed[] {
  const { bytes, status, stderr } = vfmig(['pack', ...words])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const records = inspect(bytes).value?.records ?? []
  let at = 64
  return records.flatMap((record) => {
    if (isOpaque(record)) throw new Error('Bytes are in no record.')
    const { kind, device, length } = (record as StreamRecord).header
    const payload = Buffer.from(bytes.subarray(at + 48, at + 48 + Number(length))).toString('hex')
    at += 48 + 8 * Math.ceil(Number(length) / 8)
    return kind.type === 'index' || kind.type === 'end' ? [] : [{ type: kind.type, device, payload }]
  })
}

const ascii = (text: string) => Buffer.from(text, 'latin1').toString('hex')
const ALL = 0xffffffff
/** Name of the format, no options, the data. */
const state = (format: string) => `${format.length.toString(16).padStart(2, '0')}0000${ascii(format)}01020304`

describe('every part becomes its record', () => {
  const transitions = folder.file(
    'states.jsonl',
    '{"time":5,"side":"source","interface":"vfio-v2","from":2,"to":3}\n' +
      '{"time":"0x7","side":"destination","interface":"vfio-v1","from":1,"to":4,"result":-22}\n',
  )
  const irqs = folder.file('irqs.jsonl', '{"time":6,"side":"source","what":"raised","vector":258}')
  const note = folder.file('note.txt', 'Grüße\nzwei\n')
  const raw = folder.file('raw.bin', Uint8Array.of(0xff, 1))

  it.each([
    { word: `faked-capability:vf-migration-status-2015=${small}`, payload: state('vf-migration-status-2015') },
    { word: `pf-state=${small}`, payload: state('') },
    { word: `mmio-registers=${small}`, payload: state('') },
    { word: `ring-state=${small}`, payload: state('') },
    { word: `msix-pba=${small}`, payload: '01020304' },
    { word: `vendor-private:0x8086:0x102=${small}`, payload: '8680020101020304' },
    { word: `irq-events=${irqs}`, type: 'irq-event', payload: '0600000000000000 00 01 0000 02010000' },
    {
      word: `state-transitions=${transitions}`,
      type: 'state-transition',
      payload: '0500000000000000 00 02 0000 02000000 03000000 00000000',
      second: '0700000000000000 01 01 0000 01000000 04000000 eaffffff',
    },
    { word: `note=${note}`, device: ALL, payload: '4772fcdf65 0a 7a776569' },
    {
      // 16 pages of 4096 bytes from 0 on, round 0, encoding "raw".
      word: `dirty-bitmap=${raw}`,
      payload: `0000000000000000 1000000000000000 00100000 00000000 03 ${ascii('raw')} ff01`,
    },
    {
      word: `dirty-bitmap:raw=${raw}@0x100000000`,
      payload: `0000000001000000 1000000000000000 00100000 00000000 03 ${ascii('raw')} ff01`,
    },
  ])('$word', ({ word, type, device, payload, second }) => {
    const records = packed(word).filter(({ type }) => type !== 'device')
    const name = type ?? word.split(/[:=]/)[0]
    const payloads = [payload, ...(second === undefined ? [] : [second])]
    expect(records).toEqual(
      payloads.map((hex) => ({ type: name, device: device ?? 0, payload: hex.replaceAll(' ', '') })),
    )
  })

  it('options of a format stand beside it', () => {
    const words = ['--set', 'byteOrder=big', '--set', 'pageSize=4096', `device-state:mlx5-state=${small}`]
    expectComplaint(
      vfmig(['pack', ...words, '-o', folder.at('none.vfms')]),
      'has the option that --set byteOrder=big is for',
    )
    const [, record] = packed('--set', 'vendorId=0x15b3', `device-state:mlx5-state=${small}`)
    expect(record?.payload).toBe(`0a0f00${ascii('mlx5-state')}${ascii('vendorId=0x15b3')}01020304`)
  })

  it('a design with its variant', () => {
    const [, record] = packed('--design', 'vendor-ops:v4', `pf-state=${small}`)
    expect(record).toEqual({ type: 'design', device: 0, payload: `0a02${ascii('vendor-opsv4')}` })
  })
})

describe('memory', () => {
  // Zeros, two pages of content, zeros, content: runs, across the chunks of 1 MiB that are read.
  const image = new Uint8Array(600 * 4096)
  image.set(noise(2 * 4096), 255 * 4096)
  image[599 * 4096] = 1
  const ram = folder.file('ram.bin', image)

  it('becomes a region and its pages, and is extracted as it was', () => {
    const [region, first, second, third, ...others] = packed(`memory:pc.ram=${ram}@0x100000000`)
    expect(region).toEqual({
      type: 'memory-region',
      device: ALL,
      payload: `0000000000100000000000000100000000802500000000000 6${ascii('pc.ram')}`.replace(' ', ''),
    })
    const at = (page: number, count: number, content: number) =>
      `0000000001000000${hexOf(page, 8)}${hexOf(count, 4)}0${content}000000`
    expect(first?.payload).toBe(`${at(0, 255, 1)}00`)
    // The chunk ends behind page 255.
    expect(second?.payload.slice(0, 48)).toBe(at(255, 1, 0))
    expect(third?.payload.slice(0, 48)).toBe(at(256, 1, 0))
    expect(others.map(({ payload }) => payload.slice(0, 48))).toEqual([at(257, 342, 1), at(599, 1, 0)])
    const stream = vfmig(['pack', `memory=${ram}@0`]).bytes
    expect(stream.length).toBeLessThan(20_000)
    const back = vfmig(['extract', '-', '--what', 'memory'], { input: stream }).bytes
    expect(Buffer.compare(back, image)).toBe(0)
  })

  it('gives a raw bitmap its pages', () => {
    // 600 pages take 75 bytes; whole words 80.
    const bits = folder.file('bits.bin', new Uint8Array(80))
    const [, , bitmap] = packed(`memory=${ram}@0`, `dirty-bitmap=${bits}@0`)
    expect(bitmap?.payload.slice(0, 40)).toBe(`${hexOf(0, 8)}${hexOf(600, 8)}${hexOf(4096, 4)}`)
    const other = packed(`memory=${ram}@0`, `dirty-bitmap=${bits}@0x1000`, '--page-size', '8K')
    expect(other[2]?.payload.slice(0, 40)).toBe(`${hexOf(4096, 8)}${hexOf(640, 8)}${hexOf(8192, 4)}`)
  })

  it('a bitmap in the Roaring format is seen', () => {
    const bitmap = DirtyBitmap.fromRanges([[3, 90]], { pageSize: 4096, base: 0n, length: 600 })
    const roaring = folder.file('roaring.bin', encodeRoaring(bitmap))
    const [, , alone] = packed(`memory=${ram}@0`, `dirty-bitmap=${roaring}`)
    expect(alone?.payload.slice(0, 64)).toBe(
      `${hexOf(0, 8)}${hexOf(600, 8)}${hexOf(4096, 4)}${hexOf(0, 4)}07${ascii('roaring')}`.slice(0, 64),
    )
    // Without memory it ends behind its last page.
    expect(packed(`dirty-bitmap=${roaring}`)[1]?.payload.slice(16, 32)).toBe(hexOf(93, 8))
  })
})

function hexOf(number: number, bytes: number): string {
  const buffer = Buffer.alloc(bytes)
  buffer.writeUIntLE(number, 0, Math.min(6, bytes))
  return buffer.toString('hex')
}

describe('who a device is', () => {
  const idsIn = (...words: string[]) => packed(...words)[0]?.payload.slice(0, 8)

  it.each([
    // What a VF reads is nobody's ID.
    { words: [VF], ids: '00000000' },
    { words: [VF, '--device', `pf=${PF}`], ids: '8680ca10' },
    { words: [VF, '--device', `pf=${PF},device=0x1520`], ids: '86802015' },
    { words: [PF], ids: '8680c910' },
  ])('$words', ({ words, ids }) => {
    expect(bytesOf(VF).slice(0, 4)).toEqual(Uint8Array.of(255, 255, 255, 255))
    expect(idsIn(...words)).toBe(ids)
  })
})

it.each([
  { words: [`memory=${small}`], says: /Say where .* lies/ },
  { words: [`memory=${small}@0`], says: /no whole pages/ },
  { words: [`memory=${small}@0xfffffffffffffffe`, '--page-size', '4'], says: /does not fit below/ },
  { words: [`vendor-private=${small}`], says: /Say whose/ },
  { words: [`vendor-private:0x12345:1=${small}`], says: /no PCI ID/ },
  { words: [`msix-table:x=${small}`], says: /has nothing behind a colon/ },
  { words: [`dirty-bitmap:morse=${small}`], says: /no encoding "morse"/ },
  { words: [`dirty-bitmap:roaring=${small}`], says: /taken for roaring/ },
  { words: [`irq-events=${folder.file('no.jsonl', 'x')}`], says: /event 1: it is not JSON/ },
  { words: [`irq-events=${folder.file('list.jsonl', '[]')}`], says: /event 1: it is no object/ },
  { words: [`irq-events=${folder.file('less.jsonl', '{"time":1}')}`], says: /event 1: .*expected/ },
  { words: [`note=${folder.file('wide.txt', 'π')}`], says: /not of ISO 8859-1/ },
  { words: [VF, '--device', `pf=${VF}`], says: /has no SR-IOV capability/ },
  { words: [VF, '--design', 'vfio-v2', '--page-size', '5'], says: /--page-size is a power of two/ },
])('$words', ({ words, says }) => {
  expectComplaint(vfmig(['pack', ...words, '-o', folder.at('none.vfms')]), says)
  expect(existsSync(folder.at('none.vfms'))).toBe(false)
})
