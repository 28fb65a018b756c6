import {
  add,
  array,
  atLeast,
  bit,
  bits,
  field,
  multiply,
  optional,
  parameter,
  rest,
  span,
  struct,
  subtract,
  u16,
  u32,
} from '../../layout/index.ts'

const SOURCE = 'PCI Express Base, Downstream Port Containment; linux/pci_regs.h PCI_EXP_DPC_*'

/** Completion errors of requests that the root port itself made. */
const errors = bits(u32, {
  configUnsupportedRequest: bit(0),
  configCompleterAbort: bit(1),
  configTimeout: bit(2),
  ioUnsupportedRequest: bit(8),
  ioCompleterAbort: bit(9),
  ioTimeout: bit(10),
  memoryUnsupportedRequest: bit(16),
  memoryCompleterAbort: bit(17),
  memoryTimeout: bit(18),
  reserved: rest(),
})

const logSize = parameter('logSize')

const rootPortPio = struct(
  'pci-dpc-root-port-pio',
  {
    status: errors.doc('errors latched; write 1 to clear'),
    mask: errors,
    severity: errors,
    systemError: errors,
    exception: errors,
    headerLog: optional(atLeast(logSize, 4), array(u32.asHex(), 4)),
    implementationSpecificLog: optional(atLeast(logSize, 5), u32.asHex()),
    tlpPrefixLog: array(u32.asHex(), subtract(logSize, 5)),
  },
  {
    title: 'Programmed I/O errors of a root port',
    source: SOURCE,
    parameters: { logSize: { meaning: 'double words of all logs', default: 4 } },
  },
)

/** Downstream Port Containment, registers from +4. */
export const downstreamPortContainment = struct(
  'pci-ecap-dpc',
  {
    capability: bits(u16, {
      interruptMessageNumber: span(0, 4),
      rootPortExtensions: bit(5),
      poisonedTlpEgressBlocking: bit(6),
      softwareTrigger: bit(7),
      pioLogSize: span(8, 11).doc('double words of the root port logs'),
      linkActiveSignal: bit(12).doc('can signal ERR_COR when the link becomes active'),
      pioLogSizeHigh: bit(13).doc('bit 4 of pioLogSize'),
      reserved: rest(),
    }),
    control: bits(u16, {
      trigger: span(0, 1, { 0: 'disabled', 1: 'fatal', 2: 'fatal-and-nonfatal' }),
      completionControl: bit(2),
      interruptEnable: bit(3),
      correctableEnable: bit(4),
      poisonedTlpEgressBlocking: bit(5),
      softwareTrigger: bit(6),
      linkActiveSignal: bit(7),
      reserved: rest(),
    }),
    status: bits(u16, {
      triggered: bit(0).doc('the port is contained; write 1 to clear'),
      reason: span(1, 2, { 0: 'uncorrectable', 1: 'nonfatal-message', 2: 'fatal-message', 3: 'extended' }),
      interrupt: bit(3),
      rootPortBusy: bit(4),
      extendedReason: span(5, 6, { 0: 'root-port-pio', 1: 'software' }),
      pioFirstError: span(8, 12),
      reserved: rest(),
    }),
    sourceId: u16.asHex().doc('requester ID of the message that triggered'),
    rootPortPio: optional(
      field('capability.rootPortExtensions'),
      rootPortPio.withParameters({
        logSize: add(field('capability.pioLogSize'), multiply(field('capability.pioLogSizeHigh'), 16)),
      }),
    ),
  },
  { title: 'Downstream Port Containment', source: SOURCE },
)
