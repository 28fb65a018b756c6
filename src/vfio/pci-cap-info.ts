import { defineCodes, hexOffset } from '../findings/index.ts'
import * as generated from '../generated/vfio/pci-cap-info.js'
import { codec, sayer, structureFormat, type Value } from '../layout/index.ts'
import { pciCapInfo } from './pci-cap-info.layout.ts'

export const pciCapInfoCodec = codec(pciCapInfo, generated.pciCapInfo)
export type PciCapInfo = Value<typeof pciCapInfo>

/** Request number on the device file: `_IO(';', 100 + 22)`, from memory. */
export const VFIO_GET_PCI_CAP_INFO = 0x3b7a
/** Fewest bytes that hold everything up to the capability ID in the form of 24 bytes. */
export const CAP_INFO_LEAST_ARGSZ = 21

const SOURCE = 'RFC PATCH V2 1/3 of November 2015, kvm list; the limits are proposed'

export const pciCapInfoCodes = defineCodes({
  'vfio/cap-info-argsz': {
    severity: 'error',
    title: 'argsz is too small for the structure',
    explanation:
      'The capability ID ends at byte 21. A kernel that honours argsz reads or writes less than that, so that the command fails with -EINVAL and QEMU finds no place for the migration capability.',
    source: SOURCE,
  },
  'vfio/cap-info-command': {
    severity: 'error',
    title: 'the command is neither get-size nor get-free-region',
    explanation: 'The kernel answers with -EINVAL: the device gets no migration capability and cannot be migrated.',
    source: SOURCE,
  },
  'vfio/cap-info-range': {
    severity: 'warning',
    title: 'the range is no place for a capability',
    explanation:
      'A capability of the legacy list starts at a multiple of 4, from 0x40 on, and ends by 0x100. Elsewhere no driver finds it. Offset 0 stands for no free range.',
    source: SOURCE,
  },
})

const [LOWEST, HIGHEST] = [0x40, 0x100]

export const pciCapInfoFormat = structureFormat({
  codec: pciCapInfoCodec,
  codes: pciCapInfoCodes.entries,
  rule(value, report, locate) {
    const say = sayer(pciCapInfoCodes, report, locate)
    const { argsz, index, offset, size } = value
    if (argsz !== undefined && argsz < CAP_INFO_LEAST_ARGSZ) {
      say('vfio/cap-info-argsz', `The argsz is ${argsz}; at least ${CAP_INFO_LEAST_ARGSZ} bytes are used.`, ['argsz'])
    }
    if (typeof index === 'number') say('vfio/cap-info-command', `There is no command ${index}.`, ['index'])
    if (index !== 'get-free-region' || offset === 0) return
    const fits = offset >= LOWEST && offset % 4 === 0 && offset + size <= HIGHEST
    if (!fits) say('vfio/cap-info-range', `${size} bytes at ${hexOffset(offset)} are no place for it.`, ['offset'])
  },
})
