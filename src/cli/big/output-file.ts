import { closeSync, lstatSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'

/**
 * A file that is written under another name beside it and has its own once it is whole: what stood there before stays until
 * then, and nothing is left of one that fails. Pipes and devices are written as they are.
 */
export class OutputFile {
  /** Where the bytes go. */
  readonly path: string
  /** The file that they become; undefined where they are there already. */
  readonly #target: string | undefined
  readonly descriptor: number
  #isOpen = true

  constructor(path: string) {
    this.#target = isReplaceable(path) ? realPath(path) : undefined
    this.path = this.#target === undefined ? path : `${this.#target}.${process.pid}.part`
    try {
      this.descriptor = openSync(this.path, this.#target === undefined ? 'w' : 'wx+')
    } catch (error) {
      // The user knows the file by the name that was given.
      throw Object.assign(error as Error, { path })
    }
  }

  /** The file is whole. */
  finish(): void {
    this.#close()
    if (this.#target !== undefined) renameSync(this.path, this.#target)
  }

  /** Nothing is left of it. */
  abandon(): void {
    this.#close()
    if (this.#target !== undefined) rmSync(this.path, { force: true })
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.descriptor)
    this.#isOpen = false
  }
}

/** Whether a path is that of a file, or of nothing yet; false for pipes and devices. */
export const isReplaceable = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? !isLink(path)

const isLink = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false

function realPath(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? path : realpathSync(path)
}
