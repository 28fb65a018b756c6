import { bit, bits, rest, span, struct, u16, u32 } from '../../layout/index.ts'

const INDICATOR = { 0: 'reserved', 1: 'on', 2: 'blink', 3: 'off' } as const

/** Slot registers of a PCI Express capability, +0x14 to +0x1b. */
export const expressSlot = struct(
  'pci-express-slot',
  {
    capabilities: bits(u32, {
      attentionButton: bit(0),
      powerController: bit(1),
      mrlSensor: bit(2),
      attentionIndicator: bit(3),
      powerIndicator: bit(4),
      hotPlugSurprise: bit(5),
      hotPlugCapable: bit(6),
      powerLimitValue: span(7, 14),
      powerLimitScale: span(15, 16).doc('10 to the power of -n'),
      interlock: bit(17),
      noCommandCompleted: bit(18),
      slotNumber: span(19, 31),
    }),
    control: bits(u16, {
      attentionButtonInterrupt: bit(0),
      powerFaultInterrupt: bit(1),
      mrlSensorInterrupt: bit(2),
      presenceInterrupt: bit(3),
      commandCompletedInterrupt: bit(4),
      hotPlugInterrupt: bit(5),
      attentionIndicator: span(6, 7, INDICATOR),
      powerIndicator: span(8, 9, INDICATOR),
      powerOff: bit(10).doc('power controller control: 0 is on'),
      interlock: bit(11),
      linkStateInterrupt: bit(12),
      autoPowerLimitDisable: bit(13),
      inBandPresenceDisable: bit(14),
      reserved: rest(),
    }),
    status: bits(u16, {
      attentionButtonPressed: bit(0),
      powerFault: bit(1),
      mrlSensorChanged: bit(2),
      presenceChanged: bit(3),
      commandCompleted: bit(4),
      mrlOpen: bit(5),
      present: bit(6),
      interlock: bit(7),
      linkStateChanged: bit(8),
      reserved: rest(),
    }),
  },
  { title: 'PCI Express slot registers', source: 'linux/pci_regs.h PCI_EXP_SLT*' },
)

/** Second set of slot registers, +0x34 to +0x3b, from capability version 2 on. */
export const expressSlot2 = struct(
  'pci-express-slot2',
  {
    capabilities: bits(u32, { inBandPresenceDisable: bit(0), reserved: rest() }),
    control: u16.asHex().doc('no bits defined'),
    status: u16.asHex().doc('no bits defined'),
  },
  { title: 'PCI Express slot registers 2', source: 'linux/pci_regs.h PCI_EXP_SLT*2' },
)

/** Root registers of a PCI Express capability, +0x1c to +0x23. */
export const expressRoot = struct(
  'pci-express-root',
  {
    control: bits(u16, {
      correctableSystemError: bit(0),
      nonFatalSystemError: bit(1),
      fatalSystemError: bit(2),
      pmeInterrupt: bit(3),
      retryVisibility: bit(4).doc('software sees that configuration requests are retried'),
      reserved: rest(),
    }),
    capabilities: bits(u16, { retryVisibility: bit(0), reserved: rest() }),
    status: bits(u32, {
      pmeRequesterId: span(0, 15).asHex(),
      pmeStatus: bit(16),
      pmePending: bit(17),
      reserved: rest(),
    }),
  },
  { title: 'PCI Express root registers', source: 'linux/pci_regs.h PCI_EXP_RT*' },
)
