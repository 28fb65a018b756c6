import { enumeration, reserved, struct, u32, u64 } from '../../layout/index.ts'

/** Operations by number. */
export const SHADOW_OPERATIONS = {
  0: 'off',
  1: 'enable-test',
  2: 'enable-log-dirty',
  3: 'enable-translate',
  11: 'clean',
  12: 'peek',
  30: 'get-allocation',
  31: 'set-allocation',
  32: 'enable',
} as const

export const xenShadowOp = struct(
  'xen-shadow-op',
  {
    op: enumeration(u32, SHADOW_OPERATIONS).doc('clean gives the bitmap and clears it, peek only gives it'),
    mode: u32.asHex(),
    mb: u32.doc('shadow memory in MiB, for the allocation operations'),
    padding: reserved(4),
    dirtyBitmap: u64.asHex().doc('address of the buffer: bit n of byte n / 8 is guest page n'),
    pages: u64.doc('room of the buffer in pages; on return, pages that were written'),
    faultCount: u32.doc('faults since the last clean'),
    dirtyCount: u32.doc('pages that became dirty since the last clean'),
  },
  {
    title: 'Argument of XEN_DOMCTL_shadow_op',
    source: 'xen/include/public/domctl.h struct xen_domctl_shadow_op',
  },
)
