import { type FileKind, fileKindOf } from '../../../vfio/index.ts'

/** A file of VFIO that is open. */
export interface OpenFile {
  readonly kind: FileKind
  /** What names the device, where the file is of one. */
  readonly device?: string
}

/** Which descriptors are which files, as far as the log tells. */
export class Files {
  private readonly open = new Map<number, OpenFile>()

  /** The file of a descriptor as printed, `12` or `12</dev/vfio/vfio>`. */
  of(text: string | undefined): OpenFile | undefined {
    const fd = numberOf(text)
    if (fd === undefined) return undefined
    const kind = fileKindOf(pathOf(text) ?? '')
    const known = this.open.get(fd)
    if (kind === undefined || known?.kind === kind) return known
    const file = fileOf(kind, fd)
    this.open.set(fd, file)
    return file
  }

  opened(text: string, kind: FileKind): void {
    const fd = numberOf(text)
    if (fd !== undefined && fd >= 0) this.open.set(fd, fileOf(kind, fd))
  }

  /** Another number for the same file. */
  doubled(from: string | undefined, to: string): void {
    const file = this.of(from)
    const fd = numberOf(to)
    if (file !== undefined && fd !== undefined && fd >= 0) this.open.set(fd, file)
  }

  closed(text: string | undefined): void {
    const fd = numberOf(text)
    if (fd !== undefined) this.open.delete(fd)
  }
}

/** Devices have no other name here than the number that they were opened with. */
function fileOf(kind: FileKind, fd: number): OpenFile {
  return kind === 'device' ? { kind, device: `descriptor ${fd}` } : { kind }
}

export function numberOf(text: string | undefined): number | undefined {
  const match = /^-?\d+/.exec(text ?? '')
  return match === null ? undefined : Number(match[0])
}

/** The path that strace -y prints behind a descriptor. */
function pathOf(text: string | undefined): string | undefined {
  return /^-?\d+<(.*)>/.exec(text ?? '')?.[1]
}
