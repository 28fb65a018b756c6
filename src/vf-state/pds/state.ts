import { defineCodes, type Finding } from '../../findings/index.ts'
import type { Format } from '../../layout/index.ts'
import { blobFormat, type OpaqueBlob } from '../unknown/blob.ts'

const SOURCE = 'linux include/linux/pds/pds_adminq.h, PDS_LM_DEVICE_STATE_LENGTH; drivers/vfio/pci/pds'

const stateCodes = defineCodes({
  'vf-state/pds-state-too-long': {
    severity: 'warning',
    title: 'the state of a pds device is longer than the header of its driver allows',
    explanation:
      'The header has room for 65536 bytes. The driver does not check it, so that the state may be of a newer device, or several captures stand in one file.',
    source: SOURCE,
  },
  'vf-state/pds-state-words': {
    severity: 'info',
    title: 'the state of a pds device is not a whole number of words',
    explanation: 'The header describes it as words of 4 bytes. The capture may have been cut.',
    source: SOURCE,
  },
})

/** Most bytes of a state, by the driver's header. */
const MOST_BYTES = 65536
const WORD = 4

export const pdsStateFormat: Format<OpaqueBlob> = blobFormat({
  name: 'pds-state',
  title: 'VF state of pds_vfio_pci (AMD Pensando)',
  source: SOURCE,
  evidence: 'verified',
  codes: stateCodes.entries,
  reason:
    'The firmware of the device writes the state and reads it back; the driver moves it without a header of its own.',
  judge({ bytes }) {
    const { length } = bytes
    const findings: Finding[] = []
    if (length > MOST_BYTES) {
      const place = { offset: MOST_BYTES, length: length - MOST_BYTES, path: ['bytes'] }
      const message = `The state has ${length} bytes; the header has room for ${MOST_BYTES}.`
      findings.push(stateCodes.finding('vf-state/pds-state-too-long', message, place))
    }
    if (length % WORD !== 0) {
      const left = length % WORD
      const place = { offset: length - left, length: left, path: ['bytes'] }
      findings.push(stateCodes.finding('vf-state/pds-state-words', `The state has ${length} bytes.`, place))
    }
    return findings
  },
})
