// Decoding and encoding against hand-written code and against other libraries, in one run.
import { headerType0Codec, msixEntryCodec, msixTableCodec } from '../../dist/pci/index.js'
import { report, timeAll } from './compare.mjs'
import * as hand from './hand-written.mjs'
import { peers } from './peers.mjs'

const VECTORS = 2048
const table = new Uint8Array(16 * VECTORS)
const view = new DataView(table.buffer)
for (let vector = 0; vector < VECTORS; vector++) {
  view.setUint32(16 * vector, 0xfee00000 + ((vector % 256) << 12), true)
  view.setUint32(16 * vector + 8, 0x20 + (vector % 200), true)
  view.setUint32(16 * vector + 12, vector % 3 === 0 ? 1 : 0, true)
}
const entry = table.subarray(16, 32)
const header = Uint8Array.from(
  (
    '86801015 06041000 01000002 10008000 0c00a0fe 00000000 00000000 0c0020fe 00000000 00000000 00000000 86800a00' +
    ' 00000000 40000000 00000000 0b010000'
  )
    .replaceAll(' ', '')
    .match(/../g)
    .map((byte) => Number.parseInt(byte, 16)),
)
const values = {
  entry: msixEntryCodec.decode(entry),
  table: msixTableCodec.decode(table),
  header: headerType0Codec.decode(header),
}
const others = peers(entry, table)
const peerTimes = (work) => Object.fromEntries(Object.entries(others).map(([name, peer]) => [name, peer[work]]))

const rows = []
async function compare(what, bar, ours, byHand, work) {
  const times = await timeAll({ ours, byHand, ...(work === undefined ? {} : peerTimes(work)) })
  const shown = Object.entries(times).map(([name, time]) => `${name} ${(time / 1000).toFixed(3)} us`)
  console.log(`        ${what}: ${shown.join(', ')}`)
  rows.push({ what: `${what}, ours / hand-written`, ratio: times.ours / times.byHand, bar })
  return times
}

const { ours: decodeEntry } = await compare(
  'decode an MSI-X entry',
  1.25,
  () => msixEntryCodec.decode(entry),
  () => hand.decodeEntry(entry),
  'decodeEntry',
)
await compare(
  'decode a 64-byte header',
  1.25,
  () => headerType0Codec.decode(header),
  () => hand.decodeHeader(header),
)
const decodeTable = await compare(
  'decode a table of 2048',
  1.3,
  () => msixTableCodec.decode(table),
  () => hand.decodeTable(table),
  'decodeTable',
)
const columns = await timeAll({
  columns: () => msixEntryCodec.columns(table),
  objects: () => msixTableCodec.decode(table),
})
rows.push({
  what: 'objects / columns of a table of 2048',
  ratio: columns.objects / columns.columns,
  bar: 2.5,
  over: true,
})
const encodeEntry = await compare(
  'encode an MSI-X entry',
  1.5,
  () => msixEntryCodec.encode(values.entry),
  () => hand.encodeEntry(values.entry),
  'encodeEntry',
)
await compare(
  'encode a 64-byte header',
  1.5,
  () => headerType0Codec.encode(values.header),
  () => hand.encodeHeader(values.header),
)
const encodeTable = await compare(
  'encode a table of 2048',
  1.5,
  () => msixTableCodec.encode(values.table),
  () => hand.encodeTable(values.table),
  'encodeTable',
)
for (const peer of Object.keys(others)) {
  rows.push({
    what: `encode an entry, ${peer} / ours`,
    ratio: encodeEntry[peer] / encodeEntry.ours,
    bar: 1,
    over: true,
  })
  rows.push({
    what: `encode a table of 2048, ${peer} / ours`,
    ratio: encodeTable[peer] / encodeTable.ours,
    bar: 3,
    over: true,
  })
  rows.push({
    what: `decode a table of 2048, ${peer} / ours`,
    ratio: decodeTable[peer] / decodeTable.ours,
    bar: 1,
    over: true,
  })
}
void decodeEntry
process.exitCode = report(rows) === 0 ? 0 : 1
