import {
  alignUp,
  array,
  bit,
  bits,
  bytes,
  ceilDivide,
  parameter,
  remaining,
  reserved,
  rest,
  span,
  struct,
  subtract,
  u32,
  u64,
  when,
} from '../layout/index.ts'

const SOURCE = 'PCI Express Base, MSI-X table structure; linux/pci_regs.h PCI_MSIX_ENTRY_*'

/** One vector: 16 bytes, little-endian. */
export const msixEntry = struct(
  'msix-entry',
  {
    address: u64.asHex().doc('message address; bits 1:0 are 0'),
    data: u32.asHex().doc('message data'),
    vectorControl: bits(u32, {
      masked: bit(0).doc('the vector sends no message'),
      reserved: rest(),
      steeringTag: span(16, 31).doc('steering tag, when TPH keeps its table in MSI-X'),
    }),
  },
  { title: 'MSI-X table entry', source: SOURCE, columns: true },
)

/** Vectors one after another, 16 bytes each, to the end of the input: 1 to 2048 of them. */
export const msixTable = struct(
  'msix-table',
  { entries: array(msixEntry, 'to-end') },
  { title: 'MSI-X table', source: SOURCE },
)

const vectors = parameter('vectors')
/** Bytes with a bit for every vector; all there are when the number is not known. */
const used = when(vectors, ceilDivide(vectors, 8), remaining)

/**
 * One pending bit per vector, vector n in bit n % 8 of byte n / 8. Hardware has whole 64-bit words, QEMU's streams
 * only the bytes that are used; the padding tells them apart.
 */
export const msixPba = struct(
  'msix-pba',
  {
    pending: bytes(used).doc('bits of the vectors'),
    padding: reserved(when(remaining, subtract(alignUp(ceilDivide(vectors, 8), 8), ceilDivide(vectors, 8)), 0)).doc(
      'rest of the last 64-bit word',
    ),
  },
  {
    title: 'MSI-X pending bit array',
    source: 'PCI Express Base, MSI-X PBA structure; QEMU hw/pci/msix.c',
    parameters: { vectors: { meaning: 'vectors of the table, 1 to 2048; 0: not known', default: 0 } },
  },
)
