import type fc from 'fast-check'
import type { Format, OptionValues } from '../layout/index.ts'
import { completeOptions } from '../layout/index.ts'
import { pdsStateFormat, unknownBlobFormat } from '../vf-state/index.ts'
import {
  deviceInfoFormat,
  deviceInfoSpec,
  iommuInfoFormat,
  iommuInfoSpec,
  irqInfoFormat,
  irqInfoSpec,
  irqInfosFormat,
  regionInfoFormat,
  regionInfoSpec,
  regionInfosFormat,
} from '../vfio/index.ts'
import { arbitraryOf } from './arbitrary.ts'
import { arbitraryConfigSpace, arbitraryFunctionDump } from './config-space.ts'
import { arbitraryDeviceStateBody } from './device-state-body.ts'
import { arbitraryBlob, arbitraryDeviceParts, arbitraryMlx5State, arbitraryVirtioState } from './driver-state.ts'
import { arbitraryGvtImage } from './gvt-image.ts'
import {
  arbitraryIoctlLog,
  arbitraryMigrationTrace,
  arbitraryQemuTrace,
  arbitraryQmpLog,
  arbitraryStraceLog,
} from './log.ts'
import { arbitraryMdevBody, arbitraryMdevRegion } from './mdev.ts'
import { arbitraryMigrationStream } from './migration-stream.ts'
import { arbitraryMultifdChannel, arbitraryReturnPath } from './qemu-channels.ts'
import { arbitraryQemuMigration } from './qemu-migration.ts'
import {
  arbitraryContainer,
  arbitraryDescriptorRing,
  arbitraryRecordedRegisters,
  arbitrarySriovBody,
  arbitraryStateInPf,
} from './vf-state-2015.ts'
import { arbitraryInfo, arbitraryInfoList } from './vfio-info.ts'
import { arbitraryVfioUserMessages } from './vfio-user.ts'

type Values = (options?: OptionValues) => fc.Arbitrary<unknown>

/** Formats that are walked by hand, by name; those of one structure follow from its description. */
const WALKED: Readonly<Record<string, Values>> = {
  'pci-config-space': arbitraryConfigSpace,
  'lspci-dump': arbitraryFunctionDump,
  'vfio-sriov-2015': arbitrarySriovBody,
  'state-in-pf': arbitraryStateInPf,
  'ixgbevf-recorded-registers': arbitraryRecordedRegisters,
  'ixgbevf-ring': arbitraryDescriptorRing,
  'vfio-vf-v1': arbitraryContainer,
  'vfio-device-info': arbitraryInfo(deviceInfoSpec, deviceInfoFormat),
  'vfio-region-info': arbitraryInfo(regionInfoSpec, regionInfoFormat),
  'vfio-irq-info': arbitraryInfo(irqInfoSpec, irqInfoFormat),
  'vfio-iommu-info': arbitraryInfo(iommuInfoSpec, iommuInfoFormat),
  'vfio-region-infos': arbitraryInfoList(regionInfoSpec, regionInfosFormat),
  'vfio-irq-infos': arbitraryInfoList(irqInfoSpec, irqInfosFormat),
  'gvt-image': arbitraryGvtImage,
  'mdev-2017-region': arbitraryMdevRegion,
  'mdev-2017-body': arbitraryMdevBody,
  'device-state-2019-body': arbitraryDeviceStateBody,
  'vfio-user-messages': arbitraryVfioUserMessages,
  'mlx5-state': arbitraryMlx5State,
  'virtio-state': arbitraryVirtioState,
  'virtio-device-parts': arbitraryDeviceParts,
  'pds-state': () => arbitraryBlob(pdsStateFormat),
  'unknown-blob': () => arbitraryBlob(unknownBlobFormat),
  'migration-stream': arbitraryMigrationStream,
  'qemu-migration': arbitraryQemuMigration,
  'qemu-multifd-channel': arbitraryMultifdChannel,
  'qemu-return-path': arbitraryReturnPath,
  'vfio-ioctl-log': (options) => arbitraryIoctlLog(arbitraryOfFormat, options),
  'qemu-trace-log': arbitraryQemuTrace,
  'qmp-log': arbitraryQmpLog,
  'strace-log': arbitraryStraceLog,
  'migration-trace': arbitraryMigrationTrace,
}

/**
 * Values of a format, for given options of it. Encoding then decoding with the same options gives an equal value.
 *
 * @throws TypeError for a format that is neither a structure nor known here
 */
export function arbitraryOfFormat<V>(format: Format<V>, options?: OptionValues): fc.Arbitrary<V> {
  const walked = WALKED[format.name]
  if (walked !== undefined) return walked(options) as fc.Arbitrary<V>
  const [codec] = format.structures
  if (codec === undefined || codec.type.name !== format.name) {
    throw new TypeError(`There are no arbitrary values of ${format.name}.`)
  }
  const { byteOrder, ...parameters } = completeOptions(format.options, options)
  return arbitraryOf(codec.type, { parameters: parameters as Record<string, number> }) as fc.Arbitrary<V>
}
