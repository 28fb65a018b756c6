import { type ByteOrder, isOpaque } from '../../layout/index.ts'
import { HEADER_SIZE } from './header.ts'
import type { VfioUserMigData } from './payload-codecs.ts'
import { type Framed, payloadOf } from './read.ts'

/** A run of migration data: where it stands in the data, and where in its direction. */
interface MigrationPiece {
  /** In the data of all messages, joined. */
  readonly offset: number
  readonly length: number
  /** In the bytes of the direction. */
  readonly parentOffset: number
}

/** Bytes of a payload in front of migration data. */
const DATA_AT = 8

/** The data that a message moves, and where it starts in the message; undefined where it moves none. */
export function migrationDataOf(
  framed: Framed,
  byteOrder: ByteOrder,
): { readonly data: Uint8Array; readonly at: number } | undefined {
  const { command, flags } = framed.header
  const moves =
    flags.type === 'reply' ? command === 'mig-data-read' : flags.type === 'command' && command === 'mig-data-write'
  if (!moves) return undefined
  const payload = payloadOf(framed, byteOrder)
  if (payload === undefined || isOpaque(payload)) return undefined
  return { data: (payload as VfioUserMigData).data, at: HEADER_SIZE + DATA_AT }
}

/** Where the migration data of a direction lies. */
export function migrationPieces(messages: readonly Framed[], byteOrder: ByteOrder): MigrationPiece[] {
  const pieces: MigrationPiece[] = []
  let offset = 0
  for (const framed of messages) {
    const moved = migrationDataOf(framed, byteOrder)
    if (moved === undefined || moved.data.length === 0) continue
    const { length } = moved.data
    pieces.push({ offset, length, parentOffset: framed.offset + moved.at })
    offset += length
  }
  return pieces
}
