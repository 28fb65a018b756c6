import { array, bit, bits, reserved, rest, span, struct, u32 } from '../../layout/index.ts'
import { MAILBOX_WORDS } from './mailbox.layout.ts'

/** Most queues of a VF. */
export const MOST_QUEUES = 8
/** Bytes of register space. */
export const REGISTER_SPACE = 0x4000

const SOURCE = 'linux drivers/net/ethernet/intel/ixgbevf/regs.h and defines.h'

const register = u32.asHex()
const octets = (what: string) => register.doc(`octets ${what}; queue 0 only, and counted for the whole VF`)

/** Also in the register dump of ethtool. */
export const registerWords = {
  vfctrl: bits(u32, { reserved: rest(), reset: bit(26).doc('starts a reset') }),
  vflinks: bits(u32, {
    reserved: rest(),
    speed: span(28, 29, { 0: 'none', 1: '100M', 2: '1G', 3: '10G' }),
    up: bit(30),
  }),
  rxdctl: bits(u32, {
    maximumLength: span(0, 13).doc('longest packet in bytes, where that is enabled'),
    maximumLengthEnable: bit(15),
    enable: bit(25),
    vlanMode: bit(30).doc('VLAN tags are taken off'),
    reserved: rest(),
  }),
  txdctl: bits(u32, {
    prefetchThreshold: span(0, 6).doc('descriptors'),
    hostThreshold: span(8, 14).doc('descriptors'),
    writeBackThreshold: span(16, 22).doc('descriptors'),
    enable: bit(25),
    softwareFlush: bit(26).doc('writes finished descriptors back'),
    reserved: rest(),
  }),
} as const

/** Registers of one receive queue: 64 bytes. */
export const rxQueueRegisters = struct(
  'ixgbevf-rx-queue-registers',
  {
    rdbal: register.doc('ring address, low half; 128-byte aligned'),
    rdbah: register.doc('ring address, high half'),
    rdlen: u32.doc('bytes of the ring: 16 per descriptor'),
    dcaRxctrl: register,
    rdh: u32.doc('head: next descriptor that the device fills; read-only'),
    srrctl: register.doc('buffer sizes and descriptor type'),
    rdt: u32.doc('tail: first descriptor that the device must not use'),
    gprc: u32.doc('packets received; queue 0 only, and counted for the whole VF'),
    gorcLsb: octets('received, low 32 bits'),
    gorcMsb: octets('received, high 4 bits'),
    rxdctl: registerWords.rxdctl,
    rscctl: register,
    reserved30: reserved(4),
    mprc: u32.doc('multicast packets received; queue 0 only, and counted for the whole VF'),
    reserved38: reserved(8),
  },
  { title: 'ixgbevf receive queue registers', source: SOURCE },
)

/** Registers of one transmit queue: 64 bytes. */
export const txQueueRegisters = struct(
  'ixgbevf-tx-queue-registers',
  {
    tdbal: register.doc('ring address, low half; 128-byte aligned'),
    tdbah: register.doc('ring address, high half'),
    tdlen: u32.doc('bytes of the ring: 16 per descriptor'),
    dcaTxctrl: register,
    tdh: u32.doc('head: next descriptor that the device sends; read-only'),
    reserved14: reserved(4),
    tdt: u32.doc('tail: first descriptor that the device must not use'),
    gptc: u32.doc('packets sent; queue 0 only, and counted for the whole VF'),
    gotcLsb: octets('sent, low 32 bits'),
    gotcMsb: octets('sent, high 4 bits'),
    txdctl: registerWords.txdctl,
    reserved2c: reserved(12),
    tdwbal: register.doc('where the head is written back, low half'),
    tdwbah: register.doc('where the head is written back, high half'),
  },
  { title: 'ixgbevf transmit queue registers', source: SOURCE },
)

/** All registers of an 82599 or X540 VF, as they lie in BAR 0: 16 KiB of 32-bit words. */
export const ixgbevfRegisters = struct(
  'ixgbevf-registers',
  {
    vfctrl: registerWords.vfctrl,
    reserved0004: reserved(0x08 - 0x04),
    vfstatus: register,
    reserved000c: reserved(0x10 - 0x0c),
    vflinks: registerWords.vflinks,
    reserved0014: reserved(0x48 - 0x14),
    vffrtimer: u32.doc('free running timer'),
    reserved004c: reserved(0x100 - 0x4c),
    vteicr: register.doc('interrupt causes'),
    vteics: register.doc('causes to set'),
    vteims: register.doc('interrupts that are enabled'),
    vteimc: register.doc('interrupts to disable'),
    vteiac: register.doc('causes that are cleared by their message'),
    vteiam: register.doc('interrupts that are disabled by their message'),
    reserved0118: reserved(0x120 - 0x118),
    vtivar: array(register, 4).doc('vectors of the queues, two queues each'),
    reserved0130: reserved(0x140 - 0x130),
    vtivarMisc: register.doc('vector of the mailbox'),
    reserved0144: reserved(0x180 - 0x144),
    vtrscint: array(register, 3),
    reserved018c: reserved(0x200 - 0x18c),
    vfmbmem: array(register, MAILBOX_WORDS).doc('mailbox memory'),
    reserved0240: reserved(0x2fc - 0x240),
    vfmailbox: bits(u32, {
      request: bit(0).doc('REQ: the VF has a message for the PF'),
      acknowledge: bit(1).doc('ACK: the VF has read the message of the PF'),
      vfOwner: bit(2).doc('VFU: the VF has taken the mailbox'),
      pfOwner: bit(3).doc('PFU: the PF has taken the mailbox'),
      pfStatus: bit(4).doc('PFSTS: the PF has written a message'),
      pfAcknowledge: bit(5).doc('PFACK: the PF has read the message'),
      resetIndicated: bit(6).doc('RSTI: the PF is being reset'),
      resetDone: bit(7).doc('RSTD: the PF has reset the VF'),
      reserved: rest(),
    }),
    vfpsrtype: register.doc('header types that split packets'),
    reserved0304: reserved(0x820 - 0x304),
    vteitr: array(register, 3).doc('interrupt throttling of the vectors'),
    reserved082c: reserved(0x1000 - 0x82c),
    rxQueues: array(rxQueueRegisters, MOST_QUEUES),
    reserved1200: reserved(0x2000 - 0x1200),
    txQueues: array(txQueueRegisters, MOST_QUEUES),
    reserved2200: reserved(0x3000 - 0x2200),
    vfmrqc: register.doc('receive side scaling'),
    reserved3004: reserved(0x3100 - 0x3004),
    vfrssrk: array(register, 10).doc('hash key'),
    reserved3128: reserved(0x3190 - 0x3128),
    vfrxmemwrap: register,
    reserved3194: reserved(0x3200 - 0x3194),
    vfreta: array(register, 16).doc('redirection table'),
    reserved3240: reserved(REGISTER_SPACE - 0x3240),
  },
  { title: 'Registers of an 82599 or X540 VF (BAR 0)', source: SOURCE },
)
