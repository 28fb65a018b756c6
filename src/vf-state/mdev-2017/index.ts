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
export { FIXED_SIZES as GVT_FIXED_SIZES } from './gvt-image.layout.ts'
export {
  type GvtImage,
  type GvtSection,
  gvtOptions,
  gvtSectionCodec,
  REGION_SIZE as GVT_REGION_SIZE,
} from './gvt-read.ts'
export { type MdevRegion, mdevRegionFormat, mdevRegionHeadCodec } from './region-format.ts'
