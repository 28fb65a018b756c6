import {
  array,
  atLeast,
  bytes,
  enumeration,
  optional,
  remaining,
  reserved,
  struct,
  u16,
  u32,
  u64,
} from '../../layout/index.ts'

const SOURCE = 'linux drivers/vfio/pci/hisilicon/hisi_acc_vfio_pci.h, struct acc_vf_data'
const FUNCTION = 'drivers/vfio/pci/hisilicon/hisi_acc_vfio_pci.c, vf_qm_check_match'

/** Magic of the first driver, of which the event queue addresses are wrong. */
export const HISI_MAGIC_V1 = 0xcdcdcdcdfeedaaccn
export const HISI_MAGIC_V2 = 0xaaccfeeddecadeden
/** The only major version; states of the first magic have none. */
export const HISI_MAJOR = 1
/** Bytes that a destination compares with its own device. */
export const HISI_MATCH_SIZE = 40
export const HISI_REGISTERS_SIZE = 136

const refuses = (what: string) =>
  `The destination driver refuses ${what} (EINVAL, the write fails with EFAULT): ${FUNCTION}.`

const queueContext = array(u32.asHex(), 7)

const registers = struct(
  'hisi-acc-registers',
  {
    aeqIntMask: u32.asHex().doc('asynchronous event queue interrupt mask'),
    eqIntMask: u32.asHex().doc('event queue interrupt mask'),
    ifcIntSource: u32.asHex().doc('interrupts of the communication with the PF'),
    ifcIntMask: u32.asHex(),
    ifcIntSet: u32.asHex(),
    pageSize: u32.asHex(),
    eqcDw: queueContext.doc('event queue context, registers QM_EQC_DW0 to 6; words 1 and 2 are the address'),
    aeqcDw: queueContext.doc('asynchronous event queue context; words 1 and 2 are the address'),
    reserved: reserved(20),
    padding: reserved(4),
    eqeDma: u64.asHex().doc('guest address of the event queue'),
    aeqeDma: u64.asHex().doc('guest address of the asynchronous event queue'),
    sqcDma: u64.asHex().doc('guest address of the submission queue contexts'),
    cqcDma: u64.asHex().doc('guest address of the completion queue contexts'),
  },
  { title: 'Queue manager registers of a HiSilicon accelerator VF', source: SOURCE },
)

/** State of a HiSilicon SEC, HPRE or ZIP VF: what has to match, and the registers once the device is stopped and ready. */
export const hisiAccState = struct(
  'hisi-acc-state',
  {
    magic: u64.asHex().doc('0xaaccfeeddecadede, or 0xcdcdcdcdfeedaacc of the first driver'),
    qpNum: u32.doc('queue pairs').agrees('equal', refuses('another number of queue pairs')),
    devId: u32.asHex().doc('PCI device ID of the VF').agrees('equal', refuses('another device ID')),
    queIsoCfg: u32.asHex().doc('queue isolation register').agrees('equal', refuses('another queue isolation')),
    qpBase: u32.doc('first queue pair of the VF in the device'),
    vfQmState: enumeration(u32, { 0: 'ready', 1: 'not-ready' }).doc('whether the guest has set up the queues'),
    majorVersion: u16.doc('1; reserved, 0, with the first magic'),
    minorVersion: u16.doc('0; reserved with the first magic'),
    reserved: reserved(8),
    registers: optional(atLeast(remaining, HISI_REGISTERS_SIZE), registers).doc(
      'absent in PRE_COPY or where not ready',
    ),
    leftover: bytes(remaining).doc('empty: a state has 40 or 176 bytes'),
  },
  { title: 'State of a HiSilicon accelerator VF (hisi_acc)', source: SOURCE },
)
