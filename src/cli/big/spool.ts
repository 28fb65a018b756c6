import { ftruncateSync, mkdtempSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { writeAt, writeBytes } from './byte-output.ts'
import { filePieces } from './file-pieces.ts'
import { isReplaceable, OutputFile } from './output-file.ts'

/** Where a part is put of which it is not yet known whether it is the one: the output file, or one that goes away. */
export class Spool {
  readonly #output: string | undefined
  /** Whether the bytes are copied in the end: to standard output, or a pipe. */
  readonly isCopied: boolean
  #file: OutputFile | undefined
  #length = 0

  constructor(output: string | undefined) {
    this.#output = output
    this.isCopied = output === undefined || !isReplaceable(output)
  }

  /** Begins anew. */
  restart(): void {
    this.#file ??= new OutputFile(this.isCopied ? join(mkdtempSync(join(tmpdir(), 'vfmig-')), 'part') : this.#name)
    ftruncateSync(this.#file.descriptor, 0)
    this.#length = 0
  }

  add(bytes: Uint8Array): void {
    this.put(bytes, this.#length)
  }

  /** Writes at a place; what is between stays a hole. */
  put(bytes: Uint8Array, position: number): void {
    const { descriptor, path } = this.#begun
    writeAt(descriptor, bytes, position, this.#output ?? path)
    this.#length = Math.max(this.#length, position + bytes.length)
  }

  /** Bytes that were written; zeros where nothing was. */
  read(position: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let at = 0, count = 1; count > 0 && at < length; at += count) {
      count = readSync(this.#begun.descriptor, bytes, at, length - at, position + at)
    }
    return bytes
  }

  /** Makes the file as long as said; what is added is a hole. @throws a system error that names the path */
  resize(length: number): void {
    const { descriptor, path } = this.#begun
    try {
      ftruncateSync(descriptor, length)
    } catch (error) {
      throw Object.assign(error as Error, { path: this.#output ?? path })
    }
    this.#length = length
  }

  /** Gives the part to whoever wants it. */
  async finish(): Promise<void> {
    if (!this.isCopied) this.#begun.finish()
    else {
      const { descriptor, path } = this.#begun
      await writeBytes(filePieces(descriptor, path, { offset: 0, length: this.#length }), this.#output)
      this.abandon()
    }
    this.#file = undefined
  }

  /** There is no such part. */
  abandon(): void {
    if (this.#file === undefined) return
    this.#file.abandon()
    if (this.isCopied) rmSync(dirname(this.#file.path), { recursive: true, force: true })
    this.#file = undefined
  }

  get #begun(): OutputFile {
    return this.#file as OutputFile
  }

  get #name(): string {
    return this.#output as string
  }
}
