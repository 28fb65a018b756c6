import {
  array,
  atLeast,
  bit,
  bits,
  bytes,
  multiply,
  type Operand,
  remaining,
  reserved,
  rest,
  span,
  struct,
  u8,
  u16,
  u32,
  u64,
  when,
  wholeElements,
} from '../../layout/index.ts'

const facts = { source: 'NVM Express TP4159; libnvme src/nvme/types.h, struct nvme_lm_controller_state_data' } as const

/** Bytes in front of the queues, and of a queue. */
export const NVME_HEADER = 56
export const NVME_QUEUE = 24
/** Bytes of the header that belong to the state of the controller. */
export const NVME_STATE_HEADER = 8
/** Version of both structures that is known. */
export const NVME_VERSION = 0

const refused = (what: string) =>
  `The destination controller does not take ${what} (NVM Express TP4159, Set Controller State).`

const dwords = struct('nvme-uint128', { low: u64, high: u64 }, { title: 'Number of 128 bits', ...facts })

const submissionQueue = struct(
  'nvme-submission-queue-state',
  {
    prp1: u64.asHex().doc('address of the queue, or of the list of its pages'),
    size: u16.doc('entries, as in the command that created the queue'),
    qid: u16,
    cqid: u16.doc('completion queue'),
    attributes: bits(u16, {
      physicallyContiguous: bit(0),
      priority: span(1, 2, { 0: 'urgent', 1: 'high', 2: 'medium', 3: 'low' }),
      reserved: rest(),
    }),
    head: u16,
    tail: u16,
    reserved: reserved(4),
  },
  { title: 'State of an I/O submission queue', ...facts },
)

const completionQueue = struct(
  'nvme-completion-queue-state',
  {
    prp1: u64.asHex().doc('address of the queue, or of the list of its pages'),
    size: u16.doc('entries, as in the command that created the queue'),
    qid: u16,
    head: u16,
    tail: u16,
    attributes: bits(u32, {
      physicallyContiguous: bit(0),
      interruptsEnabled: bit(1),
      phase: bit(2).doc('phase tag of slot 0'),
      reserved: rest(),
      interruptVector: span(16, 31),
    }),
    reserved: reserved(4),
  },
  { title: 'State of an I/O completion queue', ...facts },
)

/** As many queues as stated, or those that are there. */
const queues = (count: Operand) =>
  when(atLeast(remaining, multiply(count, NVME_QUEUE)), count, wholeElements(NVME_QUEUE))

/** What Migration Receive gives and Migration Send takes. */
export const nvmeControllerState = struct(
  'nvme-controller-state',
  {
    version: u16.agrees('equal', refused('another version of the data')),
    attributes: bits(u8, {
      suspended: bit(0).doc('the controller stood still while its state was read'),
      reserved: rest(),
    }),
    reserved: reserved(13),
    stateSize: dwords.doc('dwords of what follows up to the vendor specific part'),
    vendorSize: dwords.doc('dwords of the vendor specific part'),
    stateVersion: u16.agrees('equal', refused('another version of the state')),
    submissionQueueCount: u16.agrees('at-most', refused('more I/O submission queues than it has')),
    completionQueueCount: u16.agrees('at-most', refused('more I/O completion queues than it has')),
    stateReserved: reserved(2),
    submissionQueues: array(submissionQueue, queues('submissionQueueCount')),
    completionQueues: array(completionQueue, queues('completionQueueCount')),
    vendorSpecific: bytes(remaining),
  },
  { title: 'Controller state of NVMe live migration', ...facts },
)
