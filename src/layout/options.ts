import type { ByteOrder } from './types.ts'

/** One option of a format: `--set name=value` on the command line. */
export type FormatOption =
  | { readonly kind: 'choice'; readonly values: readonly string[]; readonly default: string; readonly meaning: string }
  | { readonly kind: 'number'; readonly default: number; readonly meaning: string }
  | { readonly kind: 'flag'; readonly default: boolean; readonly meaning: string }
  /** 64 bits, as hexadecimal or decimal text, or as a number that is exact; `addressOf` reads it. */
  | { readonly kind: 'address'; readonly default: string; readonly meaning: string }

export type OptionMap = Readonly<Record<string, FormatOption>>
export type OptionValues = Readonly<Record<string, string | number | boolean>>

/** A problem with an option, in one sentence. */
export class OptionError extends Error {
  override readonly name = 'OptionError'
}

/** All options with their values: those given, else the defaults. @throws OptionError */
export function completeOptions(options: OptionMap, given: OptionValues = {}): OptionValues {
  for (const name of Object.keys(given)) optionOf(options, name)
  const values: Record<string, string | number | boolean> = {}
  for (const [name, option] of Object.entries(options)) {
    const value = given[name] ?? option.default
    if (!fits(option, value)) throw new OptionError(`${name} is ${wanted(option)}, not ${JSON.stringify(value)}.`)
    values[name] = value
  }
  return values
}

/** What is known of an option. @throws OptionError where there is none of that name */
function optionOf(options: OptionMap, name: string): FormatOption {
  const option = Object.hasOwn(options, name) ? options[name] : undefined
  if (option !== undefined) return option
  const known = Object.keys(options)
  const others = known.length === 0 ? 'this format has none' : `there are ${known.join(', ')}`
  throw new OptionError(`There is no option ${name}; ${others}.`)
}

/** Reads `name=value` texts. @throws OptionError */
export function parseOptions(options: OptionMap, texts: readonly string[]): OptionValues {
  const given: Record<string, string | number | boolean> = {}
  for (const text of texts) {
    const equals = text.indexOf('=')
    if (equals < 1) throw new OptionError(`An option is set as name=value, not as ${JSON.stringify(text)}.`)
    const [name, value] = [text.slice(0, equals), text.slice(equals + 1)]
    given[name] = parseValue(optionOf(options, name), value)
  }
  return completeOptions(options, given)
}

function parseValue(option: FormatOption, text: string): string | number | boolean {
  if (option.kind === 'flag') return text === 'true' ? true : text === 'false' ? false : text
  if (option.kind === 'number') return /^(0x[0-9a-fA-F]+|\d+)$/.test(text) ? Number(text) : text
  return text
}

function fits(option: FormatOption, value: string | number | boolean): boolean {
  if (option.kind === 'choice') return option.values.includes(String(value))
  if (option.kind === 'number') return Number.isSafeInteger(value) && Number(value) >= 0
  if (option.kind !== 'address') return typeof value === typeof option.default
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0
  return typeof value === 'string' && NUMERAL.test(value) && BigInt(value) < 1n << 64n
}

/** The address that an option of kind `address` stands for. */
export function addressOf(value: string | number | boolean | undefined): bigint {
  return BigInt(value ?? 0)
}

const NUMERAL = /^(0x[0-9a-fA-F]{1,16}|\d{1,20})$/

function wanted(option: FormatOption): string {
  if (option.kind === 'choice') return `one of ${option.values.join(', ')}`
  if (option.kind === 'address') return 'a number below 2^64, hexadecimal with 0x or decimal'
  return option.kind === 'flag' ? 'true or false' : 'a number'
}

/** The option of formats whose byte order is that of the machine that wrote the bytes. */
export const byteOrderOption = {
  byteOrder: {
    kind: 'choice',
    values: ['little', 'big'],
    default: 'little',
    meaning: 'byte order of the machine that the bytes come from',
  },
} as const satisfies OptionMap

/** The byte order that options ask for. @throws OptionError */
export function byteOrderOf(given: OptionValues | undefined): ByteOrder {
  return completeOptions(byteOrderOption, given).byteOrder as ByteOrder
}

/** Options for a format inside another one: the byte order of the whole, where the format leaves a choice. */
export function byteOrderFor({ options }: { readonly options: OptionMap }, byteOrder: ByteOrder): OptionValues {
  return 'byteOrder' in options ? { byteOrder } : {}
}
