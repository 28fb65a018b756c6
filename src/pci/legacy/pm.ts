import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/pci/legacy/pm.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { powerManagement } from './pm.layout.ts'

const codes = defineCodes({
  'pci/pm-state-unsupported': {
    severity: 'warning',
    title: 'the power state is one that the function does not support',
    explanation:
      'PMCSR selects D1 or D2 although the capability register does not offer it. The function may not answer; a destination that restores this state cannot reach it.',
    source: 'PCI Bus Power Management Interface Specification, PMC and PMCSR; linux/pci_regs.h PCI_PM_*',
  },
  'pci/pm-version': {
    severity: 'warning',
    title: 'the Power Management version is not 1, 2 or 3',
    explanation: 'No such revision exists; the register is damaged or the capability is something else.',
    source: 'linux/pci_regs.h PCI_PM_CAP_VER_MASK',
  },
})

export const pm = capability({
  id: 0x01,
  name: 'PM',
  codec: codec(powerManagement, generated.powerManagement),
  codes,
  check({ capabilities, control }, report) {
    const { version, d1Support, d2Support } = capabilities
    const { powerState } = control
    if (version < 1 || version > 3) {
      report('pci/pm-version', `Power Management version ${version} does not exist.`, ['capabilities', 'version'])
    }
    if ((powerState === 'D1' && !d1Support) || (powerState === 'D2' && !d2Support)) {
      const message = `The function is in ${powerState}, which it does not support.`
      report('pci/pm-state-unsupported', message, ['control', 'powerState'])
    }
  },
})
