export * from './as-seen-by/index.ts'
export * from './config-space/index.ts'
export { headerType0Codec, headerType1Codec, headerType2Codec, headerUnknownCodec } from './header.ts'
export { msixEntryCodec, msixEntryFormat, msixTableCodec, msixTableFormat } from './msix.ts'
