import type { Known } from '../../dirty-bitmap/index.ts'
import { addressOption, countOption, pageSizeOption, rateOption, sizeOption, timeOption } from './quantities.ts'

/** What the command line gives. */
export interface DirtyTexts {
  readonly as?: string
  readonly bitmap?: string
  readonly pageSize?: string
  readonly base?: string
  readonly pages?: string
  readonly wordOrder: string
  readonly ranges?: boolean
  readonly regions: string
  readonly top: string
  readonly json?: boolean
  readonly png?: string
  readonly width?: string
  readonly bandwidth?: string
  readonly downtimeLimit?: string
  readonly stopBytes?: string
  readonly interval?: string
  readonly channel: readonly string[]
  readonly snapshot?: string
}

/** The same, understood. */
export interface DirtyOptions {
  readonly as: string | undefined
  /** Which of several bitmaps in one input. */
  readonly bitmap: string | undefined
  /** Undefined where it is left to the form of the input, and then 4096. */
  readonly pageSize: number | undefined
  readonly base: bigint | undefined
  readonly pages: number | undefined
  readonly bigWords: boolean
  readonly ranges: boolean
  /** How many hot regions are named. */
  readonly regions: number
  /** How many of the longest runs are named. */
  readonly top: number
  readonly json: boolean
  readonly png: string | undefined
  readonly width: number | undefined
  readonly known: Known
  /** Seconds from one bitmap of a series to the next. */
  readonly interval: number | undefined
  /** Files of the multifd channels of a migration stream. */
  readonly channels: readonly string[]
  /** Which snapshot of a disk image has the stream. */
  readonly snapshot: string | undefined
}

const MOST_PAGES = 2 ** 40

/** @throws Complaint */
export function dirtyOptions(texts: DirtyTexts): DirtyOptions {
  const given = <R>(text: string | undefined, read: (text: string) => R) =>
    text === undefined ? undefined : read(text)
  return {
    as: texts.as,
    bitmap: texts.bitmap,
    pageSize: given(texts.pageSize, (text) => pageSizeOption('--page-size', text)),
    base: given(texts.base, (text) => addressOption('--base', text)),
    pages: given(texts.pages, (text) => countOption('--pages', text, 1, MOST_PAGES)),
    bigWords: texts.wordOrder === 'big',
    ranges: texts.ranges ?? false,
    regions: countOption('--regions', texts.regions, 0, 1024),
    top: countOption('--top', texts.top, 0, 1024),
    json: texts.json ?? false,
    png: texts.png,
    width: given(texts.width, (text) => countOption('--width', text, 20, 1000)),
    known: {
      bandwidth: given(texts.bandwidth, (text) => rateOption('--bandwidth', text)),
      downtimeLimit: given(texts.downtimeLimit, (text) => timeOption('--downtime-limit', text, 'ms')),
      stopBytes: given(texts.stopBytes, (text) => sizeOption('--stop-bytes', text)),
    },
    channels: texts.channel,
    snapshot: texts.snapshot,
    interval: given(texts.interval, (text) => timeOption('--interval', text, 's')),
  }
}
