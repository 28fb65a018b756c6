import {
  add,
  array,
  atLeast,
  bit,
  bits,
  both,
  choice,
  either,
  equals,
  i32,
  multiply,
  optional,
  remaining,
  rest,
  struct,
  u8,
  u32,
  when,
} from '../layout/index.ts'
import { vfioFacts } from './facts.layout.ts'
import { following } from './following.layout.ts'

/** Bytes in front of the data. */
export const IRQ_SET_HEAD = 20

/** 1 where only the flag for bytes is set, 2 where only that for descriptors is. */
const kind = add(add('flags.dataBool', multiply(2, 'flags.dataEventfd')), when('flags.dataNone', 4, 0))
const [BOOLS, DESCRIPTORS] = [1, 2]

/** Argument of VFIO_DEVICE_SET_IRQS: masks, unmasks or signals interrupts, or gives them descriptors. */
export const irqSet = struct(
  'vfio-irq-set',
  {
    argsz: u32.doc('bytes of the whole, data included'),
    flags: bits(u32, {
      dataNone: bit(0).doc('no data: the action is for all of the range'),
      dataBool: bit(1).doc('a byte for each interrupt: not 0 where the action is for it'),
      dataEventfd: bit(2).doc('a descriptor for each interrupt'),
      actionMask: bit(3),
      actionUnmask: bit(4),
      actionTrigger: bit(5).doc('signals, or sets what is signalled; with no data and a count of 0 switches all off'),
      reserved: rest(),
    }),
    index: u32.doc('INTX 0, MSI 1, MSI-X 2, ERR 3, REQ 4'),
    start: u32.doc('first interrupt of the index'),
    count: u32.doc('interrupts'),
    data: optional(
      both(
        either(equals(kind, BOOLS), equals(kind, DESCRIPTORS)),
        atLeast(remaining, multiply('count', when(equals(kind, BOOLS), 1, 4))),
      ),
      choice(kind, { [BOOLS]: array(u8, 'count'), [DESCRIPTORS]: array(i32, 'count') }),
    ).doc('as the flags say; a descriptor of -1 takes the one that was set away'),
    following,
  },
  vfioFacts('VFIO interrupt set', 'vfio_irq_set'),
)
