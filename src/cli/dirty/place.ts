import { Complaint } from '../complaint.ts'
import type { Input } from './inputs.ts'
import type { DirtyOptions } from './options.ts'
import { addressText, sizeText } from './quantities.ts'

/** Where pages lie. */
export interface Place {
  readonly pageSize: number
  readonly base: bigint
}

/** Size and address of pages: as asked for, else as the form says, else pages of 4 KiB from 0. */
export function placeOf(options: DirtyOptions, inputs: readonly Input[]): Place {
  const stated = inputs.flatMap((input) => (input.kind === 'bitmap' && input.stated ? [input.stated] : []))
  return {
    pageSize: options.pageSize ?? stated[0]?.pageSize ?? 4096,
    base: options.base ?? stated[0]?.base ?? 0n,
  }
}

/** @throws Complaint where the pages do not fit 64 bits of address */
export function checkPlace({ pageSize, base }: Place, pages: number): void {
  if (base + BigInt(pages) * BigInt(pageSize) <= 2n ** 64n) return
  const from = `${pages} pages of ${sizeText(pageSize)} from ${addressText(base)}`
  throw new Complaint(`${from} do not fit 64 bits of address; give another --base or --page-size.`)
}

/** Address of the first byte of a page. */
export function addressOf({ pageSize, base }: Place, page: number): bigint {
  return base + BigInt(page) * BigInt(pageSize)
}

/** Addresses of the first and last byte of some pages. */
export function spanText(place: Place, first: number, pages: number, digits = 0): string {
  const end = addressOf(place, first + pages) - 1n
  return `${addressText(addressOf(place, first), digits)}-${addressText(end, digits)}`
}

/** Digits of the highest address. */
export function addressDigits(place: Place, pages: number): number {
  return (addressOf(place, Math.max(1, pages)) - 1n).toString(16).length
}
