import { DecodeError, hexOffset, printPath } from '../findings/index.ts'
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
  const problem = systemProblem(error)
  const { path } = error as NodeJS.ErrnoException
  if (problem !== undefined && path !== undefined) return printable(`${path}: ${problem}.`)
  if (error instanceof DecodeError) return printable(undecoded(error))
  if (error instanceof Complaint) return printable(error.message)
  return printable(sentence(error.message))
}

/** What the system says about a path, without the path; undefined for any other error. */
export function systemProblem(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) return undefined
  return SYSTEM[code] ?? `the system reports ${code}`
}

/** Why an input does not decode, and where to read on. */
export function undecoded({ code, path, offset, expected, found }: DecodeError): string {
  const place = path.length === 0 ? '' : ` in ${printPath(path)} at offset ${hexOffset(offset)}`
  return `expected ${expected}${place}, found ${found}; vfmig explain ${code} says more.`
}

/** The message with a full stop at its end. */
export function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`
}
