/** What a request is asked of: the same number means different things on different files. */
export type FileKind = 'container' | 'group' | 'device' | 'migration-data' | 'iommufd'

/** Drivers by the name of the files that they give for migration data. */
export const migrationFiles: Readonly<Record<string, string>> = {
  mlx5vf_mig: 'mlx5',
  hisi_acc_vf_mig: 'hisi_acc',
  virtiovf_mig: 'virtio',
  pds_vfio_lm: 'pds',
  qat_vf_mig: 'qat',
  xe_vfio_mig: 'xe',
  mtty_mig: 'mtty',
}

/** Paths of device files; a group without an IOMMU has a longer name. */
const PATHS: readonly (readonly [pattern: RegExp, kind: FileKind])[] = [
  [/^\/dev\/vfio\/vfio$/, 'container'],
  [/^\/dev\/vfio\/(noiommu-)?\d+$/, 'group'],
  [/^\/dev\/vfio\/devices\/(noiommu-)?vfio\d+$/, 'device'],
  [/^\/dev\/iommu$/, 'iommufd'],
]

/** `anon_inode:NAME`, as links in /proc/PID/fd and strace show it; brackets are part of some names. */
const ANONYMOUS = /^anon_inode:\[?([\w.-]+)\]?$/

/** What kind of file a path or the name of an anonymous file stands for; undefined for any other. */
export function fileKindOf(name: string): FileKind | undefined {
  const path = PATHS.find(([pattern]) => pattern.test(name))
  if (path !== undefined) return path[1]
  const anonymous = ANONYMOUS.exec(name)?.[1]
  if (anonymous === 'vfio-device') return 'device'
  return migrationDriverOf(name) === undefined ? undefined : 'migration-data'
}

/** The driver whose migration data a file gives; undefined for any other file. */
export function migrationDriverOf(name: string): string | undefined {
  const anonymous = ANONYMOUS.exec(name)?.[1]
  return anonymous !== undefined && Object.hasOwn(migrationFiles, anonymous) ? migrationFiles[anonymous] : undefined
}
