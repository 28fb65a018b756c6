import { Complaint } from './complaint.ts'
import { printable } from './render/printable.ts'

const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'reading it is not permitted; try as root',
  EPERM: 'the system does not permit it; try as root',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'the disk is full',
  EMFILE: 'too many files are open',
  EIO: 'the device reported a read error',
}

/** Any failure as one sentence; only faults of the command itself keep their own words. */
export function complaintOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, path } = error as NodeJS.ErrnoException
  const known = code === undefined ? undefined : SYSTEM[code]
  if (known !== undefined && path !== undefined) return printable(`${path}: ${known}.`)
  if (error instanceof Complaint) return printable(error.message)
  return printable(sentence(error.message))
}

/** The message with a full stop at its end. */
export function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`
}
