import { expect, it } from 'vitest'
import { STREAM } from './streams.ts'
import { bytesOf, expectComplaint, Folder, vfmig } from './support.ts'

const folder = new Folder()

it('encode does not write over the file that it still reads', () => {
  const stream = folder.file('stream.vfms', STREAM)
  const json = folder.file('stream.json', vfmig(['decode', '--json', stream]).stdout)
  expectComplaint(vfmig(['encode', json, '--base', stream, '-o', stream]), 'is an input')
  expect(Buffer.compare(bytesOf(stream), STREAM)).toBe(0)
})
