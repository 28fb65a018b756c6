import { bit, bits, rest, span, struct, u32 } from '../../layout/index.ts'

const SOURCE = 'PCI Express Base, L1 PM Substates; linux/pci_regs.h PCI_L1SS_*'

const registers = {
  capability: bits(u32, {
    pciPmL12: bit(0),
    pciPmL11: bit(1),
    aspmL12: bit(2),
    aspmL11: bit(3),
    l1PmSubstates: bit(4).doc('the substates are supported at all'),
    commonModeRestoreTime: span(8, 15).doc('microseconds'),
    powerOnScale: span(16, 17, { 0: '2us', 1: '10us', 2: '100us' }),
    powerOnValue: span(19, 23).doc('T_POWER_ON in units of powerOnScale'),
    reserved: rest(),
  }),
  control1: bits(u32, {
    pciPmL12: bit(0),
    pciPmL11: bit(1),
    aspmL12: bit(2),
    aspmL11: bit(3),
    commonModeRestoreTime: span(8, 15).doc('microseconds'),
    ltrThresholdValue: span(16, 25),
    ltrThresholdScale: span(29, 31).doc('threshold in ns is value * 32^scale; 6 and 7 are illegal'),
    reserved: rest(),
  }),
}

/** L1 PM Substates without the second control register, registers from +4. */
export const l1SubstatesShort = struct('pci-ecap-l1ss-short', registers, {
  title: 'L1 PM Substates, without Control 2',
  source: SOURCE,
})

/** L1 PM Substates, registers from +4. */
export const l1Substates = struct(
  'pci-ecap-l1ss',
  {
    ...registers,
    control2: bits(u32, {
      powerOnScale: span(0, 1, { 0: '2us', 1: '10us', 2: '100us' }),
      powerOnValue: span(3, 7).doc('T_POWER_ON in units of powerOnScale'),
      reserved: rest(),
    }),
  },
  { title: 'L1 PM Substates', source: SOURCE },
)
