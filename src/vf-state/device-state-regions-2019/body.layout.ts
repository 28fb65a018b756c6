import { array, bit, bits, bytes, parameter, rest, span, struct, u8, u64 } from '../../layout/index.ts'
import { MSI64, pciRegisters } from '../pci-registers.layout.ts'

const SOURCE = 'Yan Zhao, QEMU VFIO live migration, 19 February 2019, hw/vfio/migration.c'
const MEMORY_SOURCE = 'Yan Zhao, QEMU VFIO live migration, 19 February 2019, patch on device memory'

/** Bits of a flag byte besides CONTINUE that say what follows. */
export const FLAG = { setup: 0, pci: 1, 'device-config': 2, 'device-memory': 4 } as const
/** Another flag byte follows in the same body. */
export const CONTINUE = 8

/** In front of every part of a body, because the loader is not told which section it is called for. */
export const streamFlag = struct(
  'device-state-2019-flag',
  {
    flags: bits(u8, {
      data: span(0, 2, {
        [FLAG.setup]: 'setup',
        [FLAG.pci]: 'pci',
        [FLAG['device-config']]: 'device-config',
        [FLAG['device-memory']]: 'device-memory',
      }).doc('what follows'),
      continued: bit(3).doc('another flag byte follows behind that'),
      reserved: rest(),
    }),
  },
  { title: 'Flag byte', source: SOURCE },
)

/** Registers that the loader writes to the configuration space. */
export const pciPayload = struct(
  'device-state-2019-pci',
  { ...pciRegisters, msiData: pciRegisters.msiData.within(0, 0xffff) },
  {
    title: 'PCI registers',
    source: SOURCE,
    byteOrder: 'big',
    parameters: MSI64,
  },
)

export const configPayload = struct(
  'device-state-2019-config',
  { length: u64.doc('bytes; at most those of the device config region'), data: bytes('length') },
  { title: 'Device config', source: SOURCE, byteOrder: 'big' },
)

const memoryChunk = struct(
  'device-state-2019-memory-chunk',
  {
    length: u64.doc('bytes; at most those of the device memory region'),
    pos: u64.asHex().doc('offset in the device memory, a multiple of the length of the region'),
    data: bytes('length'),
  },
  { title: 'Chunk of device memory', source: MEMORY_SOURCE, byteOrder: 'big' },
)

export const memoryPayload = struct(
  'device-state-2019-memory',
  {
    totalLength: u64.doc('bytes of all chunks'),
    chunks: array(memoryChunk, parameter('chunks')),
  },
  {
    title: 'Device memory',
    source: MEMORY_SOURCE,
    byteOrder: 'big',
    parameters: {
      chunks: { meaning: 'chunks up to the first that reaches the total length', default: 1 },
    },
  },
)
