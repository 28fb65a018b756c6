import { EncodeError } from '../findings/index.ts'
import { MAX_CONFIG_SPACE, parseAddress } from './function.ts'
import { lspciRows } from './write-dump.ts'

/** What lspci's text says of a function. */
export interface LspciEntry {
  /** `bus:device.function`, with a domain in front or without. */
  readonly address: string
  /** Configuration space, at most 4096 bytes. */
  readonly bytes: Uint8Array
  /** What follows the address; made up from the IDs where it is not known. */
  readonly title?: string | undefined
  readonly vendorId?: number | undefined
  readonly deviceId?: number | undefined
}

/**
 * The text that `lspci -xxxx` prints for the functions, which `lspci -F` reads back. Throws EncodeError for an
 * address, a title or a size that such a text cannot hold.
 */
export function writeLspci(functions: Iterable<LspciEntry>): string {
  return [...lspciPieces(functions)].join('')
}

/** The same text, one piece a function, for output too large for one string. */
export function* lspciPieces(functions: Iterable<LspciEntry>): Generator<string> {
  let index = 0
  for (const entry of functions) {
    check(entry, index)
    yield `${entry.address} ${entry.title ?? madeTitle(entry)}\n${lspciRows(entry.bytes)}\n`
    index += 1
  }
}

function check({ address, title, bytes }: LspciEntry, index: number): void {
  const refuse = (member: string, expected: string, found: string): EncodeError =>
    new EncodeError({ code: 'capture/not-writable', path: ['functions', index, member], expected, found })
  if (parseAddress(address) === undefined)
    throw refuse('address', 'an address such as 01:10.0 or 0000:01:10.0', JSON.stringify(address))
  if (title !== undefined && /[\r\n]/.test(title)) throw refuse('title', 'a text of one line', JSON.stringify(title))
  if (bytes.length > MAX_CONFIG_SPACE)
    throw refuse('bytes', `at most ${MAX_CONFIG_SPACE} bytes of configuration space`, `${bytes.length}`)
}

function madeTitle({ vendorId, deviceId }: LspciEntry): string {
  if (vendorId === undefined || deviceId === undefined) return 'PCI function'
  return `PCI function [${hex16(vendorId)}:${hex16(deviceId)}]`
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, '0')
}
