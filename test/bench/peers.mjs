// The same MSI-X entry and table in other libraries' terms. None splits a register as we do, so each gets the cheapest
// form that gives the same three numbers: address, data, vector control as a word.
import * as P from 'micro-packed'
import * as r from 'restructure'
import * as tb from 'typed-binary'
import { BufferReader, BufferWriter } from 'typed-binary'

const packedEntry = P.struct({ address: P.U64LE, data: P.U32LE, vectorControl: P.U32LE })
const packedTable = P.array(null, packedEntry)

const restructured = new r.Struct({
  address: new r.Struct({ low: r.uint32le, high: r.uint32le }),
  data: r.uint32le,
  vectorControl: r.uint32le,
})
const restructuredTable = (count) => new r.Array(restructured, count)

const typedEntry = tb.object({ addressLow: tb.u32, addressHigh: tb.u32, data: tb.u32, vectorControl: tb.u32 })
const typedTable = (count) => tb.arrayOf(typedEntry, count)

const bufferOf = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)

export function peers(entryBytes, tableBytes) {
  const count = tableBytes.length / 16
  const entry = packedEntry.decode(entryBytes)
  const table = packedTable.decode(tableBytes)
  const rEntry = restructured.fromBuffer(entryBytes)
  const rTable = restructuredTable(count)
  const rEntries = rTable.fromBuffer(tableBytes)
  const [tEntryBuffer, tTableBuffer] = [bufferOf(entryBytes), bufferOf(tableBytes)]
  const options = { endianness: 'little' }
  const tEntry = typedEntry.read(new BufferReader(tEntryBuffer, options))
  const tTable = typedTable(count)
  const tEntries = tTable.read(new BufferReader(tTableBuffer, options))
  return {
    'micro-packed': {
      decodeEntry: () => packedEntry.decode(entryBytes),
      decodeTable: () => packedTable.decode(tableBytes),
      encodeEntry: () => packedEntry.encode(entry),
      encodeTable: () => packedTable.encode(table),
    },
    restructure: {
      decodeEntry: () => restructured.fromBuffer(entryBytes),
      decodeTable: () => rTable.fromBuffer(tableBytes),
      encodeEntry: () => restructured.toBuffer(rEntry),
      encodeTable: () => rTable.toBuffer(rEntries),
    },
    'typed-binary': {
      decodeEntry: () => typedEntry.read(new BufferReader(tEntryBuffer, options)),
      decodeTable: () => tTable.read(new BufferReader(tTableBuffer, options)),
      encodeEntry: () => {
        const out = new ArrayBuffer(16)
        typedEntry.write(new BufferWriter(out, options), tEntry)
        return out
      },
      encodeTable: () => {
        const out = new ArrayBuffer(count * 16)
        tTable.write(new BufferWriter(out, options), tEntries)
        return out
      },
    },
  }
}
