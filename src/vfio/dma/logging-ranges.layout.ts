import { array, struct } from '../../layout/index.ts'
import { dmaLoggingRange } from '../device-feature/payloads.layout.ts'

/** What the ranges pointer of DMA_LOGGING_START points to. */
export const dmaLoggingRanges = struct(
  'vfio-dma-logging-ranges',
  { ranges: array(dmaLoggingRange, 'to-end') },
  {
    title: 'Ranges of a DMA log',
    source: 'linux/vfio.h struct vfio_device_feature_dma_logging_range',
    byteOrder: 'parameter',
    parameters: { pageSize: { meaning: 'bytes of the page that the log is started with', default: 4096 } },
  },
)
