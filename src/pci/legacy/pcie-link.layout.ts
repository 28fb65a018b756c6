import { bit, bits, rest, span, struct, u16, u32 } from '../../layout/index.ts'

const SOURCE = 'linux/pci_regs.h PCI_EXP_LNK*; pciutils header.h PCI_EXP_LNK*'

/** Link speeds; 0 stands where a link register is not implemented. */
const SPEEDS = {
  0: 'none',
  1: '2.5GT/s',
  2: '5GT/s',
  3: '8GT/s',
  4: '16GT/s',
  5: '32GT/s',
  6: '64GT/s',
  7: '128GT/s',
} as const
const ASPM = { 0: 'none', 1: 'l0s', 2: 'l1', 3: 'l0s-l1' } as const

/** Link registers of a PCI Express capability, +0x0c to +0x13. */
export const expressLink = struct(
  'pci-express-link',
  {
    capabilities: bits(u32, {
      maxSpeed: span(0, 3, SPEEDS),
      maxWidth: span(4, 9).doc('lanes'),
      aspm: span(10, 11, ASPM).doc('active state power management'),
      l0sExitLatency: span(12, 14),
      l1ExitLatency: span(15, 17),
      clockPowerManagement: bit(18),
      surpriseDownReporting: bit(19),
      linkActiveReporting: bit(20),
      bandwidthNotification: bit(21),
      aspmOptionality: bit(22),
      portNumber: span(24, 31),
      reserved: rest(),
    }),
    control: bits(u16, {
      aspm: span(0, 1, ASPM),
      readCompletionBoundary128: bit(3).doc('128 bytes instead of 64'),
      linkDisable: bit(4),
      retrainLink: bit(5),
      commonClock: bit(6),
      extendedSynch: bit(7),
      clockPowerManagement: bit(8),
      autonomousWidthDisable: bit(9),
      bandwidthInterrupt: bit(10),
      autonomousBandwidthInterrupt: bit(11),
      drsSignaling: span(14, 15),
      reserved: rest(),
    }),
    status: bits(u16, {
      speed: span(0, 3, SPEEDS),
      width: span(4, 9).doc('lanes'),
      training: bit(11),
      slotClock: bit(12),
      linkActive: bit(13),
      bandwidthManagement: bit(14),
      autonomousBandwidth: bit(15),
      reserved: rest(),
    }),
  },
  { title: 'PCI Express link registers', source: SOURCE },
)

/** Second set of link registers, +0x2c to +0x33, from capability version 2 on. */
export const expressLink2 = struct(
  'pci-express-link2',
  {
    capabilities: bits(u32, {
      speeds: span(1, 7).doc('bit n: speed n + 1 of the maxSpeed list'),
      crosslink: bit(8),
      lowerSkipGeneration: span(9, 15),
      lowerSkipReception: span(16, 22),
      retimer: bit(23),
      twoRetimers: bit(24),
      deviceReadinessStatus: bit(31),
      reserved: rest(),
    }),
    control: bits(u16, {
      targetSpeed: span(0, 3, SPEEDS),
      enterCompliance: bit(4),
      autonomousSpeedDisable: bit(5),
      selectableDeEmphasis: bit(6),
      transmitMargin: span(7, 9),
      enterModifiedCompliance: bit(10),
      complianceSkip: bit(11),
      compliancePreset: span(12, 15),
    }),
    status: bits(u16, {
      deEmphasis: bit(0).doc('-3.5 dB instead of -6 dB'),
      equalizationComplete: bit(1),
      equalizationPhase1: bit(2),
      equalizationPhase2: bit(3),
      equalizationPhase3: bit(4),
      equalizationRequest: bit(5),
      retimer: bit(6),
      twoRetimers: bit(7),
      crosslinkResolution: span(8, 9),
      flitMode: bit(10),
      downstreamPresence: span(12, 14),
      drsMessageReceived: bit(15),
      reserved: rest(),
    }),
  },
  { title: 'PCI Express link registers 2', source: SOURCE },
)
