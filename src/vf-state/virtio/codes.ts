import { defineCodes } from '../../findings/index.ts'

const PARTS = 'virtio 1.4, device-parts.tex'
const COMMANDS = 'virtio 1.4, admin-cmds-device-parts.tex'

/** What can be said of virtio device parts. */
export const partCodes = defineCodes({
  'vf-state/virtio-parts-cut': {
    severity: 'error',
    title: 'a device part claims more bytes than there are',
    explanation:
      'The parts were cut, or the length is damaged. The destination device fails the command that sets them.',
    source: PARTS,
  },
  'vf-state/virtio-parts-trailing': {
    severity: 'error',
    title: 'fewer bytes than the header of a device part follow the last one',
    explanation: 'The parts were cut inside a header, or the length of the part before is damaged.',
    source: PARTS,
  },
  'vf-state/virtio-part-length': {
    severity: 'error',
    title: 'the length of a device part is not that of its type',
    explanation:
      'A device answers with an error where the length of a part is not the one that it has for it, and sets none of the parts.',
    source: COMMANDS,
  },
  'vf-state/virtio-part-unknown': {
    severity: 'error',
    title: 'a part of an unknown type is not optional',
    explanation:
      'The device that wrote it does not work without the part. A destination of an older revision cannot set it; one of the same kind can.',
    source: PARTS,
  },
  'vf-state/virtio-part-reserved': {
    severity: 'info',
    title: 'the type of a device part lies in a reserved range',
    explanation:
      'Reserved are 0x106 to 0x1ff and everything from 0x600 on, and below 0x100 no type is defined. From 0x200 to 0x5ff types belong to the kind of device; where the specification lists 0x106 to 0x2ff as reserved it contradicts itself.',
    source: PARTS,
  },
  'vf-state/virtio-part-offset': {
    severity: 'error',
    title: 'a part is about a byte of the common configuration at which no field starts',
    explanation: 'The offset of such a part is that of one field, and its length that of the field.',
    source: PARTS,
  },
  'vf-state/virtio-part-duplicate': {
    severity: 'error',
    title: 'two device parts are about the same thing',
    explanation:
      'There is one part for each field, virtqueue or setting, and one each for features and status. Which of the two a device takes is not said.',
    source: PARTS,
  },
  'vf-state/virtio-part-order': {
    severity: 'error',
    title: 'a device part comes before one that has to precede it',
    explanation:
      'Features come first, then the common configuration, the status, virtqueues and their notifications. A device that sets them as they come may refuse queues before it knows the features.',
    source: COMMANDS,
  },
  'vf-state/virtio-driver-features': {
    severity: 'error',
    title: 'the driver took features that the device does not offer',
    explanation: 'No device accepts that: the parts are damaged, or put together from two devices.',
    source: PARTS,
  },
  'vf-state/virtio-status-count': {
    severity: 'error',
    title: 'there is not exactly one device status',
    explanation: 'Without it the destination does not know whether the driver runs the device.',
    source: PARTS,
  },
  'vf-state/virtio-queue-size': {
    severity: 'warning',
    title: 'the size of a split virtqueue is not a power of two',
    explanation:
      'Only packed virtqueues (feature 34) may have any size. A destination that checks refuses the queue, one that does not computes wrong places in the ring.',
    source: 'virtio 1.4, split-ring.tex',
  },
})

export type PartCode = keyof typeof partCodes.entries

/** What can be said of administration commands. */
export const adminCodes = defineCodes({
  'vf-state/virtio-admin-count': {
    severity: 'error',
    title: 'there are not as many headers of device parts as the count says',
    explanation: 'The result was cut, or its buffer was too small for the list.',
    source: COMMANDS,
  },
})
