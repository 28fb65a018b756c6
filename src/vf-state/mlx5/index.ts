export { mlx5RecordHeaderCodec, mlx5StopCopySizeCodec } from './record.ts'
export { type Mlx5Hint, type Mlx5Record, type Mlx5State, mlx5StateFormat } from './state.ts'
