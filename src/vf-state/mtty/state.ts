import { defineCodes, type Path } from '../../findings/index.ts'
import * as generated from '../../generated/vf-state/mtty/state.js'
import { codec, type Say, sayer, structureFormat, type Value } from '../../layout/index.ts'
import { detectMtty } from './detect.ts'
import {
  MTTY_FIFO_SIZE,
  MTTY_HEADER_SIZE,
  MTTY_MAJOR,
  MTTY_MINOR,
  MTTY_MOST_PORTS,
  MTTY_PORT_SIZE,
  mttyPort,
  mttyPorts,
  mttyState,
} from './state.layout.ts'

export const mttyPortCodec = codec(mttyPort, generated.mttyPort)
const mttyPortsCodec = codec(mttyPorts, generated.mttyPorts)
export const mttyStateCodec = codec(mttyState, generated.mttyState)

export type MttyPort = Value<typeof mttyPort>
export type MttyState = Value<typeof mttyState>

const SOURCE = mttyState.facts.source

export const mttyCodes = defineCodes({
  'vf-state/mtty-header': {
    severity: 'error',
    title: 'the header of the mtty state has a value that the driver refuses',
    explanation:
      'The driver takes major version 1, minor version 0, flags 0 and the number of ports of its own device, 1 or 2. Anything else fails with EFAULT when the header is written.',
    source: SOURCE,
  },
  'vf-state/mtty-header-only': {
    severity: 'info',
    title: 'the mtty state is its header alone',
    explanation:
      'That is what the driver gives while the device runs (PRE_COPY). The ports follow once it is stopped; without them the destination fails with EINVAL when it leaves RESUMING.',
    source: SOURCE,
  },
  'vf-state/mtty-port-count': {
    severity: 'error',
    title: 'the mtty state does not have the ports that its header says',
    explanation:
      'With fewer bytes the destination fails with EINVAL when it leaves RESUMING, with more it refuses the write with ENOMEM. The state was cut, or parts of it were written twice.',
    source: SOURCE,
  },
  'vf-state/mtty-fifo-index': {
    severity: 'error',
    title: 'an index of the FIFO lies outside it',
    explanation:
      'Indexes count from 0 to 15. The driver does not check them when it loads the state, and uses them as they are: the next byte that the guest sends or receives is written or read beside the FIFO.',
    source: SOURCE,
  },
  'vf-state/mtty-fifo-count': {
    severity: 'warning',
    title: 'there are more bytes in the FIFO than it has room for',
    explanation:
      'The FIFO has 16 bytes. The driver loads the count unchecked, and with it takes no more bytes from the guest.',
    source: SOURCE,
  },
  'vf-state/mtty-fifo-limit': {
    severity: 'info',
    title: 'there are more bytes in the FIFO than the guest has set it up for',
    explanation: 'The guest switched the FIFO off while bytes were in it. They can still be received.',
    source: SOURCE,
  },
  'vf-state/mtty-fifo-order': {
    severity: 'warning',
    title: 'head, tail and count of the FIFO contradict each other',
    explanation:
      'The head is the tail plus the count, modulo 16. Otherwise bytes are lost or received twice after the migration.',
    source: SOURCE,
  },
  'vf-state/mtty-trigger-level': {
    severity: 'warning',
    title: 'the interrupt trigger level is above the size of the FIFO',
    explanation: 'The FIFO never fills up to it, so that the guest gets no interrupt for received bytes.',
    source: SOURCE,
  },
  'vf-state/mtty-divisor-latch': {
    severity: 'warning',
    title: 'the divisor latch bit and its copy differ',
    explanation:
      'The driver sets both together when the guest writes line control, and goes by the copy: data would go to the divisor, or the divisor to the line.',
    source: SOURCE,
  },
})

type SayMtty = Say<keyof typeof mttyCodes.entries>

