import { counted, defineCodes, type Finding } from '../findings/index.ts'
import type { Format, Opaque, OptionValues } from '../layout/index.ts'
import {
  attachIommufdPtFormat,
  bindIommufdFormat,
  detachIommufdPtFormat,
  gfxPlaneFormat,
  ioeventfdFormat,
  pciHotResetFormat,
  pciHotResetInfoFormat,
} from './device/index.ts'
import { deviceFeatureFormat } from './device-feature/index.ts'
import { deviceInfoFormat } from './device-info.ts'
import { iommuGetDirtyBitmapFormat, pciGetDirtyBitmapFormat } from './dirty-bitmap-query.ts'
import {
  dirtyPagesFormat,
  dmaMapFormat,
  dmaUnmapFormat,
  hwptGetDirtyBitmapFormat,
  hwptSetDirtyTrackingFormat,
} from './dma/index.ts'
import { groupStatusFormat } from './group-status.ts'
import { iommuInfoFormat } from './iommu-info.ts'
import { irqInfoFormat } from './irq-info.ts'
import { irqSetFormat } from './irq-set.ts'
import { pciCapInfoFormat } from './pci-cap-info.ts'
import { precopyInfoFormat } from './precopy-info.ts'
import { regionInfoFormat } from './region-info.ts'
import { descriptorArgumentFormat, deviceNameFormat, gfxDmabufFormat } from './simple-arguments.ts'
import { pciStatusSetFormat } from './status-set.ts'

/** What a request takes: a number in place of an address or nothing at all, so that no bytes belong to it, or a structure. */
export type IoctlArgument = 'none' | 'number' | Format

/** Arguments by the name of the request. Requests that are not here have one that is not described. */
export const ioctlArguments: ReadonlyMap<string, IoctlArgument> = new Map<string, IoctlArgument>([
  ['VFIO_GET_API_VERSION', 'none'],
  ['VFIO_CHECK_EXTENSION', 'number'],
  ['VFIO_SET_IOMMU', 'number'],
  ['VFIO_GROUP_GET_STATUS', groupStatusFormat],
  ['VFIO_GROUP_SET_CONTAINER', descriptorArgumentFormat],
  ['VFIO_GROUP_UNSET_CONTAINER', 'none'],
  ['VFIO_GROUP_GET_DEVICE_FD', deviceNameFormat],
  ['VFIO_DEVICE_GET_INFO', deviceInfoFormat],
  ['VFIO_DEVICE_GET_REGION_INFO', regionInfoFormat],
  ['VFIO_DEVICE_GET_IRQ_INFO', irqInfoFormat],
  ['VFIO_DEVICE_SET_IRQS', irqSetFormat],
  ['VFIO_DEVICE_RESET', 'none'],
  ['VFIO_DEVICE_GET_PCI_HOT_RESET_INFO', pciHotResetInfoFormat],
  ['VFIO_DEVICE_PCI_HOT_RESET', pciHotResetFormat],
  ['VFIO_DEVICE_QUERY_GFX_PLANE', gfxPlaneFormat],
  ['VFIO_DEVICE_GET_GFX_DMABUF', gfxDmabufFormat],
  ['VFIO_DEVICE_IOEVENTFD', ioeventfdFormat],
  ['VFIO_DEVICE_FEATURE', deviceFeatureFormat],
  ['VFIO_DEVICE_BIND_IOMMUFD', bindIommufdFormat],
  ['VFIO_DEVICE_ATTACH_IOMMUFD_PT', attachIommufdPtFormat],
  ['VFIO_DEVICE_DETACH_IOMMUFD_PT', detachIommufdPtFormat],
  ['VFIO_MIG_GET_PRECOPY_INFO', precopyInfoFormat],
  ['VFIO_IOMMU_GET_INFO', iommuInfoFormat],
  ['VFIO_IOMMU_MAP_DMA', dmaMapFormat],
  ['VFIO_IOMMU_UNMAP_DMA', dmaUnmapFormat],
  ['VFIO_IOMMU_ENABLE', 'none'],
  ['VFIO_IOMMU_DISABLE', 'none'],
  ['VFIO_IOMMU_DIRTY_PAGES', dirtyPagesFormat],
  ['IOMMU_HWPT_SET_DIRTY_TRACKING', hwptSetDirtyTrackingFormat],
  ['IOMMU_HWPT_GET_DIRTY_BITMAP', hwptGetDirtyBitmapFormat],
  ['VFIO_GET_PCI_CAP_INFO', pciCapInfoFormat],
  ['VFIO_DEVICE_PCI_STATUS_SET', pciStatusSetFormat],
  ['VFIO_DEVICE_PCI_GET_DIRTY_BITMAP', pciGetDirtyBitmapFormat],
  ['VFIO_IOMMU_GET_DIRTY_BITMAP', iommuGetDirtyBitmapFormat],
])

export const ioctlArgumentCodes = defineCodes({
  'vfio/argument-absent': {
    severity: 'info',
    title: 'the argument of a request was not recorded',
    explanation:
      'The request points to a structure, of which the log has no bytes: a tracer of calls, such as strace, shows only the address. What was asked and answered cannot be told.',
  },
  'vfio/argument-unexpected': {
    severity: 'info',
    title: 'a request that takes no structure has bytes',
    explanation: 'It takes nothing, or a number in place of an address. The bytes are kept, and mean nothing here.',
    source: 'linux/vfio.h',
  },
  'vfio/argument-undescribed': {
    severity: 'info',
    title: 'the argument of a request has no description',
    explanation: 'The bytes are kept as they are. The request belongs to no migration, or is newer than these sources.',
  },
})

/** A recorded argument, as far as it can be read. */
export interface ArgumentReading {
  /** The format of the argument; undefined where the request takes none or it is not described. */
  readonly format: Format | undefined
  /** The decoded argument; opaque bytes where it cannot be decoded; undefined where there are no bytes. */
  readonly value: unknown | Opaque | undefined
  /** Offsets count from the start of the argument. */
  readonly findings: readonly Finding[]
}

/**
 * Reads the bytes of a recorded argument. No byte is lost: what cannot be decoded is opaque, and a finding says why.
 *
 * @param request name of the request, as in `vfioIoctls`
 */
export function readArgument(request: string, bytes: Uint8Array, options?: OptionValues): ArgumentReading {
  const argument = ioctlArguments.get(request)
  const say = (code: keyof typeof ioctlArgumentCodes.entries, message: string): Finding[] => [
    ioctlArgumentCodes.finding(code, message, { offset: 0, length: bytes.length, path: [] }),
  ]
  const there = counted(bytes.length, 'byte')
  const format = typeof argument === 'object' ? argument : undefined
  if (bytes.length === 0) {
    const isMissing = argument !== 'none' && argument !== 'number'
    const findings = isMissing ? say('vfio/argument-absent', `No argument of ${request} was recorded.`) : []
    return { format, value: undefined, findings }
  }
  if (format === undefined) {
    const findings =
      argument === undefined
        ? say('vfio/argument-undescribed', `The ${there} of ${request} have no description.`)
        : say('vfio/argument-unexpected', `The request ${request} takes no structure; there are ${there}.`)
    return { format, value: { opaque: bytes }, findings }
  }
  const { value, findings } = format.inspect(bytes, options)
  const isWhole = value !== undefined && !findings.some(({ code }) => code === 'layout/trailing-bytes')
  return { format, value: isWhole || takesTrailing(value) ? value : { opaque: bytes }, findings }
}

/** Values of formats that keep what follows them. */
function takesTrailing(value: unknown): boolean {
  return value !== null && typeof value === 'object' && 'trailing' in value
}
