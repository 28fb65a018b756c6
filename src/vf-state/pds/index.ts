export {
  type PdsCommand,
  type PdsCompletion,
  type PdsDirtyRegion,
  pdsCommandCodec,
  pdsCommandFormat,
  pdsCompletionCodec,
  pdsCompletionFormat,
  pdsDirtyPages,
  pdsDirtyRegionCodec,
  pdsDirtyRegionFormat,
} from './commands.ts'
export { pdsStateFormat } from './state.ts'
