import { defineCodes } from '../../findings/index.ts'

export const vfioStateCodes = defineCodes({
  'qemu/vfio-state-not-judged': {
    severity: 'info',
    title: 'the state of the device is too large to be judged',
    explanation:
      'Its size and SHA-256 are those of the whole. Extract it, and judge it by the format of its driver on its own.',
    source: 'QEMU hw/vfio/migration.c, vfio_save_block',
  },
})
