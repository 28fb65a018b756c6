import {
  array,
  bit,
  bits,
  bool8,
  bytes,
  remaining,
  reserved,
  rest,
  span,
  struct,
  u8,
  u16,
  u32,
  wholeElements,
} from '../../layout/index.ts'
import { mttyMagic } from './magic.layout.ts'

const SOURCE = 'linux samples/vfio-mdev/mtty.c, struct mtty_data and struct serial_port'

export const MTTY_MAJOR = 1
export const MTTY_MINOR = 0
/** An mdev of the sample has one or two ports. */
export const MTTY_MOST_PORTS = 2
/** Bytes in front of the ports: all that is read before the device stops. */
export const MTTY_HEADER_SIZE = 24
export const MTTY_PORT_SIZE = 36
/** Bytes that the loop-back FIFO has room for; its indexes wrap around at them. */
export const MTTY_FIFO_SIZE = 16

const registers = struct(
  'mtty-uart-registers',
  {
    rxTx: u8.asHex().doc('register 0; never used, data goes through the FIFO'),
    interruptEnable: bits(u8, {
      receivedData: bit(0),
      transmitterEmpty: bit(1),
      lineStatus: bit(2),
      modemStatus: bit(3),
      reserved: rest(),
    }),
    interruptIdentification: u8.asHex().doc('register 2; never used, it is computed when read'),
    lineControl: bits(u8, {
      wordLength: span(0, 1).doc('data bits, less 5'),
      stopBits: bit(2),
      parity: bit(3),
      evenParity: bit(4),
      stickParity: bit(5),
      breakControl: bit(6),
      divisorLatchAccess: bit(7).doc('registers 0 and 1 are the divisor'),
    }),
    modemControl: bits(u8, {
      dataTerminalReady: bit(0),
      requestToSend: bit(1),
      out1: bit(2),
      out2: bit(3),
      loopback: bit(4),
      automaticFlowControl: bit(5),
      reserved: rest(),
    }),
    lineStatus: u8.asHex().doc('register 5; never used, it is computed when read'),
    modemStatus: u8.asHex().doc('register 6; never used, it is computed when read'),
    scratch: u8.asHex(),
  },
  { title: 'Registers of a 16550 UART', source: SOURCE },
)

export const mttyPort = struct(
  'mtty-serial-port',
  {
    registers: registers.doc('as the guest wrote them'),
    fifo: bytes(MTTY_FIFO_SIZE)
      .doc('loop-back buffer: what was sent and not yet received')
      .agrees('any', 'The destination driver takes any bytes.'),
    head: u8.doc('index of the next byte to be sent'),
    tail: u8.doc('index of the next byte to be received'),
    count: u8.doc('bytes between tail and head'),
    divisorLatchAccess: bool8.doc('copy of bit 7 of line control'),
    overrun: bool8.doc('a byte was sent while the FIFO was full'),
    padding: reserved(1),
    divisor: u16.doc('115200 divided by the baud rate'),
    fifoControl: bits(u8, {
      enable: bit(0),
      clearReceiver: bit(1),
      clearTransmitter: bit(2),
      dmaMode: bit(3),
      reserved: rest(),
      triggerLevel: span(6, 7, { 0: '1', 1: '4', 2: '8', 3: '14' }).doc('asked for; the sample always takes 1'),
    }),
    maxFifoSize: u8.doc('16, or 1 while the guest has the FIFO switched off'),
    interruptTriggerLevel: u8.doc('bytes in the FIFO that cause an interrupt; 0 before the guest set it up'),
    tailPadding: reserved(1),
  },
  { title: 'Serial port of an mtty device', source: SOURCE },
)

const FUNCTION = 'samples/vfio-mdev/mtty.c, mtty_resume_write'
const refuses = (what: string) => `The destination driver refuses ${what} than its own with EFAULT: ${FUNCTION}.`

/** State of an mtty device: the header alone in PRE_COPY, with its ports in STOP_COPY. */
export const mttyState = struct(
  'mtty-state',
  {
    magic: mttyMagic,
    majorVersion: u32.agrees('equal', refuses('another major version')),
    minorVersion: u32.agrees('equal', refuses('another minor version')),
    portCount: u32.doc('1 or 2').agrees('equal', refuses('another number of ports')),
    flags: u32.asHex().doc('0').agrees('equal', refuses('other flags')),
    ports: array(mttyPort, wholeElements(MTTY_PORT_SIZE)).doc('absent while the device runs'),
    cut: bytes(remaining).doc('the beginning of a port that is not there as a whole'),
  },
  { title: 'State of an mtty device (sample of the kernel)', source: SOURCE },
)

/** What is read after the device stopped, where its header was read before: the ports alone. */
export const mttyPorts = struct(
  'mtty-ports',
  {
    ports: array(mttyPort, wholeElements(MTTY_PORT_SIZE)),
    cut: bytes(remaining).doc('the beginning of a port that is not there as a whole'),
  },
  { title: 'Ports of an mtty device, read after the header', source: SOURCE },
)
