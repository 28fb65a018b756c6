import { Complaint } from '../complaint.ts'

const BINARY: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, p: 2 ** 50, '': 1 }
const DECIMAL: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, g: 1e9, t: 1e12, '': 1 }

const refuse = (option: string, text: string, wanted: string) =>
  new Complaint(`${option} is ${wanted}, not ${JSON.stringify(text)}.`)

/** A number of bytes: `4096`, `0x1000`, `4K`, `2MiB`. @throws Complaint */
export function sizeOption(option: string, text: string): number {
  const parts = /^(\d+(?:\.\d+)?|0x[0-9a-f]+)\s*([kmgtp]?)(?:i?b)?$/i.exec(text)
  const size = parts === null ? Number.NaN : Number(parts[1]) * (BINARY[(parts[2] ?? '').toLowerCase()] ?? Number.NaN)
  if (Number.isSafeInteger(size)) return size
  throw refuse(option, text, 'a number of bytes, such as 4096, 4K or 2M')
}

/** The size of a page. @throws Complaint */
export function pageSizeOption(option: string, text: string): number {
  const size = sizeOption(option, text)
  if (size > 0 && Number.isInteger(Math.log2(size)) && size <= 2 ** 52) return size
  throw refuse(option, text, 'a power of two, such as 4096, 4K or 2M')
}

/** An address of 64 bits: `0x100000000` or decimal. @throws Complaint */
export function addressOption(option: string, text: string): bigint {
  const address = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? BigInt(text) : -1n
  if (address >= 0n && address < 2n ** 64n) return address
  throw refuse(option, text, 'an address of 64 bits, such as 0x100000000')
}

/** A whole number from `least` to `most`. @throws Complaint */
export function countOption(option: string, text: string, least: number, most: number): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && count >= least && count <= most) return count
  throw refuse(option, text, `a whole number from ${least} to ${most}`)
}

/**
 * Bytes per second: `10Gbit/s`, `10Gbps` and `1.25GB/s` with powers of 1000, `120MiB/s` with those of 1024; a number alone
 * is in bytes per second.
 *
 * @throws Complaint
 */
export function rateOption(option: string, text: string): number {
  const parts = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)(bit\/s|bit|bps|b\/s|b|)$/i.exec(text)
  if (parts !== null) {
    const [, number, prefix, binary, unit] = parts as unknown as [string, string, string, string, string]
    const factor = (binary === '' ? DECIMAL : BINARY)[prefix.toLowerCase()] ?? Number.NaN
    const isBits = unit.startsWith('b') || /^bit/i.test(unit)
    const rate = (Number(number) * factor) / (isBits ? 8 : 1)
    if (rate > 0 && Number.isFinite(rate)) return rate
  }
  throw refuse(option, text, 'a rate, such as 10Gbit/s or 1.25GB/s')
}

/** Seconds: `300ms`, `0.3s`; a number alone is in the unit that is said. @throws Complaint */
export function timeOption(option: string, text: string, unit: 'ms' | 's'): number {
  const parts = /^(\d+(?:\.\d+)?)\s*(ms|s|)$/i.exec(text)
  const isMilliseconds = (parts?.[2] || unit).toLowerCase() === 'ms'
  const time = parts === null ? Number.NaN : Number(parts[1]) / (isMilliseconds ? 1000 : 1)
  if (time > 0 && Number.isFinite(time)) return time
  throw refuse(option, text, 'a time, such as 300ms or 2s')
}

const SIZE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']

/** A number of bytes to read: `16 MiB`, `1.5 GiB`. */
export function sizeText(bytes: number): string {
  let at = 0
  let value = bytes
  for (; value >= 1024 && at < SIZE_UNITS.length - 1; at++) value /= 1024
  return `${figures(value)} ${SIZE_UNITS[at]}`
}

/** Bytes per second to read, as links are named: in bits, with powers of 1000. */
export function rateText(bytesPerSecond: number): string {
  let at = 0
  let value = bytesPerSecond * 8
  for (; value >= 1000 && at < 4; at++) value /= 1000
  return `${figures(value)} ${['', 'k', 'M', 'G', 'T'][at]}bit/s`
}

/** A time to read: `85 ms`, `12 s`, `3 min 20 s`. */
export function timeText(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'for ever'
  if (seconds === 0) return '0 ms'
  if (seconds < 1) return `${figures(seconds * 1000)} ms`
  if (seconds < 120) return `${figures(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes >= 120) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return `${minutes} min ${Math.round(seconds % 60)} s`
}

/** A part of a whole in per cent: two significant figures, and never 0 or 100 where it is not. */
export function percentText(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %'
  const percent = (100 * part) / whole
  if (part < whole && percent > 99.9) return '>99.9 %'
  if (percent < 0.0001) return '<0.0001 %'
  return `${figures(percent)} %`
}

/** Whole from 100 on, else two or three figures; no zeros at the end. */
function figures(value: number): string {
  if (value >= 100) return String(Math.round(value))
  const digits = value >= 10 ? 1 : value >= 0.1 ? 2 : 2 - Math.ceil(Math.log10(value || 1))
  return String(Number(value.toFixed(Math.min(20, digits))))
}

/** Address in hexadecimal, as wide as the widest of its company. */
export function addressText(address: bigint, digits = 0): string {
  return `0x${address.toString(16).padStart(digits, '0')}`
}
