import { defineCodes } from '../../findings/index.ts'
import { mdevFullHead, mdevLiveHead } from './body.layout.ts'

const SOURCE = mdevFullHead.facts.source

export const bodyCodes = defineCodes({
  'vf-state/mdev-flag': {
    severity: 'warning',
    title: 'the flag byte of the body is neither 0 nor 1',
    explanation: 'The loader takes anything but 0 for the device state. The stream is out of step or damaged.',
    source: mdevLiveHead.facts.source,
  },
  'vf-state/mdev-msi64-unknown': {
    severity: 'warning',
    title: 'nothing tells whether the body has a high half of the MSI address',
    explanation:
      "The reader's own device decides, not the stream. Neither the length nor the start of an image fits either way; it is read with the high half. Choose with --set msi64=true|false.",
    source: SOURCE,
  },
  'vf-state/mdev-msi64-contradicted': {
    severity: 'error',
    title: 'the bytes contradict the chosen form of the MSI address',
    explanation:
      'Length or start of the image say that the other form was written. A destination whose MSI capability differs from the one of the source reads everything behind it 4 bytes out of place.',
    source: SOURCE,
  },
  'vf-state/mdev-msi64-config': {
    severity: 'error',
    title: 'the body and the configuration space in its image disagree about the MSI address',
    explanation:
      "The high half is there exactly where the MSI capability has the 64-bit flag. The two come from different devices, or the destination's differs: everything behind is read 4 bytes out of place.",
    source: SOURCE,
  },
  'vf-state/mdev-no-msi': {
    severity: 'warning',
    title: 'the device has no MSI capability',
    explanation:
      'Its offset is then 0 and the code takes the device ID for the MSI flags: bit 7 of it decides about the high half, and loading writes to the header.',
    source: 'derived from github intel/Igvtg-qemu da39ea3983 to 11ef400a9d',
  },
  'vf-state/mdev-msi-data': {
    severity: 'warning',
    title: 'the MSI data has more than 16 bits',
    explanation:
      'The register has 16 bits: the upper half was never written by the source. The body is out of step or damaged.',
    source: SOURCE,
  },
  'vf-state/mdev-msi-enabled': {
    severity: 'warning',
    title: 'loading will enable MSI that was off',
    explanation:
      'The configuration space in the image has MSI disabled, the loader enables it always: the device sends interrupts that its driver does not expect.',
    source: SOURCE,
  },
  'vf-state/mdev-body-truncated': {
    severity: 'error',
    title: 'the body has fewer bytes than the region',
    explanation:
      'Saving stops without an error after the MSI registers when the region cannot be read. The loader still takes the whole region out of the stream: what follows is read as image.',
    source: SOURCE,
  },
  'vf-state/mdev-body-too-long': {
    severity: 'error',
    title: 'the body has more bytes than the region',
    explanation: 'There is no length in the stream: the loader takes the rest for the next section, and fails.',
    source: SOURCE,
  },
  'vf-state/mdev-bars-differ': {
    severity: 'error',
    title: 'a BAR of the body is not the one in the image',
    explanation:
      'Both were read from one device at one time. BARs have to be equal on both sides; the loader writes the ones of the body.',
    source: SOURCE,
  },
  'vf-state/mdev-bar-type': {
    severity: 'error',
    title: 'a BAR of the body is of another type than the one in the image',
    explanation:
      'The low bits say whether it is I/O or memory, 32 or 64 bits wide. They cannot be written, so that the two are of different devices, or the body is out of step.',
    source: SOURCE,
  },
})
