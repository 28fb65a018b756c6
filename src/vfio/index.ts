export {
  CAP_INFO_LEAST_ARGSZ,
  type PciCapInfo,
  pciCapInfoCodec,
  pciCapInfoCodes,
  pciCapInfoFormat,
  VFIO_GET_PCI_CAP_INFO,
} from './pci-cap-info.ts'
