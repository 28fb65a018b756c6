import { defineCodes } from '../../findings/index.ts'

const SOURCE = 'QEMU 10.0 and later, hw/vfio/migration-multifd.c, vfio_multifd_load_state_buffer'

/** Findings about the packets that carry the state of VFIO devices over multifd channels. */
export const vfioPacketCodes = defineCodes({
  'qemu/vfio-packet-index': {
    severity: 'error',
    title: 'a device state packet has the index 0xffffffff',
    explanation: 'The destination stops with "packet index is invalid": it counts one beyond the highest.',
    source: SOURCE,
  },
  'qemu/vfio-packet-duplicate': {
    severity: 'error',
    title: 'two device state packets of a device have the same index',
    explanation:
      'The destination stops with "state buffer already filled", or with a failed assertion where the first was loaded before.',
    source: SOURCE,
  },
  'qemu/vfio-packet-gap': {
    severity: 'error',
    title: 'a device state packet is missing',
    explanation:
      'The destination waits for it and the migration does not end. Where only some channels were captured, the packet is on another.',
    source: SOURCE,
  },
  'qemu/vfio-packet-config-index': {
    severity: 'error',
    title: 'the config packet of a device is not its last',
    explanation:
      'The index of the config packet tells how many packets there are: data of higher indexes are never loaded, and the assertion of a destination that has loaded so many fails. A device has one config packet.',
    source: SOURCE,
  },
  'qemu/vfio-packet-config-missing': {
    severity: 'warning',
    title: 'a device has state packets and no config packet',
    explanation:
      'The destination does not know how many packets there are, and waits. Where only some channels were captured, the packet is on another.',
    source: SOURCE,
  },
})