/** The part of a state that is read in STOP_COPY behind a header that was read in PRE_COPY. */
export const mttyPortsFormat = structureFormat({
  codec: mttyPortsCodec,
  codes: mttyCodes.entries,
  rule({ ports, cut }, report, locate) {
    const say = sayer(mttyCodes, report, locate)
    if (cut.length > 0) {
      say('vf-state/mtty-port-count', `${cut.length} bytes follow the last port of ${MTTY_PORT_SIZE}.`, ['cut'])
    }
    judgePorts(ports, say)
  },
})

export const mttyStateFormat = structureFormat({
  codec: mttyStateCodec,
  codes: mttyCodes.entries,
  detect: detectMtty,
  rule(value, report, locate) {
    judge(value, sayer(mttyCodes, report, locate))
  },
})

function judge(value: MttyState, say: SayMtty): void {
  const { majorVersion, minorVersion, portCount, flags, ports, cut } = value
  const header = (message: string, path: Path) => say('vf-state/mtty-header', message, path)
  if (majorVersion !== MTTY_MAJOR) header(`The major version is ${majorVersion}, not ${MTTY_MAJOR}.`, ['majorVersion'])
  if (minorVersion !== MTTY_MINOR) header(`The minor version is ${minorVersion}, not ${MTTY_MINOR}.`, ['minorVersion'])
  if (flags !== 0) header(`The flags are 0x${flags.toString(16)}, not 0.`, ['flags'])
  if (portCount < 1 || portCount > MTTY_MOST_PORTS) header(`The device has ${portCount} ports.`, ['portCount'])
  if (ports.length === 0 && cut.length === 0) {
    say('vf-state/mtty-header-only', `There are ${MTTY_HEADER_SIZE} bytes and no ports.`, [])
  } else if (ports.length !== portCount || cut.length > 0) {
    const bytes = ports.length * MTTY_PORT_SIZE + cut.length
    const message = `${bytes} bytes follow the header, ${portCount} ports of ${MTTY_PORT_SIZE} should.`
    say('vf-state/mtty-port-count', message, ['portCount'])
  }
  judgePorts(ports, say)
}

function judgePorts(ports: readonly MttyPort[], say: SayMtty): void {
  for (const [index, port] of ports.entries())
    judgePort(port, (code, message, path) => say(code, message, ['ports', index, ...path]))
}

function judgePort(port: MttyPort, say: SayMtty): void {
  const { registers, head, tail, count, divisorLatchAccess, maxFifoSize, interruptTriggerLevel } = port
  for (const [name, index] of Object.entries({ head, tail })) {
    if (index >= MTTY_FIFO_SIZE) {
      say('vf-state/mtty-fifo-index', `The ${name} is ${index}; the FIFO has ${MTTY_FIFO_SIZE} bytes.`, [name])
    }
  }
  if (count > MTTY_FIFO_SIZE) {
    say('vf-state/mtty-fifo-count', `The count is ${count}; the FIFO has ${MTTY_FIFO_SIZE} bytes.`, ['count'])
  } else if (count > maxFifoSize) {
    say('vf-state/mtty-fifo-limit', `The count is ${count}, the FIFO is set to ${maxFifoSize}.`, ['count'])
  }
  if ((tail + count) % MTTY_FIFO_SIZE !== head % MTTY_FIFO_SIZE) {
    say('vf-state/mtty-fifo-order', `The tail is ${tail}, the count ${count} and the head ${head}.`, ['head'])
  }
  if (interruptTriggerLevel > maxFifoSize) {
    const message = `The trigger level is ${interruptTriggerLevel}, the FIFO is set to ${maxFifoSize}.`
    say('vf-state/mtty-trigger-level', message, ['interruptTriggerLevel'])
  }
  const { divisorLatchAccess: bit } = registers.lineControl
  if ((divisorLatchAccess !== false) !== bit) {
    const message = `Bit 7 of line control is ${bit ? 'set' : 'clear'}, its copy is ${Number(divisorLatchAccess)}.`
    say('vf-state/mtty-divisor-latch', message, ['divisorLatchAccess'])
  }
}
