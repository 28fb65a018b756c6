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
