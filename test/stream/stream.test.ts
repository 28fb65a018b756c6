import { expect, it } from 'vitest'
import { findFormat } from '../../src/registry/index.ts'
import { streamOf } from './sample.ts'
it('x', () => {
  const b = streamOf([{ type: 'note', payload: { note: 'hello' } }, { type: 'config-space', device: 0, payload: new Uint8Array(256) }])
  const f = findFormat('migration-stream')!
  const { value, findings } = f.inspect(b)
  console.log(JSON.stringify(f.toJson(value), null, 1), findings)
  expect(f.encode(value)).toEqual(b)
  expect(f.encode(f.fromJson(f.toJson(value)))).toEqual(b)
  for (let bit = 0; bit < b.length * 8; bit++) { const c = b.slice(); c[bit>>3]! ^= 1 << (bit & 7);
    let bad = false
    const r = f.inspect(c); bad = r.findings.some(x => x.severity === 'error')
    if (r.value) expect(f.encode(r.value)).toEqual(c)
    if (!bad) throw new Error('bit ' + bit) }
  for (let n = 0; n < b.length; n++) { const c = b.slice(0, n); const r = f.inspect(c); if (!r.findings.some(x => x.severity === 'error')) throw new Error('cut ' + n); if (r.value) expect(f.encode(r.value)).toEqual(c) }
})
