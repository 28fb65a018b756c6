export { infoCapabilityCodec } from './chain.ts'
export { infoFormat } from './format.ts'
export { type InfoList, infoListFormat } from './list.ts'
export type { Info, InfoCapability, InfoSpec } from './value.ts'
