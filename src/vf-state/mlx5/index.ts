export {
  type Mlx5Hint,
  type Mlx5Record,
  type Mlx5State,
  mlx5RecordHeaderCodec,
  mlx5StateFormat,
  mlx5StopCopySizeCodec,
} from './state.ts'
