import { counted, defineCodes } from '../findings/index.ts'
import * as generated from '../generated/vfio/irq-set.js'
import { codec, sayer, structureFormat, type Value } from '../layout/index.ts'
import { judgeArgument, whole } from './argsz.ts'
import { infoCodes } from './codes.ts'
import { IRQ_SET_HEAD, irqSet } from './irq-set.layout.ts'

export const irqSetCodec = codec(irqSet, generated.irqSet)

export type IrqSet = Value<typeof irqSet>

const SOURCE = 'drivers/vfio/vfio_main.c vfio_set_irqs_validate_and_prepare'

export const irqSetCodes = defineCodes({
  'vfio/irq-set-data-flags': {
    severity: 'error',
    title: 'not exactly one kind of data is named',
    explanation:
      'Exactly one of none, bytes and descriptors is set; the kernel refuses anything else with EINVAL, so that the interrupts stay as they are.',
    source: SOURCE,
  },
  'vfio/irq-set-action-flags': {
    severity: 'error',
    title: 'not exactly one action is named',
    explanation:
      'Exactly one of mask, unmask and trigger is set; the drivers answer ENOTTY to anything else, so that the interrupts stay as they are.',
    source: 'drivers/vfio/pci/vfio_pci_intrs.c vfio_pci_set_irqs_ioctl',
  },
  'vfio/irq-set-data-short': {
    severity: 'error',
    title: 'there is not as much data as the interrupts need',
    explanation:
      'Each has a byte or a descriptor of 4. The kernel refuses an argsz that does not hold them with EINVAL; the bytes that are there are kept.',
    source: SOURCE,
  },
  'vfio/irq-set-range': {
    severity: 'error',
    title: 'the interrupts are beyond all numbers',
    explanation: 'The first and their number together are above 2^32 - 1; the kernel refuses them with EINVAL.',
    source: SOURCE,
  },
})

const MOST = 2 ** 32 - 1

export const irqSetFormat = structureFormat({
  codec: irqSetCodec,
  codes: { ...infoCodes.entries, ...irqSetCodes.entries },
  rule(value, report, locate) {
    const say = sayer(irqSetCodes, report, locate)
    const { argsz, flags, start, count, data } = value
    judgeArgument(whole(value, data !== undefined || flags.dataNone), IRQ_SET_HEAD, locate, report)
    const kinds = setOf({ none: flags.dataNone, bytes: flags.dataBool, descriptors: flags.dataEventfd })
    const actions = setOf({ mask: flags.actionMask, unmask: flags.actionUnmask, trigger: flags.actionTrigger })
    if (kinds.length !== 1) say('vfio/irq-set-data-flags', `The kinds of data are ${list(kinds)}.`, ['flags'])
    if (actions.length !== 1) say('vfio/irq-set-action-flags', `The actions are ${list(actions)}.`, ['flags'])
    if (start + count > MOST) {
      say('vfio/irq-set-range', `${counted(count, 'interrupt')} from ${start} on are above 2^32 - 1.`, ['count'])
    }
    const size = kinds.length !== 1 || flags.dataNone ? 0 : count * (flags.dataBool ? 1 : 4)
    if (size > 0 && (data === undefined || (argsz >= IRQ_SET_HEAD && argsz < IRQ_SET_HEAD + size))) {
      const message = `${counted(count, 'interrupt')} need ${counted(size, 'byte')} of data behind byte ${IRQ_SET_HEAD}.`
      say('vfio/irq-set-data-short', message, data === undefined ? ['following'] : ['argsz'])
    }
  },
})

const setOf = (flags: Readonly<Record<string, boolean>>) => Object.keys(flags).filter((name) => flags[name])
const list = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '))
