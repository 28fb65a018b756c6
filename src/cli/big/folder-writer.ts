import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Complaint } from '../complaint.ts'
import { writeAt } from './byte-output.ts'

/** Where bytes lie in a file of the folder. */
export interface FilePlace {
  /** Path below the folder, with slashes. */
  readonly path: string
  readonly offset: number
  readonly length: number
}

/** Adds bytes to the files of a new folder; of the files one at a time is open. */
export class FolderWriter {
  #name: string | undefined
  #file = -1
  #length = 0
  /** The first folder that was made for it; undefined where it was there, and empty. */
  readonly #made: string | undefined
  /** What was put into it. */
  readonly #entries = new Set<string>()

  /** @throws Complaint where there is something in the folder, or it is a file */
  constructor(readonly folder: string) {
    const there = statSync(folder, { throwIfNoEntry: false })
    if (there !== undefined && !there.isDirectory())
      throw new Complaint(`${folder} is a file; name a new folder with -o.`)
    this.#made = mkdirSync(folder, { recursive: true })
    if (readdirSync(folder).length > 0) {
      throw new Complaint(`${folder} is not empty; name a new folder with -o, or empty this one.`)
    }
  }

  /** Adds bytes to the end of a file. */
  add(name: string, bytes: Uint8Array): FilePlace {
    const path = join(this.folder, name)
    if (this.#name !== name) {
      this.close()
      this.#entries.add(name.replace(/\/.*/s, ''))
      mkdirSync(dirname(path), { recursive: true })
      this.#file = openSync(path, 'a')
      this.#name = name
      this.#length = fstatSync(this.#file).size
    }
    const place = { path: name, offset: this.#length, length: bytes.length }
    writeAt(this.#file, bytes, null, path)
    this.#length += bytes.length
    return place
  }

  close(): void {
    if (this.#name !== undefined) closeSync(this.#file)
    this.#name = undefined
  }

  /** Takes away what was written, and the folders that were made for it. */
  abandon(): void {
    this.close()
    for (const name of this.#entries) rmSync(join(this.folder, name), { recursive: true, force: true })
    if (this.#made === undefined) return
    const last = dirname(resolve(this.#made))
    for (let at = resolve(this.folder); at !== last && readdirSync(at).length === 0; at = dirname(at)) rmdirSync(at)
  }
}
