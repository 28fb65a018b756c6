import { array, bit, bits, bytes, enumeration, i32, struct, u32, u64, wideRest } from '../../layout/index.ts'
import { vfioFacts } from '../facts.layout.ts'
import { V2_STATES } from '../migration-states.layout.ts'

/** Shared secret of a PF's driver and its VFs' drivers. */
export const pciVfToken = struct(
  'vfio-feature-pci-vf-token',
  { uuid: bytes(16).doc('a UUID, most significant byte first') },
  { title: 'PCI VF token', source: 'linux/vfio.h VFIO_DEVICE_FEATURE_PCI_VF_TOKEN', byteOrder: 'parameter' },
)

/** What of migration version 2 the device can do. */
export const migrationFlags = struct(
  'vfio-feature-migration',
  {
    flags: bits(u64, {
      stopCopy: bit(0).doc('STOP, STOP_COPY and RESUMING; every device that can migrate has it'),
      p2p: bit(1).doc('RUNNING_P2P, with pre-copy PRE_COPY_P2P too'),
      preCopy: bit(2).doc('PRE_COPY'),
      reserved: wideRest(),
    }),
  },
  vfioFacts('Migration flags', 'vfio_device_feature_migration'),
)

/** The state that is asked for or that the device is in. */
export const migDeviceState = struct(
  'vfio-feature-mig-device-state',
  {
    deviceState: enumeration(u32, V2_STATES),
    dataFd: i32.doc('out: descriptor of a new transfer session; -1: none'),
  },
  vfioFacts('Migration state', 'vfio_device_feature_mig_state'),
)

/** Low power until the device has to wake up. */
export const lowPowerWakeup = struct(
  'vfio-feature-low-power-entry-with-wakeup',
  { wakeupEventfd: i32.doc('signalled when the device leaves low power'), reserved: u32.doc('0') },
  vfioFacts('Low power entry with wake-up', 'vfio_device_low_power_entry_with_wakeup'),
)

/** Starts the log of the pages that the device writes. */
export const dmaLoggingControl = struct(
  'vfio-feature-dma-logging-start',
  {
    pageSize: u64.doc('in: granularity that is wished, in bytes; out: the one that the device took'),
    numRanges: u32,
    reserved: u32.doc('0'),
    ranges: u64.asHex().doc('user-space address of the ranges, 16 bytes each'),
  },
  vfioFacts('DMA logging start', 'vfio_device_feature_dma_logging_control'),
)

/** A range of addresses to log. */
export const dmaLoggingRange = struct(
  'vfio-dma-logging-range',
  { iova: u64.asHex().doc('first address that the device uses'), length: u64.asHex().doc('bytes') },
  vfioFacts('DMA logging range', 'vfio_device_feature_dma_logging_range'),
)

/** Reads and clears the log of one range. */
export const dmaLoggingReport = struct(
  'vfio-feature-dma-logging-report',
  {
    iova: u64.asHex().doc('first address of the range'),
    length: u64.asHex().doc('bytes of the range'),
    pageSize: u64.doc('bytes that a bit stands for; a power of two, at least 4096'),
    bitmap: u64.asHex().doc('user-space address of 64-bit words, in which bits are set and never cleared'),
  },
  vfioFacts('DMA logging report', 'vfio_device_feature_dma_logging_report'),
)

/** How much the device still has to say. */
export const migDataSize = struct(
  'vfio-feature-mig-data-size',
  { stopCopyLength: u64.doc('estimate of the bytes that STOP_COPY will give; asked in any state') },
  vfioFacts('Migration data size', 'vfio_device_feature_mig_data_size'),
)

/** Bus mastering of devices that are no PCI devices. */
export const busMaster = struct(
  'vfio-feature-bus-master',
  { op: enumeration(u32, { 0: 'clear', 1: 'set' }) },
  vfioFacts('Bus master', 'vfio_device_feature_bus_master'),
)

/** Asks for a DMA buffer over ranges of a region. */
export const dmaBuf = struct(
  'vfio-feature-dma-buf',
  {
    regionIndex: u32,
    openFlags: u32.asHex().doc('as of open(2)'),
    flags: u32.asHex().doc('0'),
    nrRanges: u32,
    ranges: array(
      struct(
        'vfio-region-dma-range',
        { offset: u64.asHex().doc('bytes from the start of the region'), length: u64.asHex().doc('bytes') },
        vfioFacts('DMA buffer range', 'vfio_region_dma_range'),
      ),
      'nrRanges',
    ),
  },
  vfioFacts('DMA buffer', 'vfio_device_feature_dma_buf'),
)
