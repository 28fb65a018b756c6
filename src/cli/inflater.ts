import { Duplex } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Inflater } from '../capture/index.ts'

/** Node's own inflater, which takes several members in succession in every version. */
export function inflater(): Inflater {
  return Duplex.toWeb(createGunzip()) as Inflater
}
