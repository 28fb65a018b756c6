import { struct, u64 } from '../../layout/index.ts'
import { recordHeader } from '../records/header.layout.ts'

const SOURCE = 'linux drivers/vfio/pci/mlx5/cmd.h, struct mlx5_vf_migration_header; main.c'

/** Header of a record of mlx5_vfio_pci. */
export const mlx5RecordHeader = recordHeader(
  'mlx5-record-header',
  { 0: 'FW_DATA', 1: 'STOP_COPY_SIZE' },
  { title: 'Record header of mlx5', source: SOURCE },
)

/** Payload of a record STOP_COPY_SIZE. */
export const mlx5StopCopySize = struct(
  'mlx5-stop-copy-size',
  { stopCopySize: u64.doc('bytes that the source expects of the last image: how much room to make for it') },
  { title: 'Size of the final image of mlx5, as expected', source: SOURCE },
)
