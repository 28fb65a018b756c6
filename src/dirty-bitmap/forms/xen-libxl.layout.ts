import {
  alignUp,
  bit,
  bits,
  bytes,
  choice,
  enumeration,
  framed,
  remaining,
  reserved,
  rest,
  struct,
  subtract,
  u32,
  u64,
} from '../../layout/index.ts'

const SOURCE = 'xen tools/libs/light/libxl_sr_stream_format.h; docs/specs/libxl-migration-stream.pandoc'

export const libxlHeader = struct(
  'xen-libxl-header',
  {
    ident: u64.is(0x4c6962786c466d74n).doc('"LibxlFmt"'),
    version: u32.doc('2'),
    options: bits(u32, {
      bigEndian: bit(0).doc('records are big-endian'),
      legacy: bit(1).doc('converted from a stream of before version 2'),
      reserved: rest(),
    }),
  },
  { title: 'Header of a libxl stream (Xen)', source: SOURCE, byteOrder: 'big' },
)

const emulator = struct(
  'xen-libxl-emulator',
  {
    emulatorId: enumeration(u32, { 0: 'unknown', 1: 'qemu-traditional', 2: 'qemu-upstream' }),
    index: u32,
    data: bytes(remaining).doc('of upstream QEMU: its migration stream, from "QEVM" on'),
  },
  { title: 'Record about an emulator', source: SOURCE, byteOrder: 'parameter' },
)

/** Record 1 has no body: the libxc stream follows it. */
export const libxlRecord = struct(
  'xen-libxl-record',
  {
    type: enumeration(u32, {
      0: 'end',
      1: 'libxc-context',
      2: 'emulator-xenstore-data',
      3: 'emulator-context',
      4: 'checkpoint-end',
      5: 'checkpoint-state',
    }),
    length: u32.doc('bytes of the body without its padding'),
    body: framed('length', choice('type', { 2: emulator, 3: emulator }, bytes(remaining))),
    padding: reserved(subtract(alignUp('length', 8), 'length')),
  },
  { title: 'Record of a libxl stream (Xen)', source: SOURCE, byteOrder: 'parameter' },
)
