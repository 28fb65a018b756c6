import {
  array,
  bits,
  bytes,
  choice,
  enumeration,
  equals,
  field,
  framed,
  multiply,
  remaining,
  span,
  struct,
  u8,
  u32,
  u64,
  upTo,
  when,
} from '../../layout/index.ts'

const SOURCE = 'linux drivers/gpu/drm/xe/xe_sriov_packet_types.h and xe_sriov_packet.c'
const facts = (title: string) => ({ title, source: SOURCE })

export const XE_VERSION = 1
export const XE_PACKET_HEADER = 24
const DESCRIPTOR = 1
/** Keys of the descriptor; each value is one word. */
const DEVICE_ID = 0xf001
const REVISION = 0xf002

const differs = (what: string) =>
  `The destination driver refuses another ${what} than its own (ENODEV): drivers/gpu/drm/xe/xe_sriov_packet.c, xe_sriov_packet_process_descriptor.`

/** A key with its value, as GuC firmware has them. */
const klv = struct(
  'xe-klv',
  {
    header: bits(u32, {
      length: span(0, 15).doc('words of the value'),
      key: span(16, 31, { [DEVICE_ID]: 'device-id', [REVISION]: 'revision' }).asHex(),
    }),
    value: framed(
      upTo(multiply('header.length', 4)),
      choice(
        when(equals('header.length', 1), field('header.key'), 0),
        {
          [DEVICE_ID]: u32.asHex().doc('PCI device ID').agrees('equal', differs('device ID')),
          [REVISION]: u32.asHex().doc('PCI revision').agrees('equal', differs('revision')),
        },
        bytes(remaining),
      ),
    ),
  },
  facts('GuC key, length and value'),
)

const packet = struct(
  'xe-packet',
  {
    version: u8.doc('1'),
    type: enumeration(u8, { 1: 'descriptor', 2: 'trailer', 3: 'ggtt', 4: 'mmio', 5: 'guc', 6: 'vram' }),
    tileId: u8,
    gtId: u8,
    flags: u32.asHex().doc('0'),
    offset: u64.asHex().doc('of the payload within the resource'),
    size: u64.doc('bytes of payload'),
    payload: framed(upTo('size'), choice('type', { [DESCRIPTOR]: array(klv, 'to-end') }, bytes(remaining))),
  },
  facts('Packet of an Intel Xe VF'),
)

/** State of an Intel Xe GPU VF: packets, of which the first describes the device and the last has no payload. */
export const xeState = struct(
  'xe-state',
  { packets: framed(remaining, array(packet, 'to-end')) },
  facts('State of an Intel Xe GPU VF'),
)
