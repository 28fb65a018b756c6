export { ice2023Codes, iceCodes } from './codes.ts'
export {
  type IceState,
  type IceState2023,
  type IceTlv,
  iceState2023Codec,
  iceState2023Format,
  iceStateCodec,
  iceStateFormat,
} from './state.ts'
