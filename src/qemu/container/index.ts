export { containerCodes } from './codes.ts'
export { detectQemuStream } from './detect.ts'
export {
  type CompressedFormat,
  encodeSaveImage,
  isCompressed,
  isSaveImage,
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
