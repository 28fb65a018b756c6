import { expect, test } from 'vitest'
import { walk } from '../../src/layout/index.ts'
import { streamFile } from '../../src/stream/record.layout.ts'
import { compiled, expectSame, KaitaiStream } from '../properties/kaitai-reader.ts'
import { ALL_RECORDS, inspect, streamOf } from './sample.ts'

test.each([true, false])('a reader made from the exported description reads all records (index: %s)', async (index) => {
  const bytes = streamOf(ALL_RECORDS, index)
  const Type = await compiled({ type: streamFile })
  const stream = new KaitaiStream(bytes.slice())
  const theirs = new Type(stream, null, null)
  const { value } = inspect(bytes)
  expect(walk(streamFile, bytes).value).toEqual({ header: value?.header, records: value?.records })
  expectSame(streamFile, value, theirs, 'stream')
  expect(stream.pos).toBe(bytes.length)
})
