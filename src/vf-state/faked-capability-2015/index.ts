export { sriovBodyCodes } from './judge.ts'
export {
  BODY_FLAGS as SRIOV_BODY_FLAGS,
  SECTION_NAME as SRIOV_SECTION_NAME,
  VMSTATE_VERSION as SRIOV_VMSTATE_VERSION,
} from './stream-body.layout.ts'
export { type SriovBody, sriovBodyFormat, sriovBodyHeadCodec, sriovBodyInterruptsCodec } from './stream-body.ts'
