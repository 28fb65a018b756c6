import { array, bytes, ceilDivide, parameter, struct } from '../layout/index.ts'
import { msixEntry } from '../pci/msix.layout.ts'

const vectors = parameter('vectors')

/** MSI-X as QEMU streams it: the table, then the pending bits, without a count. */
export const streamedMsix = struct(
  'streamed-msix',
  {
    entries: array(msixEntry, vectors).doc('the MSI-X table'),
    pending: bytes(ceilDivide(vectors, 8)).doc('pending bits, vector n in bit n % 8 of byte n / 8'),
  },
  {
    title: 'MSI-X table and pending bits of a stream',
    source: 'QEMU hw/pci/msix.c, msix_save',
    parameters: { vectors: { meaning: 'vectors of the table, 1 to 2048', default: 3 } },
  },
)
