export { mdevBodyFormat } from './body-format.ts'
export {
  bodyOptions as mdevBodyOptions,
  type MdevBody,
  mdevFirstHeadCodec,
  mdevFullHeadCodec,
  mdevLiveHeadCodec,
} from './body-read.ts'
export {
  gvtExeclistCodec,
  gvtImageFormat,
  gvtImageHeaderCodec,
  gvtPpgttCodec,
  gvtPpgttFirstCodec,
  gvtWorkloadCodec,
  gvtWorkloadFirstCodec,
} from './gvt-format.ts'
export { type GvtImage, type GvtSection, gvtOptions, gvtSectionCodec } from './gvt-read.ts'
export { type MdevRegion, mdevRegionFormat, mdevRegionHeadCodec } from './region-format.ts'
