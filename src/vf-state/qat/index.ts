export { qatCodes } from './codes.ts'
export { type QatState, qatStateCodec, qatStateFormat } from './state.ts'
