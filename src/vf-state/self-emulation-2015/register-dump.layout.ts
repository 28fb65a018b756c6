import { array, struct, u32 } from '../../layout/index.ts'
import { registerWords } from './registers.layout.ts'

const register = u32.asHex()
/** Queues of which the driver dumps registers. */
const pair = <const T extends typeof u32>(type: T) => array(type, 2)

/** What `ethtool -d DEV raw on` gives for ixgbevf: 45 words, 180 bytes. */
export const ixgbevfRegisterDump = struct(
  'ixgbevf-register-dump',
  {
    vfctrl: registerWords.vfctrl,
    vfstatus: register,
    vflinks: registerWords.vflinks,
    vfrxmemwrap: register,
    vffrtimer: u32.doc('free running timer'),
    vteicr: register.doc('interrupt causes; the driver reads VTEICS instead, which does not clear them'),
    vteics: register,
    vteims: register.doc('interrupts that are enabled'),
    vteimc: register,
    vteiac: register,
    vteiam: register,
    vteitr0: register,
    vtivar0: register.doc('vectors of the queues 0 and 1'),
    vtivarMisc: register.doc('vector of the mailbox'),
    rdbal: pair(register),
    rdbah: pair(register),
    rdlen: pair(u32).doc('bytes of the rings'),
    rdh: pair(u32),
    rdt: pair(u32),
    rxdctl: array(registerWords.rxdctl, 2),
    srrctl: pair(register),
    vfpsrtype: register,
    tdbal: pair(register),
    tdbah: pair(register),
    tdlen: pair(u32).doc('bytes of the rings'),
    tdh: pair(u32),
    tdt: pair(u32),
    txdctl: array(registerWords.txdctl, 2),
    tdwbal: pair(register),
    tdwbah: pair(register),
  },
  {
    title: 'Register dump of ixgbevf (ethtool -d DEV raw on)',
    source: 'linux drivers/net/ethernet/intel/ixgbevf/ethtool.c, ixgbevf_get_regs',
  },
)
