import { array, bit, bits, reserved, rest, struct, u32, u64 } from '../layout/index.ts'

const SOURCE = 'linux/vfio.h struct vfio_region_info'
const facts = (title: string, source = SOURCE) => ({ title, source, byteOrder: 'parameter' }) as const

/** The fixed part; capabilities follow where `capOffset` leads. */
export const regionInfoHead = struct(
  'vfio-region-info-head',
  {
    argsz: u32.doc('bytes of the whole, capabilities included; more than were given where the caller has to ask again'),
    flags: bits(u32, {
      read: bit(0).doc('the region can be read'),
      write: bit(1).doc('the region can be written'),
      mmap: bit(2).doc('the region can be mapped'),
      caps: bit(3).doc('there are capabilities; without it capOffset means nothing'),
      reserved: rest(),
    }),
    index: u32.doc('0 to 5 BARs, 6 ROM, 7 configuration space, 8 VGA, from 9 on device specific'),
    capOffset: u32.asHex().doc('first capability, in bytes from the start of this structure'),
    size: u64.asHex().doc('bytes of the region'),
    offset: u64.asHex().doc('where the region lies in the device file; vfio-pci has index << 40'),
  },
  facts('VFIO region information, fixed part'),
)

const sparseArea = struct(
  'vfio-sparse-mmap-area',
  { offset: u64.asHex().doc('bytes from the start of the region'), size: u64.asHex().doc('bytes that can be mapped') },
  facts('Area that can be mapped', 'linux/vfio.h struct vfio_region_sparse_mmap_area'),
)

/** Only these areas of the region can be mapped. */
export const sparseMmap = struct(
  'vfio-region-cap-sparse-mmap',
  { nrAreas: u32, reserved: reserved(4), areas: array(sparseArea, 'nrAreas') },
  facts('VFIO sparse mapping capability', 'linux/vfio.h struct vfio_region_info_cap_sparse_mmap'),
)

/** What a device-specific region is; `regionType` names the known ones. */
export const regionTypeCapability = struct(
  'vfio-region-cap-type',
  { type: u32.asHex().doc('bit 31: of the PCI vendor in bits 15:0'), subtype: u32 },
  facts('VFIO region type capability', 'linux/vfio.h struct vfio_region_info_cap_type'),
)

/** The MSI-X table may be mapped together with what is around it. */
export const msixMappable = struct(
  'vfio-region-cap-msix-mappable',
  {},
  facts('VFIO MSI-X mappable capability', 'linux/vfio.h VFIO_REGION_INFO_CAP_MSIX_MAPPABLE'),
)

/** Where the memory of a GPU lies on the bus of the system. */
export const nvlink2Target = struct(
  'vfio-region-cap-nvlink2-ssatgt',
  { tgt: u64.asHex().doc('compressed real address') },
  facts('VFIO NVLink2 target capability', 'linux/vfio.h struct vfio_region_info_cap_nvlink2_ssatgt, until 5.13'),
)

/** How fast an NVLink2 bridge is. */
export const nvlink2Speed = struct(
  'vfio-region-cap-nvlink2-lnkspd',
  { linkSpeed: u32.doc('as the device tree has it'), padding: reserved(4) },
  facts('VFIO NVLink2 speed capability', 'linux/vfio.h struct vfio_region_info_cap_nvlink2_lnkspd, until 5.13'),
)
