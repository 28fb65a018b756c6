export { infoCapabilityCodec } from './chain.ts'
export { infoFormat } from './format.ts'
export { type InfoList, infoListFormat } from './list.ts'
export { bodiesById, type Info, type InfoCapability, type InfoSpec } from './value.ts'
