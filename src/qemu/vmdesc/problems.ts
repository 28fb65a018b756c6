import type { Finding, Path } from '../../findings/index.ts'
import { descriptionCodes } from './codes.ts'

/** Problems that are listed; a description of nothing but faults would otherwise need many times its own memory. */
const MOST = 64

/** Gathers what is wrong with a description. The JSON parser tells no positions, so that paths say where. */
export class Problems {
  readonly list: Finding[] = []
  private left = 0

  /** @param length bytes of the JSON */
  constructor(private readonly length: number) {}

  add(code: keyof typeof descriptionCodes.entries, message: string, path: Path): void {
    if (this.list.length < MOST) this.list.push(this.finding(code, message, [...path]))
    else this.left += 1
  }

  /** The list, with a last entry for what was left out. */
  finish(): Finding[] {
    if (this.left > 0) this.list.push(this.finding('qemu/vmdesc-more', `${this.left} more are not listed.`, []))
    this.left = 0
    return this.list
  }

  private finding(code: keyof typeof descriptionCodes.entries, message: string, path: Path): Finding {
    return descriptionCodes.finding(code, message, { offset: 0, length: this.length, path })
  }
}
