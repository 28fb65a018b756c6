import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { writeAt, writeBytes } from './byte-output.ts'

/** Where a part is put of which it is not yet known whether it is the one: the output file, or one that goes away. */
export class Spool {
  readonly path: string
  readonly #output: string | undefined
  #file: number | undefined
  #length = 0

  constructor(output: string | undefined) {
    this.#output = output
    this.path = output ?? join(mkdtempSync(join(tmpdir(), 'vfmig-')), 'part')
  }

  /** Begins anew. */
  restart(): void {
    if (this.#file === undefined) this.#file = openSync(this.path, 'w+')
    else ftruncateSync(this.#file, 0)
    this.#length = 0
  }

  add(bytes: Uint8Array): void {
    this.put(bytes, this.#length)
  }

  /** Writes at a place; what is between stays a hole. */
  put(bytes: Uint8Array, position: number): void {
    writeAt(this.#file as number, bytes, position, this.path)
    this.#length = Math.max(this.#length, position + bytes.length)
  }

  /** Bytes up to the last that was written. */
  get length(): number {
    return this.#length
  }

  /** Makes the file as long as said. @throws a system error that names the path */
  resize(length: number): void {
    try {
      ftruncateSync(this.#file as number, length)
    } catch (error) {
      throw Object.assign(error as Error, { path: this.path })
    }
  }

  /** Gives the part to whoever wants it. */
  async finish(): Promise<void> {
    if (this.#output === undefined) await writeBytes(this.#pieces(), undefined)
    this.#close()
  }

  /** There is no such part. */
  abandon(): void {
    const isBegun = this.#file !== undefined
    this.#close()
    if (isBegun && this.#output !== undefined) rmSync(this.path, { force: true })
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    if (this.#output === undefined) rmSync(dirname(this.path), { recursive: true, force: true })
  }

  async *#pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < this.#length; ) {
      const piece = new Uint8Array(1 << 20)
      const count = readSync(this.#file as number, piece, 0, piece.length, at)
      if (count === 0) return
      yield piece.subarray(0, count)
      at += count
    }
  }
}
