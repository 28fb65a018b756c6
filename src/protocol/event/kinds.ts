import { flag, integer, oneOf, optional, text } from './field.ts'
import { device, kind } from './kind.ts'
import { logKinds } from './log-kinds.ts'
import { vfioKinds } from './vfio-kinds.ts'

const thread = optional(text('thread that does it; any stable name'))
const page = integer('page number: guest physical address divided by the page size')

const DIRECTIONS = ['from-device', 'to-device', 'bidirectional'] as const

const PARTS = [
  'config',
  'msix',
  'blob',
  'registers',
  'image',
  'device-config',
  'device-memory',
  'pre-copy',
  'device-state',
  'memory',
  'cpu',
] as const
const part = oneOf(
  PARTS,
  'config space; MSI-X table; blob of the PF driver; recorded registers; device image of an mdev; snapshot of the device, its own memory; what a migration region gives before and after the stop; guest memory; virtual CPUs',
)

/** What can happen in a migration, for all designs. Each event also has `at`, `side` and `kind`. */
export const eventKinds = {
  'migration-start': kind('the migration is begun', {}),
  'migration-end': kind('the migration is complete: the guest belongs to the destination', {}),
  'migration-cancelled': kind('the migration is given up, the guest stays on the source', {
    reason: optional(text('why')),
  }),

  round: kind('a round of memory copy begins', {
    number: integer('number of the round, counted from 1'),
    pages: integer('pages that are dirty when it begins'),
  }),
  'page-sent': kind('the content that a page has now is sent', { page, round: integer('number of the round') }),
  'page-dirtied': kind('a page is marked dirty, so that it will be sent again', {
    page,
    how: oneOf(
      ['hook', 'dummy-write', 'bitmap', 'cpu'],
      'mark-dirty hook of the DMA API; byte written back by the driver; dirty bitmap of the device; ordinary write of the guest',
    ),
    direction: optional(oneOf(DIRECTIONS, 'direction of the DMA mapping that is dirtied')),
    atomic: optional(flag('false: a dummy write whose read and write can be torn apart, or dropped by the compiler')),
    device,
  }),
  dma: kind('the device reads or writes guest memory', {
    page,
    direction: oneOf(['from-device', 'to-device'], 'from-device: the device writes the page'),
    role: oneOf(['ring', 'buffer'], 'ring: a descriptor is fetched or written back; buffer: its data'),
    descriptor: optional(integer('index of the descriptor in its ring')),
    queue: optional(text('ring that the descriptor is in, such as rx0; one ring when left out')),
    device,
  }),
  'dma-map': kind('a page is mapped for DMA', { page, direction: oneOf(DIRECTIONS, 'of the mapping'), device }),
  'dma-unmap': kind('a page is no longer mapped for DMA', { page, device }),
  traffic: kind('what the device moved in a span of time that ends now', {
    packets: integer('packets in both directions'),
    over: integer('length of the span in microseconds'),
    device,
  }),

  'vcpus-stopped': kind('the virtual CPUs stop', {}),
  'vcpus-started': kind('the virtual CPUs run', {}),
  'status-write': kind('a register of the handshake or of the device state is written', {
    register: text('its name, that of the field in its structure'),
    value: integer('what is written, the whole register'),
    by: oneOf(['guest', 'vmm', 'driver', 'kernel'], 'who writes; driver: of the host'),
    device,
    thread,
  }),
  irq: kind('an interrupt is raised', {
    what: oneOf(['mailbox', 'hot-plug', 'other'], 'mailbox vector of the VF; hot-plug interrupt of the bridge'),
    vector: optional(integer('index in the MSI-X table')),
    delivered: optional(flag('false: masked or disabled, nobody hears it')),
    device,
  }),
  mailbox: kind('a message passes between VF and PF driver', {
    message: oneOf(['notify-resume', 'ping', 'other'], 'the message'),
    by: oneOf(['vf', 'pf'], 'who sends'),
    device,
  }),
  wait: kind('somebody waits for an answer', {
    for: oneOf(['guest', 'userspace'], 'who has to answer'),
    bound: optional(integer('longest time in microseconds; no limit when left out')),
  }),
  'wait-ended': kind('a wait is over', {
    for: oneOf(['guest', 'userspace'], 'who had to answer'),
    outcome: oneOf(['answered', 'timed-out'], 'how it ended'),
  }),

  'state-saved': kind('a part of the state is taken', {
    part,
    bytes: optional(integer('its length')),
    device,
  }),
  'state-loaded': kind('a part of the state is put in place', {
    part,
    bytes: optional(integer('its length')),
    device,
  }),
  'state-refused': kind('a part of the state is not accepted', {
    part,
    reason: optional(text('why')),
    device,
  }),
  'stream-sent': kind('a body of a section is written', {
    part: oneOf(['setup', 'iterate', 'complete'], 'START, PART or END section'),
    flags: optional(integer('first byte of the body')),
    bytes: optional(integer('its length')),
    device,
  }),
  'stream-loaded': kind('a body of a section is read', {
    part: oneOf(['setup', 'iterate', 'complete'], 'START, PART or END section'),
    flags: optional(integer('first byte of the body')),
    bytes: optional(integer('its length')),
    device,
  }),
  'bitmap-queried': kind('dirty pages are asked for', {
    start: integer('first page number'),
    pages: integer('number of pages asked for'),
    dirty: optional(integer('number of pages that are dirty')),
    result: optional(integer('0; negative: the error number')),
    device,
  }),

  'bus-master': kind('Bus Master Enable of the COMMAND register changes', { on: flag('the new value'), device }),
  callback: kind('a callback of the guest driver is called', {
    which: oneOf(['before', 'after', 'bad-path'], 'before or after migration, or for the bad path'),
    device,
  }),
  device: kind('the state of a device or of its driver changes', {
    state: oneOf(
      ['up', 'down', 'absent', 'quiet', 'reset'],
      'up: works; down: interface closed by the administrator; absent: no driver; quiet: stopped by its driver for the migration; reset: was reset',
    ),
    device,
  }),
  'missed-flag': kind('the note that a migration passed while the device was down is set or cleared', {
    on: flag('the new value'),
    device,
  }),
  topology: kind('where a device is', {
    group: optional(integer('number of its IOMMU group')),
    bridged: optional(flag('whether the migration bridge is among its parents')),
    device,
  }),

  'capability-place': kind('where a capability, or registers that pass for one, lies in config space', {
    offset: integer('first byte'),
    length: integer('bytes'),
    faked: flag('true: made up by the VMM; false: of the device'),
    id: optional(integer('capability id')),
    device,
  }),
  bar: kind('a base address register as the guest sees it', {
    index: integer('0 to 5'),
    value: integer('the register'),
    device,
  }),
  platform: kind('what the state depends on, and no design carries', {
    id: text('hardware generation, kernel structure or driver version; equal only where the state fits'),
    device,
  }),

  'region-size': kind('the size of a region is learnt', { region: text('its name'), size: integer('bytes'), device }),
  'region-access': kind('a region of the device is read or written', {
    region: text('its name: device-state, control, config, memory, bitmap or migration'),
    offset: integer('first byte'),
    count: integer('bytes'),
    write: flag('false: read'),
    field: optional(text('register at the offset, or data')),
    value: optional(integer('content of a register')),
    device,
    thread,
  }),
  ioctl: kind('an ioctl is called', {
    name: text('its constant'),
    value: optional(integer('its argument, where a number says it')),
    result: optional(integer('0 or positive; negative: the error number')),
    device,
    thread,
  }),

  'irq-enable': kind('user space connects or disconnects an interrupt of the device', {
    what: oneOf(['remap', 'other'], 'remap: the one that asks for new BAR mappings'),
    on: flag('true: connected'),
    device,
  }),
  'remap-signal': kind('the vendor module asks user space to map BARs anew', {
    bars: integer('bit n: BAR n'),
    waits: flag('whether the module goes on only when it is answered'),
    device,
    thread,
  }),
  'region-remapped': kind('user space has mapped a region anew', {
    region: integer('region index, 0 to 5 are BARs'),
    mmap: flag('whether the guest reaches it directly'),
    device,
  }),
  'remap-ack': kind('user space answers the request to map BARs anew', {
    value: integer('what is written to the eventfd'),
    device,
    thread,
  }),
  'handler-registered': kind('a handler takes a device over from the default operations', {
    name: text('of the handler'),
    native: optional(flag('true: it is part of the native driver of the device')),
    device,
  }),
  'handler-verdict': kind('a chained handler has run', {
    operation: text('what was called, such as read, write, ioctl or mmap'),
    verdict: integer('0: done; positive: not handled; negative: error'),
    defaultCalled: flag('whether the default operation ran after it'),
    device,
  }),

  'register-recorded': kind('the self emulation layer records a register', {
    register: integer('byte offset in BAR 0'),
    value: optional(integer('what was read or written')),
    device,
  }),
  'ring-shift': kind('a ring is rotated so that its head is entry 0', {
    queue: text('the ring, such as rx0'),
    count: integer('descriptors'),
    head: integer('entry that becomes the first'),
    bufferInfo: flag('whether the parallel array of the driver is rotated too'),
    device,
  }),

  ...vfioKinds,
  ...logKinds,
} as const
