import type { Path } from '../../findings/index.ts'
import { wrongType } from '../../layout/index.ts'

/** How a program writes JSON. */
interface JsonStyle {
  readonly comma: string
  readonly colon: string
  number(value: number): string
}

/** Without blanks, as recorders of one line a call write it. */
export const COMPACT: JsonStyle = { comma: ',', colon: ':', number: String }

/** As QEMU writes it: a blank behind commas and colons, other numbers than integers with 17 digits. */
export const QEMU_STYLE: JsonStyle = {
  comma: ', ',
  colon: ': ',
  number: (value) => (Number.isInteger(value) ? String(value) : shortened(value.toPrecision(17))),
}

/** Zeros at the end of a fraction are left out, as by %g. */
function shortened(digits: string): string {
  return digits.replace(/\.?0+$|\.?0+(?=e)/, '')
}

/** The text of a JSON value. @throws EncodeError for anything that JSON does not have */
export function jsonText(value: unknown, style: JsonStyle, path: Path): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return style.number(value)
  if (Array.isArray(value)) {
    return `[${value.map((element, index) => jsonText(element, style, [...path, index])).join(style.comma)}]`
  }
  if (typeof value === 'object' && !(value instanceof Uint8Array)) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => `${JSON.stringify(name)}${style.colon}${jsonText(member, style, [...path, name])}`)
    return `{${members.join(style.comma)}}`
  }
  throw wrongType(path, 'a JSON value', value)
}
