import * as generated from '../../generated/vf-state/mlx5/record.js'
import { codec } from '../../layout/index.ts'
import { mlx5RecordHeader, mlx5StopCopySize } from './record.layout.ts'

export const mlx5RecordHeaderCodec = codec(mlx5RecordHeader, generated.mlx5RecordHeader)
export const mlx5StopCopySizeCodec = codec(mlx5StopCopySize, generated.mlx5StopCopySize)

/** Bytes of the payload of a record that is not a firmware image. */
export const HINT_SIZE = 8
