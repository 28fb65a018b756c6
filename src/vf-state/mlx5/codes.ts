import { defineCodes } from '../../findings/index.ts'
import { mlx5RecordHeader } from './record.layout.ts'

const { source: SOURCE } = mlx5RecordHeader.facts

export const mlx5Codes = defineCodes({
  'vf-state/mlx5-hint-size': {
    severity: 'warning',
    title: 'a record STOP_COPY_SIZE does not have 8 bytes',
    explanation:
      'The driver reads 8 bytes whatever the record has: of a shorter one it takes what its buffer held before, of a longer one the rest is lost.',
    source: SOURCE,
  },
  'vf-state/mlx5-hint-late': {
    severity: 'info',
    title: 'a record STOP_COPY_SIZE follows an image',
    explanation:
      'The driver writes it first, so that the destination makes room before the first image comes. Later it still counts for the images that follow.',
    source: SOURCE,
  },
  'vf-state/mlx5-hint-low': {
    severity: 'info',
    title: 'an image is larger than the source expected',
    explanation:
      'The destination makes room anew while the guest stands still: the downtime grows, the state is sound. The device had more state at the end than when the migration started.',
    source: SOURCE,
  },
  'vf-state/driver-ambiguous': {
    severity: 'info',
    title: 'the bytes may be the state of an mlx5 or of a virtio device',
    explanation:
      'Both drivers put the same header in front of their records, and nothing in these says which one wrote them: no record STOP_COPY_SIZE, which only mlx5 has, and no virtio device parts. The state is shown as that of mlx5. Say `--set vendorId=0x15b3` (mlx5) or `--set vendorId=0x1af4` (virtio), from the configuration space of the device, or name the format with --as.',
    source: SOURCE,
  },
})
