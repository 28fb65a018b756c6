import { array, bit, bits, reserved, rest, span, struct, u16, u32 } from '../../layout/index.ts'

const SOURCE = 'PCI Express Base, Advanced Error Reporting; linux/pci_regs.h PCI_ERR_*'

const uncorrectable = bits(u32, {
  training: bit(0).doc('link training error; only PCI Express 1.0 defines it'),
  dataLinkProtocol: bit(4),
  surpriseDown: bit(5),
  poisonedTlp: bit(12),
  flowControlProtocol: bit(13),
  completionTimeout: bit(14),
  completerAbort: bit(15),
  unexpectedCompletion: bit(16),
  receiverOverflow: bit(17),
  malformedTlp: bit(18),
  ecrc: bit(19),
  unsupportedRequest: bit(20),
  acsViolation: bit(21),
  uncorrectableInternal: bit(22),
  multicastBlockedTlp: bit(23),
  atomicEgressBlocked: bit(24),
  tlpPrefixBlocked: bit(25),
  poisonedTlpEgressBlocked: bit(26),
  dmwrEgressBlocked: bit(27).doc('deferrable memory write'),
  ideCheckFailed: bit(28),
  misroutedIdeTlp: bit(29),
  pcrcCheckFailed: bit(30),
  translationEgressBlocked: bit(31),
  reserved: rest(),
})

const correctable = bits(u32, {
  receiverError: bit(0),
  badTlp: bit(6),
  badDllp: bit(7),
  replayRollover: bit(8),
  replayTimerTimeout: bit(12),
  advisoryNonFatal: bit(13),
  correctedInternal: bit(14),
  headerLogOverflow: bit(15),
  reserved: rest(),
})

const registers = {
  uncorrectableStatus: uncorrectable.doc('errors latched; write 1 to clear'),
  uncorrectableMask: uncorrectable.doc('errors that are not reported'),
  uncorrectableSeverity: uncorrectable.doc('errors that are fatal'),
  correctableStatus: correctable.doc('errors latched; write 1 to clear'),
  correctableMask: correctable.doc('errors that are not reported'),
  control: bits(u32, {
    firstErrorPointer: span(0, 4).doc('bit of uncorrectableStatus that the header log belongs to'),
    ecrcGenerationCapable: bit(5),
    ecrcGenerationEnable: bit(6),
    ecrcCheckCapable: bit(7),
    ecrcCheckEnable: bit(8),
    multipleHeaderCapable: bit(9),
    multipleHeaderEnable: bit(10),
    prefixLogPresent: bit(11),
    completionTimeoutLogCapable: bit(12),
    loggedInFlitMode: bit(18),
    loggedTlpSize: span(19, 23).doc('double words logged, in flit mode'),
    reserved: rest(),
  }),
  headerLog: array(u32.asHex(), 4).doc(
    'first 16 bytes of the TLP: each register holds four of them, first byte highest',
  ),
}

const rootRegisters = {
  rootCommand: bits(u32, {
    correctableEnable: bit(0),
    nonFatalEnable: bit(1),
    fatalEnable: bit(2),
    reserved: rest(),
  }),
  rootStatus: bits(u32, {
    correctableReceived: bit(0),
    multipleCorrectableReceived: bit(1),
    uncorrectableReceived: bit(2),
    multipleUncorrectableReceived: bit(3),
    firstUncorrectableFatal: bit(4),
    nonFatalReceived: bit(5),
    fatalReceived: bit(6),
    reserved: rest(),
    interruptMessageNumber: span(27, 31),
  }),
  correctableSource: u16.asHex().doc('requester ID of the first correctable error'),
  uncorrectableSource: u16.asHex().doc('requester ID of the first uncorrectable error'),
}

const prefixLog = { tlpPrefixLog: array(u32.asHex(), 4) }

/** Functions that are neither root ports nor event collectors, registers from +4. */
export const advancedErrorReporting = struct('pci-ecap-aer', registers, {
  title: 'Advanced Error Reporting',
  source: SOURCE,
})

/** Root ports and root complex event collectors. */
export const advancedErrorReportingRoot = struct(
  'pci-ecap-aer-root',
  { ...registers, ...rootRegisters },
  { title: 'Advanced Error Reporting of a root port', source: SOURCE },
)

/** Functions that support end-to-end TLP prefixes. */
export const advancedErrorReportingPrefix = struct(
  'pci-ecap-aer-prefix',
  { ...registers, rootReserved: reserved(12).doc('place of the root port registers'), ...prefixLog },
  { title: 'Advanced Error Reporting with TLP prefix log', source: SOURCE },
)

/** Root ports that support end-to-end TLP prefixes. */
export const advancedErrorReportingRootPrefix = struct(
  'pci-ecap-aer-root-prefix',
  { ...registers, ...rootRegisters, ...prefixLog },
  { title: 'Advanced Error Reporting of a root port, with TLP prefix log', source: SOURCE },
)
