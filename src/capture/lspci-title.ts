import { type BarSizes, type FunctionAddress, NO_BARS, parseAddress } from './function.ts'
import { COLON, isHex, SPACE, skipHex } from './text.ts'

/** Longest address: eight digits of domain. */
const MOST_ADDRESS = 16

/** The line that opens a function: its address, numbers and what follows. */
export interface TitleLine {
  readonly address: string
  readonly numbers: FunctionAddress
  readonly titleAt: number
}

/** Reads `[domain:]bus:device.function` at the start of a line, followed by a space or the end. */
export function readAddress(bytes: Uint8Array, start: number, end: number): TitleLine | undefined {
  const domainEnd = skipHex(bytes, start, Math.min(end, start + 9))
  if (bytes[domainEnd] !== COLON || !isHex(bytes[domainEnd + 1])) return undefined
  let stop = domainEnd + 1
  while (stop < end && bytes[stop] !== SPACE && stop - start <= MOST_ADDRESS) stop += 1
  if (stop - start > MOST_ADDRESS) return undefined
  let address = ''
  for (let at = start; at < stop; at++) address += String.fromCharCode(bytes[at] as number)
  const numbers = parseAddress(address)
  return numbers === undefined ? undefined : { address, numbers, titleAt: Math.min(stop + 1, end) }
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
