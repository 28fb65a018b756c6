export { bodyCodes, descriptionCodes } from './codes.ts'
export { type DecodedDevice, decodeDevice } from './decode.ts'
export { encodeDevice } from './encode.ts'
export { fieldsFromJson, fieldsToJson } from './json.ts'
export type {
  DeviceDescription,
  DeviceFields,
  FieldDescription,
  FieldValue,
  StructDescription,
  SubsectionDescription,
  VmDescription,
} from './model.ts'
export { type PciBytes, pciBytes } from './pci-bytes.ts'
export type { PciField } from './pci-field.ts'
export { readVmDescription } from './read.ts'
export { sizeOf } from './size.ts'
