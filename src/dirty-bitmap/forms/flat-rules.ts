import { counted, type Finding, type Severity } from '../../findings/index.ts'
import type { ByteOrder } from '../../layout/index.ts'
import { MOST_PAGES } from '../geometry.ts'
import { type FlatCode, flatCodes } from './flat-codes.ts'
import { BITMAP_SOURCES, type BitmapSource, type BitmapSourceName, sizeBy } from './sources.ts'
import { bitmapFromWords } from './words.ts'

/** What whoever captured a flat bitmap knows of it. */
export interface FlatFacts {
  readonly source: BitmapSourceName
  readonly pageSize: number
  readonly base: bigint
  /** Number of pages; 0 where it is not known. */
  readonly pages: number
  readonly wordOrder: ByteOrder
}

type Say = (code: FlatCode, message: string, severity?: Severity) => void

/** Fewest pages of which "all dirty" says something. */
const TELLING = 64

/** Judges a flat bitmap by the rules of its source; every finding is about all of its bytes. */
export function judgeFlat(bytes: Uint8Array, facts: FlatFacts): Finding[] {
  const findings: Finding[] = []
  const place = { offset: 0, length: bytes.length, path: ['bitmap'] }
  const say: Say = (code, message, severity) =>
    findings.push(flatCodes.finding(code, message, severity === undefined ? place : { ...place, severity }))
  const source: BitmapSource = BITMAP_SOURCES[facts.source]
  judgeRequest(facts, source, say)
  judgeSize(bytes.length, facts.pages, source, say)
  judgeBits(bytes, facts, source, say)
  return findings
}

function judgeRequest({ pageSize, base, pages, wordOrder }: FlatFacts, source: BitmapSource, say: Say): void {
  const { leastPage, onlyPage, mostPages, title } = source
  const isPower = pageSize > 0 && Number.isInteger(Math.log2(pageSize))
  if (!isPower || pageSize < leastPage || (onlyPage !== undefined && pageSize !== onlyPage)) {
    const wanted = onlyPage === undefined ? `a power of two from ${leastPage} on` : `${onlyPage}`
    say('dirty-bitmap/page-size', `The page size is ${pageSize}; for ${title} it is ${wanted}.`)
  } else if (base % BigInt(pageSize) !== 0n) {
    say('dirty-bitmap/base-misaligned', `Page 0 is at 0x${base.toString(16)}; pages have ${pageSize} bytes.`)
  }
  if (base + BigInt(pages) * BigInt(pageSize) > 1n << 64n) {
    say('dirty-bitmap/range', `${counted(pages, 'page')} from 0x${base.toString(16)} on end above 2^64.`)
  }
  const most = mostPages ?? MOST_PAGES
  if (pages > most) say('dirty-bitmap/too-many-pages', `There are ${pages} pages; ${title} has at most ${most}.`)
  if (wordOrder === 'big' && source.order === 'little') {
    say('dirty-bitmap/word-order', `Big-endian words are asked for; ${title} has none.`)
  }
}

function judgeSize(size: number, pages: number, source: BitmapSource, say: Say): void {
  const { needed, usual, title } = source
  if (size === 0) say('dirty-bitmap/too-short', 'There are no bytes.')
  if (needed !== 'bytes' && size % 8 !== 0) {
    say('dirty-bitmap/not-words', `There are ${counted(size, 'byte')}; ${title} has words of 8.`)
  }
  if (pages === 0 || size === 0) return
  const [least, given] = [sizeBy(needed, pages), sizeBy(usual, pages)]
  const about = counted(pages, 'page')
  if (size < least) say('dirty-bitmap/too-short', `${about} need ${counted(least, 'byte')}; there are ${size}.`)
  else if (size > given) say('dirty-bitmap/too-long', `${about} take ${counted(given, 'byte')}; there are ${size}.`)
}

function judgeBits(bytes: Uint8Array, { pages, wordOrder }: FlatFacts, source: BitmapSource, say: Say): void {
  if (bytes.length === 0) return
  const order = source.order === 'little' ? 'little' : wordOrder
  const bitmap = bitmapFromWords(bytes, { pageSize: 4096, base: 0n }, order)
  try {
    const known = pages === 0 ? bitmap.length : Math.min(pages, bitmap.length)
    const beyond = bitmap.count(known)
    const dirty = bitmap.count(0, known)
    const behind = `${counted(beyond, 'bit is', 'bits are')} set behind the last of ${counted(known, 'page')}`
    if (beyond > 0 && source.writes === 'bits') {
      say('dirty-bitmap/not-zeroed', `${behind}; ${source.title} sets no such bits, so they were there before.`)
    } else if (beyond > 0) say('dirty-bitmap/bits-beyond', `${behind}.`)
    if (dirty === 0) say('dirty-bitmap/all-clean', `No page is dirty: ${source.allClean}.`)
    const { severity, meaning } = source.allDirty
    if (dirty === known && known >= TELLING) {
      say('dirty-bitmap/all-dirty', `All ${known} pages are dirty: ${meaning}.`, severity)
    }
  } finally {
    bitmap.dispose()
  }
}
