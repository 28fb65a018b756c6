import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { streamOf } from '../stream/sample.ts'
import { type Schema, violations } from './json-schema.ts'
import { noise, pages, RECORDS, STREAM } from './streams.ts'
import { changed, expectComplaint, Folder, VF, vfmig } from './support.ts'

const folder = new Folder()
const file = folder.file('stream.vfms', STREAM)
/** One bit of the config space, one page, and a note in front. */
const other = folder.file(
  'other.vfms',
  streamOf([
    { type: 'note', payload: { note: 'inserted' } },
    ...RECORDS.map((record) => (record.type === 'config-space' ? { ...record, payload: changed({ 44: 0 }) } : record)),
    pages(1, noise(4096)),
  ]),
)
const schema: Schema = JSON.parse(vfmig(['schema', 'diff']).stdout)

it('a stream and itself, also from a pipe and compressed: 0', () => {
  expect(vfmig(['diff', file, file])).toMatchObject({ status: 0, stdout: '0 differences\n', stderr: '' })
  const run = vfmig(['diff', '--json', file, '-'], { input: gzipSync(STREAM) })
  expect(run).toMatchObject({ status: 0, stderr: '' })
  expect(JSON.parse(run.stdout)).toMatchObject({ format: 'migration-stream', b: '-', differences: [], notes: [] })
})

it('differences are grouped by device: 1', () => {
  const { status, stdout, stderr } = vfmig(['diff', file, other])
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
  expect(stdout.split('\n').map((line) => line.replace(/^0x\S+ +/, ''))).toEqual([
    'migration',
    'note[0] only in b: note="inserted"',
    'memory-pages r0: 4096 bytes, differs',
    'device 0',
    'config-space header.subsystemVendorId: 0x1af4 -> 0x1a00',
    '3 differences',
    '',
  ])
})

it('JSON has the same, and fits its schema', () => {
  const { status, stdout } = vfmig(['diff', '--json', file, other, '--as-seen-by', 'vfio-pci'])
  const document = JSON.parse(stdout)
  expect(violations(schema, document)).toEqual([])
  expect(status).toBe(1)
  expect(document.differences).toMatchObject([
    { device: null, record: 'note[0]', path: 'only in b', a: null, b: { value: 'note="inserted"' } },
    { device: null, record: 'memory-pages', path: 'r0', pages: { address: '0x1000', bytes: '0x1000', in: 'both' } },
    {
      ...{ device: 'device 0', record: 'config-space', path: 'header.subsystemVendorId', verdict: 'accepted' },
      // Header of the stream, header of the record, offset of the field.
      a: { offset: 64 + 48 + 44, length: 2, value: 0x1af4 },
    },
  ])
})

it('damage is a note', () => {
  const damaged = folder.file('cut.vfms', STREAM.slice(0, -200))
  expect(vfmig(['diff', damaged, damaged])).toMatchObject({ status: 0, stderr: '' })
  expect(vfmig(['diff', file, damaged]).stdout).toMatch(
    /^note: b is damaged in \d places?, which vfmig validate names/m,
  )
})

it('a stream and something else: 2', () => {
  expectComplaint(vfmig(['diff', file, VF]), /is migration-stream and .* is pci-config-space/)
})
