import { array, atLeast, bit, bits, optional, rest, span, struct, u16, u32 } from '../../layout/index.ts'

const SOURCE = 'linux/pci_regs.h PCI_X_*'

/** Which capability version this is; it decides how long the capability is. */
const version = () => span(12, 13).doc('0: no ECC registers; 1: ECC in mode 2; 2: ECC in both modes')

/** Registers that version 2.0 adds. Only the first has published names; it is kept whole like the others. */
const errorCorrection = struct(
  'pci-cap-pcix-ecc',
  {
    controlStatus: u32.asHex(),
    moreRegisters: array(u32.asHex(), 3).doc('addresses and attributes of the first error, undivided'),
  },
  { title: 'PCI-X ECC registers', source: SOURCE, evidence: 'recalled' },
)

/** PCI-X in a device, registers from +2. */
export const pcixDevice = struct(
  'pci-cap-pcix',
  {
    command: bits(u16, {
      dataParityErrorRecovery: bit(0),
      relaxedOrdering: bit(1),
      maxReadByteCount: span(2, 3).doc('512 << n bytes'),
      maxSplitTransactions: span(4, 6).doc('1, 2, 3, 4, 8, 12, 16, 32'),
      version: version(),
      reserved: rest(),
    }),
    status: bits(u32, {
      functionNumber: span(0, 2),
      deviceNumber: span(3, 7),
      busNumber: span(8, 15),
      is64Bit: bit(16),
      is133Mhz: bit(17),
      splitCompletionDiscarded: bit(18),
      unexpectedSplitCompletion: bit(19),
      complexDevice: bit(20),
      designedMaxReadByteCount: span(21, 22).doc('512 << n bytes'),
      designedMaxSplitTransactions: span(23, 25),
      designedMaxCumulativeRead: span(26, 28).doc('1024 << n bytes'),
      splitCompletionError: bit(29),
      is266Mhz: bit(30),
      is533Mhz: bit(31),
    }),
    errorCorrection: optional(atLeast('command.version', 1), errorCorrection),
  },
  { title: 'PCI-X', source: SOURCE },
)

/** How many split transactions a bridge may have under way in one direction. */
const splitControl = () => bits(u32, { capacity: span(0, 15), commitmentLimit: span(16, 31) })

/**
 * PCI-X in a bridge, registers from +2. Of what follows the split transaction registers only the length in version
 * 2.0 is certain; those words are undivided.
 */
export const pcixBridge = struct(
  'pci-cap-pcix-bridge',
  {
    secondaryStatus: bits(u16, {
      is64Bit: bit(0),
      is133Mhz: bit(1),
      splitCompletionDiscarded: bit(2),
      unexpectedSplitCompletion: bit(3),
      splitCompletionOverrun: bit(4),
      splitRequestDelayed: bit(5),
      frequency: span(6, 9).doc('mode and frequency of the secondary bus'),
      reserved: rest(),
      version: version(),
      is266Mhz: bit(14),
      is533Mhz: bit(15),
    }),
    status: bits(u32, {
      functionNumber: span(0, 2),
      deviceNumber: span(3, 7),
      busNumber: span(8, 15),
      is64Bit: bit(16),
      is133Mhz: bit(17),
      splitCompletionDiscarded: bit(18),
      unexpectedSplitCompletion: bit(19),
      splitCompletionOverrun: bit(20),
      splitRequestDelayed: bit(21),
      reserved: rest(),
    }),
    upstreamSplit: splitControl(),
    downstreamSplit: splitControl(),
    moreRegisters: optional(
      atLeast('secondaryStatus.version', 1),
      array(u32.asHex(), 2).doc('ECC registers, undivided'),
    ),
  },
  { title: 'PCI-X bridge', source: `${SOURCE}; pciutils ls-caps.c`, evidence: 'recalled' },
)
