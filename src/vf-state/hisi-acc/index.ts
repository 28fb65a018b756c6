export {
  type HisiAccRegisters,
  type HisiAccState,
  hisiAccCodes,
  hisiAccStateCodec,
  hisiAccStateFormat,
  hisiQueueAddress,
} from './state.ts'
