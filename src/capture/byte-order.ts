import { CaptureError } from './errors.ts'
import { shownAs } from './write-dump.ts'

interface GroupRun {
  readonly offset: number
  length: number
  readonly group: number
}

/**
 * Decides in which byte order groups of several bytes were printed. xxd prints them as they lie in memory; `xxd -e` and
 * the kernel print words, on little-endian machines the other way round. The text column is always in memory
 * order, so it tells.
 */
export class GroupOrder {
  #runs: GroupRun[] = []
  #compared = false
  #asWritten = true
  #swapped = true
  #firstLine = 0

  /** Takes a row of `length` bytes at `offset`, with the characters of its text column, if it has one. */
  add(memory: Uint8Array, offset: number, length: number, group: number, line: number, text: Uint8Array): void {
    if (group < 2) return
    if (this.#runs.length === 0) this.#firstLine = line
    const last = this.#runs.at(-1)
    if (last !== undefined && last.group === group && last.offset + last.length === offset && last.length % group === 0)
      last.length += length
    else this.#runs.push({ offset, length, group })
    const count = Math.min(length, text.length)
    if (count > 0) this.#compared = true
    for (let at = 0; at < count; at++) {
      const base = at - (at % group)
      const mirror = base + Math.min(group, length - base) - 1 - (at - base)
      const character = text[at]
      if (character !== shownAs(memory[offset + at] as number)) this.#asWritten = false
      if (character !== shownAs(memory[offset + mirror] as number)) this.#swapped = false
    }
  }

  /** Puts the bytes into memory order; `fromTool` says that the layout is xxd's own, which prints in memory order. */
  settle(memory: Uint8Array, fromTool: boolean): void {
    if (this.#runs.length === 0) return
    if (this.#compared && this.#asWritten !== this.#swapped) {
      if (this.#swapped) this.#swap(memory)
      return
    }
    if (fromTool || this.#isSymmetric(memory)) return
    throw new CaptureError({
      code: 'capture/byte-order-unknown',
      line: this.#firstLine,
      expected: 'single bytes, or a text column that tells the byte order',
      found: `groups of ${(this.#runs[0] as GroupRun).group} bytes in an unknown byte order`,
    })
  }

  #swap(memory: Uint8Array): void {
    for (const { offset, length, group } of this.#runs)
      for (let at = offset; at < offset + length; at += group)
        memory.subarray(at, Math.min(at + group, offset + length)).reverse()
  }

  #isSymmetric(memory: Uint8Array): boolean {
    return this.#runs.every(({ offset, length, group }) => {
      for (let at = 0; at < length; at++) {
        const base = at - (at % group)
        const mirror = base + Math.min(group, length - base) - 1 - (at - base)
        if (memory[offset + at] !== memory[offset + mirror]) return false
      }
      return true
    })
  }
}
