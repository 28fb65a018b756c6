import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/pci/extended/l1ss.js'
import { type Codec, codec } from '../../layout/index.ts'
import { capabilityWithVariants } from '../capability.ts'
import { roomOf } from './express.ts'
import { l1Substates, l1SubstatesShort } from './l1ss.layout.ts'

const codes = defineCodes({
  'pci/l1ss-unsupported': {
    severity: 'warning',
    title: 'an L1 substate is enabled that the function does not offer',
    explanation:
      'L1 PM Substates Control 1 enables a substate that the capability register does not list. The link may not come back from L1.',
    source: 'PCI Express Base, L1 PM Substates Control 1; linux/pci_regs.h PCI_L1SS_*',
  },
  'pci/l1ss-threshold-scale': {
    severity: 'warning',
    title: 'the L1.2 threshold has an illegal scale',
    explanation: 'Scales above 5 (32^5 ns) are not permitted; when ASPM may enter L1.2 is undefined.',
    source: 'PCI Express Base, L1 PM Substates Control 1; linux/pci_regs.h PCI_L1SS_CTL1_LTR_L12_TH_SCALE',
  },
})

const LENGTH = 0x10
const MOST_SCALE = 5
const SUBSTATES = ['pciPmL12', 'pciPmL11', 'aspmL12', 'aspmL11'] as const

const short = codec(l1SubstatesShort, generated.l1SubstatesShort)
const whole = codec(l1Substates, generated.l1Substates)

export const l1ss = capabilityWithVariants({
  id: 0x1e,
  name: 'L1SS',
  title: 'L1 PM Substates',
  variants: [whole, short] as unknown as readonly Codec[],
  // The first control registers are all that the check needs, and both structures have them.
  select: (_registers, context) => (roomOf(context) < LENGTH ? short : (whole as unknown as typeof short)),
  codes,
  check({ capability: offered, control1 }, report) {
    for (const substate of SUBSTATES) {
      if (!control1[substate] || offered[substate]) continue
      report('pci/l1ss-unsupported', `L1SS enables ${substate}, which it does not offer.`, ['control1', substate])
    }
    const { ltrThresholdScale } = control1
    if (offered.aspmL12 && ltrThresholdScale > MOST_SCALE) {
      const message = `The L1.2 threshold scale ${ltrThresholdScale} is above ${MOST_SCALE}.`
      report('pci/l1ss-threshold-scale', message, ['control1', 'ltrThresholdScale'])
    }
  },
})
