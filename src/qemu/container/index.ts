export { containerCodes } from './codes.ts'
export { detectQemuStream, isSaveImage } from './detect.ts'
export {
  type CompressedFormat,
  encodeSaveImage,
  isCompressed,
  readSaveHeader,
  readSaveImage,
  SAVE_HEADER_SIZE,
  type SaveHeader,
  type SaveImage,
  type SaveImageRead,
  saveHeaderCodec,
  saveImageCodec,
  saveImageFields,
  saveImageFromJson,
  saveImageLength,
  saveImageSchema,
  saveImageToJson,
} from './libvirt-save.ts'
