export {
  type MttyPort,
  type MttyState,
  mttyCodes,
  mttyPortCodec,
  mttyPortsFormat,
  mttyStateCodec,
  mttyStateFormat,
} from './state.ts'
