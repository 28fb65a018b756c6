import type { DirtyBitmap } from '../../dirty-bitmap/index.ts'

/** Turns the bytes of a form that is not a plain bitmap into one. */
export type ToBitmap = (bytes: Uint8Array) => DirtyBitmap

/** Forms that `--as` may name besides raw bitmaps and migration status: loaded when they are asked for. */
export const CONVERTED: Readonly<Record<string, () => Promise<ToBitmap>>> = {}

/** Forms that need no conversion. */
export const DIRECT = ['raw', 'query-migrate', 'domjobinfo'] as const

/** Names for `--as`. */
export const FORMS: readonly string[] = [...DIRECT, ...Object.keys(CONVERTED)]
