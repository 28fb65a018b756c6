import { bit, bits, enumeration, rest, span, struct, u16, u32 } from '../../layout/index.ts'

const VFIO_USER_SOURCE = 'QEMU docs/interop/vfio-user.rst and hw/vfio-user/protocol.h; libvfio-user include/vfio-user.h'

/** Facts of a structure: the machine that both peers run on gives the byte order. */
export const facts = (title: string, source = VFIO_USER_SOURCE) => ({ title, source, byteOrder: 'parameter' }) as const

/** Bytes of the header of every message. */
export const HEADER_SIZE = 16

/** Message commands; those from 16 on are in libvfio-user only, 14 in its older versions and in QEMU's header. */
export const COMMANDS = {
  1: 'version',
  2: 'dma-map',
  3: 'dma-unmap',
  4: 'device-get-info',
  5: 'device-get-region-info',
  6: 'device-get-region-io-fds',
  7: 'device-get-irq-info',
  8: 'device-set-irqs',
  9: 'region-read',
  10: 'region-write',
  11: 'dma-read',
  12: 'dma-write',
  13: 'device-reset',
  14: 'dirty-pages',
  15: 'region-write-multi',
  16: 'device-feature',
  17: 'mig-data-read',
  18: 'mig-data-write',
} as const

export type CommandName = (typeof COMMANDS)[keyof typeof COMMANDS]

/** In front of every message, in both directions. */
export const vfioUserHeader = struct(
  'vfio-user-header',
  {
    messageId: u16.asHex().doc('given by whoever asks, repeated in the reply'),
    command: enumeration(u16, COMMANDS),
    messageSize: u32.doc('bytes of the whole message, this header included'),
    flags: bits(u32, {
      type: span(0, 3, { 0: 'command', 1: 'reply' }),
      noReply: bit(4).doc('the command wants no reply'),
      error: bit(5).doc('the command failed; the reply is this header alone'),
      reserved: rest(),
    }),
    errno: u32.doc('UNIX error number of a reply with the error flag; may be 0'),
  },
  facts('vfio-user message header'),
)
