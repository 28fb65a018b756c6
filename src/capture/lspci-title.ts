import { type BarSizes, type FunctionAddress, NO_BARS } from './function.ts'
import { COLON, HEX_DIGIT, SPACE, textOf } from './text.ts'

/** Characters of `bus:device.function`, and of the longest domain with its colon before it. */
const SHORT_ADDRESS = 7
const MOST_DOMAIN = 9
const LEAST_DOMAIN = 5
const DOT = 0x2e

/** The line that opens a function. Its texts are made when somebody asks for them: validation does not. */
export class TitleLine {
  constructor(
    private readonly bytes: Uint8Array,
    private readonly addressLength: number,
    readonly numbers: FunctionAddress,
  ) {}

  /** As written, with a domain or without. */
  get address(): string {
    return textOf(this.bytes, 0, this.addressLength)
  }

  /** What follows the address and a space. */
  get title(): string {
    return textOf(this.bytes, Math.min(this.addressLength + 1, this.bytes.length), this.bytes.length)
  }
}

/** Reads `[domain:]bus:device.function` at the start of a line, followed by a space or the end. */
export function readTitle(bytes: Uint8Array, start: number, end: number): TitleLine | undefined {
  const last = Math.min(end, start + MOST_DOMAIN + SHORT_ADDRESS + 1)
  let stop = start
  while (stop < last && bytes[stop] !== SPACE) stop += 1
  const at = stop - SHORT_ADDRESS
  const prefix = at - start
  if (prefix !== 0 && (prefix < LEAST_DOMAIN || prefix > MOST_DOMAIN || bytes[at - 1] !== COLON)) return undefined
  if (bytes[at + 2] !== COLON || bytes[at + 5] !== DOT) return undefined
  const domain = prefix === 0 ? 0 : hexNumber(bytes, start, at - 1)
  const [bus, device, number] = [
    hexNumber(bytes, at, at + 2),
    hexNumber(bytes, at + 3, at + 5),
    hexNumber(bytes, at + 6, at + 7),
  ]
  if (domain === undefined || bus === undefined || device === undefined || number === undefined) return undefined
  if (device > 0x1f || number > 7) return undefined
  return new TitleLine(bytes.slice(start, end), stop - start, { domain, bus, device, function: number })
}

function hexNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = HEX_DIGIT[bytes[at] as number] as number
    if (digit > 15) return undefined
    value = value * 16 + digit
  }
  return value
}

const BRACKETED_IDS = /\[([0-9a-f]{4}):([0-9a-f]{4})\]/gi
const NUMERIC_IDS = /^[0-9a-f]{4}: ([0-9a-f]{4}):([0-9a-f]{4})\b/i

/** Vendor and device ID of a title: the last `[8086:10ca]` of `lspci -nn`, or `0200: 8086:10ca` of `lspci -n`. */
export function idsOf(title: string): { vendorId: number; deviceId: number } | undefined {
  const match = NUMERIC_IDS.exec(title) ?? (title.includes('[') ? [...title.matchAll(BRACKETED_IDS)].at(-1) : undefined)
  if (match === undefined) return undefined
  return { vendorId: Number.parseInt(match[1] as string, 16), deviceId: Number.parseInt(match[2] as string, 16) }
}

const REGION = /^\s*Region ([0-5]): .*\[size=(\d+)([KMGTPE]?)\]/
const ROM = /^\s*Expansion ROM at .*\[size=(\d+)([KMGTPE]?)\]/
const UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E']

/** Sizes of BARs as `lspci -vv` prints them, line by line. */
export class RegionLines {
  #bars: (number | undefined)[] | undefined
  #rom: number | undefined

  add(line: string): void {
    const region = REGION.exec(line)
    if (region !== null) {
      this.#bars ??= [...NO_BARS]
      this.#bars[Number(region[1])] = sizeOf(region[2], region[3])
      return
    }
    const rom = ROM.exec(line)
    if (rom !== null) this.#rom = sizeOf(rom[1], rom[2])
  }

  take(): BarSizes | undefined {
    const found = this.#bars !== undefined || this.#rom !== undefined
    const sizes = found ? { bars: this.#bars ?? NO_BARS, rom: this.#rom, vfBars: NO_BARS } : undefined
    this.#bars = undefined
    this.#rom = undefined
    return sizes
  }
}

/** Sizes are powers of two, which a number holds exactly; anything beyond 2^64 is no size. */
function sizeOf(digits: string | undefined, unit: string | undefined): number | undefined {
  const size = Number(digits) * 1024 ** UNITS.indexOf(unit ?? '')
  return size < 2 ** 64 ? size : undefined
}
