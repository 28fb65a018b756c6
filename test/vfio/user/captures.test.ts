import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { vfioUserMessagesFormat as f, readConversation } from '../../../src/vfio/index.ts'
const dir='fixtures/vfio-user/libvfio-user-sample/'
test('x', () => {
for (const s of ['src','dst']) {
  const b = (d:string)=>new Uint8Array(readFileSync(`${dir}${s}.${d}.bin`))
  for (const d of ['c2s','s2c']) {
    const {value,findings} = f.inspect(b(d))
    console.log(s,d,value?.messages.length, f.detect({head:b(d).subarray(0,4096),size:b(d).length}), Buffer.compare(f.encode(value!),b(d)), Buffer.compare(f.encode(f.fromJson(JSON.parse(JSON.stringify(f.toJson(value!))))),b(d)))
    console.log(findings.map(x=>`${x.severity} ${x.code} ${x.message} ${x.path.join('.')}`))
    console.log(value!.messages.filter(m=>m.payload&&'opaque' in m.payload).length,'opaque')
  }
  const order=readFileSync(dir+'index.jsonl','utf8').trim().split('\n').map(l=>JSON.parse(l)).filter(r=>r.socket===s).map(r=>({direction:r.dir==='c2s'?'client-to-server':'server-to-client',offset:r.offset,length:r.length}))
  for (const o of [undefined, order]) {
    const r = readConversation({clientToServer:b('c2s'),serverToClient:b('s2c'),...(o?{order:o as never}:{})})
    console.log(Object.entries(r.findings).map(([k,v])=>v.map(x=>`${k} ${x.severity} ${x.code} ${x.message} ${x.path.join('.')}`)))
    console.log(r.transfers.map(t=>[t.kind,t.size,t.pieces.length]), r.events.length, r.events.filter(e=>e.kind==='exchange').length)
  }
}
})
