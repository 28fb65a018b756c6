import {
  type BitmapForm,
  bitmapForms,
  type DirtyBitmap,
  decodeRoaring,
  decodeRunLengths,
  dirtyBitmapFormat,
  type NamedBitmap,
} from '../../dirty-bitmap/index.ts'
import { returnPathForm } from '../../qemu/index.ts'
import { Complaint } from '../complaint.ts'
import type { DirtyOptions } from './options.ts'

/** What of the options says which pages a bitmap is about, and which of several is meant. */
export type Meant = Pick<DirtyOptions, 'pageSize' | 'base' | 'pages' | 'bitmap'>

/** Turns the bytes of a form that is not a plain bitmap into one. @throws DecodeError, BitmapError or Complaint */
export type ToBitmap = (bytes: Uint8Array, meant: Meant) => DirtyBitmap

const PAGE_SIZE = 4096

function geometryOf({ pageSize, base, pages }: Meant) {
  return { pageSize: pageSize ?? PAGE_SIZE, base: base ?? 0n, ...(pages === undefined ? {} : { length: pages }) }
}

/** Storage forms; what they hold says nothing of pages and addresses. */
const ENCODINGS: Readonly<Record<string, ToBitmap>> = {
  roaring: (bytes, meant) => decodeRoaring(bytes, geometryOf(meant)),
  'roaring-64': (bytes, meant) => decodeRoaring(bytes, { ...geometryOf(meant), wide: true }),
  'run-lengths': (bytes, meant) => decodeRunLengths(bytes, geometryOf(meant)),
}

function fromForm({ format, toDirtyBitmaps }: BitmapForm): ToBitmap {
  return (bytes, meant) => {
    const { pageSize, base, pages } = meant
    const given = {
      ...(pageSize === undefined ? {} : { pageSize }),
      ...(base === undefined ? {} : { base }),
      ...(pages === undefined ? {} : { length: pages }),
    }
    return choose(toDirtyBitmaps(format.decode(bytes), given), meant.bitmap)
  }
}

/** The bitmap of a name, or the only one; the others are given back. */
function choose(found: readonly NamedBitmap[], name: string | undefined): DirtyBitmap {
  const matching = found.filter((one) => name === undefined || one.name === name)
  const [first] = matching
  for (const { bitmap } of found) if (matching.length !== 1 || bitmap !== first?.bitmap) bitmap.dispose()
  if (first !== undefined && matching.length === 1) return first.bitmap
  const names = found.map((one) => JSON.stringify(one.name)).join(', ')
  if (found.length === 0) throw new Complaint('The input holds no bitmap.')
  throw new Complaint(`The input holds the bitmaps ${names}; name one of them with --bitmap.`)
}

/** Forms that `--as` may name besides raw bitmaps and migration status. */
export const CONVERTED: Readonly<Record<string, ToBitmap>> = {
  ...Object.fromEntries(
    [...bitmapForms, returnPathForm as BitmapForm]
      .filter(({ format }) => format.name !== dirtyBitmapFormat.name)
      .map((form) => [form.format.name, fromForm(form)]),
  ),
  ...ENCODINGS,
}

/** Forms that need no conversion. */
export const DIRECT = ['raw', 'query-migrate', 'domjobinfo', 'qemu-migration'] as const

/** Names for `--as`. */
export const FORMS: readonly string[] = [...DIRECT, ...Object.keys(CONVERTED)]
