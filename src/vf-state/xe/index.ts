export { xeCodes } from './codes.ts'
export { type XePacket, type XeState, xeStateCodec, xeStateFormat } from './state.ts'
