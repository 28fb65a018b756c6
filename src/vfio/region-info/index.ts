export { regionInfoFormat } from './format.ts'
export {
  msixMappableCodec,
  type RegionCapability,
  type RegionInfo,
  regionInfoHeadCodec,
  regionTypeCodec,
  sparseMmapCodec,
} from './value.ts'
