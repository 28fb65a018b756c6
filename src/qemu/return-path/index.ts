export { returnPathForm } from './bitmaps.ts'
export { returnPathFormat } from './format.ts'
export {
  type ReturnedBitmap,
  type ReturnPath,
  type ReturnPathEntry,
  type ReturnPathMessage,
  returnPathMessageCodec,
} from './message.ts'
export { returnPathReader } from './read.ts'
