import type { FileKind } from '../ioctl-log/requests.ts'

/** A file of VFIO that is open. */
export interface OpenFile {
  readonly kind: FileKind
  /** What names the device, where the file is of one. */
  readonly device?: string
}

const MIGRATION_FILES =
  /^anon_inode:\[?(mlx5vf_mig|hisi_acc_vf_mig|virtiovf_mig|pds_vfio_lm|qat_vf_mig|xe_vfio_mig|mtty_mig)\b/

/** The kind of file that a path of strace -y, or an opened path, is. */
export function kindOfPath(path: string): FileKind | undefined {
  if (/^\/dev\/vfio\/vfio\b/.test(path)) return 'container'
  if (/^\/dev\/vfio\/(noiommu-)?\d+\b/.test(path)) return 'group'
  if (/^\/dev\/vfio\/devices\/vfio\d+\b/.test(path)) return 'device'
  if (/^\/dev\/iommu\b/.test(path)) return 'iommufd'
  if (/^anon_inode:\[?vfio-device\b/.test(path)) return 'device'
  return MIGRATION_FILES.test(path) ? 'data' : undefined
}

/** Which descriptors are which files, as far as the log tells. */
export class Files {
  private readonly open = new Map<number, OpenFile>()

  /** The file of a descriptor as printed, `12` or `12</dev/vfio/vfio>`. */
  of(text: string | undefined): OpenFile | undefined {
    const fd = numberOf(text)
    if (fd === undefined) return undefined
    const kind = kindOfPath(pathOf(text) ?? '')
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
