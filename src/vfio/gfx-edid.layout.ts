import { atLeast, bytes, enumeration, optional, remaining, struct, u32 } from '../layout/index.ts'
import { vfioFacts } from './facts.layout.ts'

/** Start of a region of type 1, subtype 1: the monitor that a guest sees. */
export const gfxEdid = struct(
  'vfio-gfx-edid',
  {
    edidOffset: u32.asHex().doc('where the EDID lies, in bytes from the start of the region'),
    edidMaxSize: u32.doc('bytes of the largest EDID'),
    edidSize: u32.doc('bytes of the EDID'),
    maxXres: u32.doc('widest display, in pixels; 0: any'),
    maxYres: u32.doc('highest display, in pixels; 0: any'),
    linkState: enumeration(u32, { 1: 'up', 2: 'down' }),
    following: optional(atLeast(remaining, 1), bytes(remaining).doc('the rest of the region, in which the EDID lies')),
  },
  vfioFacts('VFIO EDID region', 'vfio_region_gfx_edid'),
)
