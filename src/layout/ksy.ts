import { ksyDocument } from './ksy/document.ts'
import { yaml } from './ksy/yaml.ts'
import type { StructType } from './types.ts'

/**
 * A complete Kaitai Struct description (.ksy, YAML text) of one structure, with everything that stands inside it.
 *
 * What Kaitai cannot say is said in its `doc`: damaged parts are not replaced by opaque bytes but fail, and 64-bit
 * words with bit fields are two 32-bit words in memory order, a member across both becoming `name_low` and `name_high`.
 * Parts that are not a type of their own there (an array in a frame, say) are wrapped as `content` of a `..._part`.
 */
export function toKsy(type: StructType): string {
  return yaml(ksyDocument(type))
}
