export { type MttyPort, type MttyState, mttyCodes, mttyPortCodec, mttyStateCodec, mttyStateFormat } from './state.ts'
