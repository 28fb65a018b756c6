import * as generated from '../../generated/pci/extended/power-budgeting.js'
import { codec } from '../../layout/index.ts'
import { capability } from '../capability.ts'
import * as layouts from './power-budgeting.layout.ts'

export const powerBudgeting = capability({
  id: 0x04,
  name: 'Power-Budgeting',
  codec: codec(layouts.powerBudgeting, generated.powerBudgeting),
})
