import * as generated from '../../generated/qemu/vmdesc/subsection.js'
import { codec } from '../../layout/index.ts'
import { textValue } from '../../layout/text.ts'
import { subsectionHeader } from './subsection.layout.ts'

/** The header that a subsection inside a device's state starts with. */
export const subsectionHeaderCodec = codec(subsectionHeader, generated.subsectionHeader)

/**
 * The name as the header has it, one character per byte. QEMU writes its length into one byte, so that of a name of
 * more than 255 bytes only the first few are sent.
 */
export function nameInHeader(name: string): string {
  const bytes = new TextEncoder().encode(name)
  return textValue(bytes.subarray(0, bytes.length & 0xff), false)
}
