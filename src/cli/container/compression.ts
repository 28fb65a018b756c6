import {
  type CompressedFormat,
  isCompressed,
  isSaveImage,
  readSaveHeader,
  SAVE_HEADER_SIZE,
  saveImageLength,
} from '../../qemu/index.ts'

/** How the stream in a libvirt save image is compressed; undefined where it is not, or the header does not fit. */
export function compressionOf(head: Uint8Array): CompressedFormat | undefined {
  if (!isSaveImage(head)) return undefined
  const format = readSaveHeader(head)?.header.format
  const length = saveImageLength(head) ?? 0
  return format !== undefined && isCompressed(format) && length > SAVE_HEADER_SIZE ? format : undefined
}
