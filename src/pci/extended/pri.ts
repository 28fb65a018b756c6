import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/pci/extended/pri.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import { pageRequestInterface } from './pri.layout.ts'

const codes = defineCodes({
  'pci/pri-allocation': {
    severity: 'warning',
    title: 'more page requests are allowed than the function can have outstanding',
    explanation:
      'The page request interface is enabled with an allocation above its capacity. The behaviour is undefined; a destination whose function has a smaller capacity shows this after a restore.',
    source: 'PCI Express Base, Page Request Extended Capability; linux/pci_regs.h PCI_PRI_*',
  },
})

export const pri = capability({
  id: 0x13,
  name: 'PRI',
  codec: codec(pageRequestInterface, generated.pageRequestInterface),
  codes,
  check({ control, capacity, allocation }, report) {
    if (!control.enable || allocation <= capacity) return
    const message = `${allocation} outstanding page requests are allowed, but the function can have ${capacity}.`
    report('pci/pri-allocation', message, ['allocation'])
  },
})
