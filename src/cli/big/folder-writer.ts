import { closeSync, fstatSync, mkdirSync, openSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
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

  /** @throws Complaint where there is something in the folder */
  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true })
    if (readdirSync(folder).length > 0) throw new Complaint(`${folder} is not empty; name a new folder with -o.`)
  }

  /** Adds bytes to the end of a file. */
  add(name: string, bytes: Uint8Array): FilePlace {
    const path = join(this.folder, name)
    if (this.#name !== name) {
      this.close()
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
}
