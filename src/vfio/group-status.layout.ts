import { bit, bits, rest, struct, u32 } from '../layout/index.ts'
import { vfioFacts } from './facts.layout.ts'
import { following } from './following.layout.ts'

/** Argument of VFIO_GROUP_GET_STATUS. */
export const groupStatus = struct(
  'vfio-group-status',
  {
    argsz: u32.doc('8'),
    flags: bits(u32, {
      viable: bit(0).doc('all devices of the group are bound to VFIO or to nothing'),
      containerSet: bit(1).doc('the group has a container'),
      reserved: rest(),
    }),
    following,
  },
  vfioFacts('VFIO group status', 'vfio_group_status'),
)
