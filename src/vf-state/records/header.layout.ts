import { bit, bits, enumeration, rest, struct, u32, u64 } from '../../layout/index.ts'

/** Bytes of a record's header. */
export const RECORD_HEADER = 16
/** Most bytes of a record that a driver takes. */
export const MOST_RECORD_SIZE = 0xffffffffn

/** The header in front of each record of mlx5 and of virtio-vfio-pci, with the tags of one of them. */
export function recordHeader<const N extends string>(
  name: string,
  tags: Readonly<Record<number, N>>,
  facts: { readonly title: string; readonly source: string },
) {
  return struct(
    name,
    {
      recordSize: u64.doc('bytes of payload; a destination takes at most 2^32-1 (ENOMEM)'),
      flags: bits(u32, {
        optional: bit(0).doc('a destination that does not know the tag skips the record'),
        reserved: rest(),
      }),
      tag: enumeration(u32, tags),
    },
    facts,
  )
}
