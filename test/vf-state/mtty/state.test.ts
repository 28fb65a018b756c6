import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  mttyStateFormat as format,
  mttyCodes,
  mttyPortCodec,
  mttyPortsFormat,
  mttyStateCodec,
} from '../../../src/vf-state/index.ts'
import { hex, image } from '../../vfio/support.ts'
import { hasCompiler, offsetsInC } from '../c-struct.ts'
import { decodeErrorOf, findingsOf, uncovered } from '../support.ts'

const fixture = (path: string) =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/vfio-v2/${path}`, import.meta.url)))
const states = (ports: number) => (part: string) => fixture(`ioctl/direct-${ports}port/state-${part}.bin`)

/** What the program that made the captures says of a port. */
interface Port {
  readonly uart_reg: string
  readonly fifo: string
  readonly head: number
  readonly tail: number
  readonly count: number
  readonly dlab: number
  readonly overrun: number
  readonly divisor_le16: number
  readonly fcr: number
  readonly max_fifo_size: number
  readonly intr_trigger_level: number
}
interface Device {
  readonly hex: string
  readonly decoded: {
    readonly major: number
    readonly minor: number
    readonly nr_ports: number
    readonly ports: Port[]
  }
}

describe('captured states', () => {
  test.each([1, 2])('of %i ports', (ports) => {
    const part = states(ports)
    for (const whole of ['stopcopy', 'precopy-total']) {
      expect(findingsOf(format, part(whole))).toEqual([])
      expect(format.decode(part(whole)).ports).toHaveLength(ports)
    }
    expect(findingsOf(format, part('precopy-part'))).toEqual(['info vf-state/mtty-header-only'])
    expect(decodeErrorOf(format as never, part('stopcopy-part'))).toBe('layout/wrong-magic magic@0')
    expect(format.decode(part('stopcopy')).ports[0]).toMatchObject({
      registers: {
        interruptEnable: { receivedData: true, transmitterEmpty: false, lineStatus: true },
        lineControl: { wordLength: 3, divisorLatchAccess: false },
        modemControl: { dataTerminalReady: true, requestToSend: true, out2: true },
        scratch: 0x5a,
      },
      ...{ head: 10, tail: 3, count: 7, divisor: 1, maxFifoSize: 16, interruptTriggerLevel: 1 },
      fifoControl: { enable: true, triggerLevel: '14' },
    })
  })

  test.each([1, 2])('of %i ports, read behind their header', (ports) => {
    const bytes = states(ports)('stopcopy-part')
    expect(findingsOf(mttyPortsFormat, bytes)).toEqual([])
    expect(mttyPortsFormat.decode(bytes).ports).toEqual(format.decode(states(ports)('stopcopy')).ports)
    expect(findingsOf(mttyPortsFormat, bytes.subarray(0, -1))).toContain('error vf-state/mtty-port-count cut')
  })

  test.each(['q100-paused', 'q100-rootport'])('in the stream %s', (name) => {
    const facts = JSON.parse(Buffer.from(fixture(`expected/${name}.json`)).toString())
    for (const { hex: bytes, decoded } of Object.values(facts.device_state as Record<string, Device>)) {
      expect(findingsOf(format, hex(bytes))).toEqual([])
      const value = format.decode(hex(bytes))
      expect([value.majorVersion, value.minorVersion, value.portCount]).toEqual([
        decoded.major,
        decoded.minor,
        decoded.nr_ports,
      ])
      expect(value.ports).toHaveLength(decoded.ports.length)
      for (const [index, port] of value.ports.entries()) {
        const { registers, fifo, head, tail, count, divisorLatchAccess, overrun, divisor } = port
        const bytesOfPort = mttyPortCodec.encode(port)
        const theirs = decoded.ports[index] as Port
        expect({
          head,
          tail,
          count,
          divisor_le16: divisor,
          dlab: Number(divisorLatchAccess),
          overrun: Number(overrun),
        }).toEqual({
          head: theirs.head,
          tail: theirs.tail,
          count: theirs.count,
          divisor_le16: theirs.divisor_le16,
          dlab: theirs.dlab,
          overrun: theirs.overrun,
        })
        expect([port.maxFifoSize, port.interruptTriggerLevel]).toEqual([
          theirs.max_fifo_size,
          theirs.intr_trigger_level,
        ])
        expect(fifo).toEqual(hex(theirs.fifo))
        expect(bytesOfPort.subarray(0, 8)).toEqual(hex(theirs.uart_reg))
        expect(registers.scratch).toBe(hex(theirs.uart_reg)[7])
        expect(bytesOfPort[32]).toBe(theirs.fcr)
      }
    }
  })
})

test('detection by magic', () => {
  expect(format.detect({ head: states(1)('precopy-part') })).toBe(1)
  expect(format.detect({ head: states(1)('stopcopy-part') })).toBe(0)
  expect(format.detect({ head: states(1)('stopcopy').subarray(0, 7) })).toBe(0)
})

describe.runIf(hasCompiler())('layout in C', () => {
  const PORT = `struct rxtx { uint8_t fifo[16]; uint8_t head, tail; uint8_t count; };
struct serial_port { uint8_t uart_reg[8]; struct rxtx rxtx; bool dlab; bool overrun; uint16_t divisor; uint8_t fcr;
uint8_t max_fifo_size; uint8_t intr_trigger_level; };`
  const STATE = `${PORT}
struct mtty_data { uint64_t magic; uint32_t major_ver; uint32_t minor_ver; uint32_t nr_ports; uint32_t flags; struct serial_port ports[2]; };`

  test('a port', () => {
    const names = {
      uart_reg: 'registers.rxTx',
      'rxtx.fifo': 'fifo',
      'rxtx.head': 'head',
      'rxtx.tail': 'tail',
      'rxtx.count': 'count',
      dlab: 'divisorLatchAccess',
      overrun: 'overrun',
      divisor: 'divisor',
      fcr: 'fifoControl.enable',
      max_fifo_size: 'maxFifoSize',
      intr_trigger_level: 'interruptTriggerLevel',
    }
    const offsets = offsetsInC(PORT, 'serial_port', Object.keys(names))
    const ours = mttyPortCodec.fields(new Uint8Array(36))
    for (const [theirs, name] of Object.entries(names)) {
      expect(`${theirs} ${ours.find(({ path }) => path.join('.') === name)?.offset}`).toBe(
        `${theirs} ${offsets.get(theirs)}`,
      )
    }
    expect(offsets.get('sizeof')).toBe(36)
  })

  test('header', () => {
    const offsets = offsetsInC(STATE, 'mtty_data', ['major_ver', 'minor_ver', 'nr_ports', 'flags', 'ports', 'ports[1]'])
    const fields = mttyStateCodec.fields(states(2)('stopcopy'))
    const at = (name: string) => fields.find(({ path }) => path.join('.').startsWith(name))?.offset
    expect([
      at('majorVersion'),
      at('minorVersion'),
      at('portCount'),
      at('flags'),
      at('ports.0'),
      at('ports.1'),
    ]).toEqual(['major_ver', 'minor_ver', 'nr_ports', 'flags', 'ports', 'ports[1]'].map((name) => offsets.get(name)))
    expect(offsets.get('sizeof')).toBe(96)
  })
})

type Part = readonly [number, number, number | bigint]
const HEADER: readonly Part[] = [
  [0, 8, 0x7e9d09898c3e2c4en],
  [8, 4, 1],
  [16, 4, 1],
]
/** An idle port, and what differs in it: offsets count from the port. */
const state = (...port: readonly Part[]) =>
  image(60, [...HEADER, [24 + 33, 1, 16], ...port.map(([at, size, value]) => [24 + at, size, value] as const)])

const cases: readonly { name: string; bytes: Uint8Array; found: readonly string[] }[] = [
  { name: 'an idle port', bytes: state(), found: [] },
  { name: 'header alone', bytes: image(24, HEADER), found: ['info vf-state/mtty-header-only'] },
  {
    name: 'major version 2',
    bytes: image(24, [...HEADER, [8, 4, 2]]),
    found: ['error vf-state/mtty-header majorVersion', 'info vf-state/mtty-header-only'],
  },
  {
    name: 'minor version 1',
    bytes: image(24, [...HEADER, [12, 4, 1]]),
    found: ['error vf-state/mtty-header minorVersion', 'info vf-state/mtty-header-only'],
  },
  {
    name: 'flags',
    bytes: image(24, [...HEADER, [20, 4, 1]]),
    found: ['error vf-state/mtty-header flags', 'info vf-state/mtty-header-only'],
  },
  {
    name: 'no ports in the header',
    bytes: image(24, [...HEADER, [16, 4, 0]]),
    found: ['error vf-state/mtty-header portCount', 'info vf-state/mtty-header-only'],
  },
  {
    name: 'three ports in the header',
    bytes: image(24, [...HEADER, [16, 4, 3]]),
    found: ['error vf-state/mtty-header portCount', 'info vf-state/mtty-header-only'],
  },
  {
    name: 'a port more than the header says',
    bytes: image(96, [...HEADER, [57, 1, 16], [93, 1, 16]]),
    found: ['error vf-state/mtty-port-count portCount'],
  },
  {
    name: 'a port less than the header says',
    bytes: image(60, [...HEADER, [16, 4, 2], [57, 1, 16]]),
    found: ['error vf-state/mtty-port-count portCount'],
  },
  { name: 'a port cut', bytes: image(59, HEADER), found: ['error vf-state/mtty-port-count portCount'] },
  {
    name: 'one byte after the ports',
    bytes: image(61, [...HEADER, [57, 1, 16]]),
    found: ['error vf-state/mtty-port-count portCount'],
  },
  {
    name: 'head outside the FIFO',
    bytes: state([24, 1, 16]),
    found: ['error vf-state/mtty-fifo-index ports.0.head'],
  },
  { name: 'tail outside the FIFO', bytes: state([25, 1, 16]), found: ['error vf-state/mtty-fifo-index ports.0.tail'] },
  { name: 'a full FIFO', bytes: state([26, 1, 16]), found: [] },
  { name: 'more than full', bytes: state([26, 1, 32]), found: ['warning vf-state/mtty-fifo-count ports.0.count'] },
  {
    name: 'bytes in a FIFO that is switched off',
    bytes: state([24, 1, 2], [26, 1, 2], [33, 1, 1]),
    found: ['info vf-state/mtty-fifo-limit ports.0.count'],
  },
  { name: 'wrapped around', bytes: state([24, 1, 1], [25, 1, 14], [26, 1, 3]), found: [] },
  { name: 'head before its place', bytes: state([24, 1, 1]), found: ['warning vf-state/mtty-fifo-order ports.0.head'] },
  {
    name: 'trigger level',
    bytes: state([34, 1, 17]),
    found: ['warning vf-state/mtty-trigger-level ports.0.interruptTriggerLevel'],
  },
  {
    name: 'line control without its copy',
    bytes: state([3, 1, 0x80]),
    found: ['warning vf-state/mtty-divisor-latch ports.0.divisorLatchAccess'],
  },
  { name: 'divisor latch', bytes: state([3, 1, 0x80], [27, 1, 1]), found: [] },
]

test.each(cases)('$name', ({ bytes, found }) => {
  expect(findingsOf(format, bytes)).toEqual(found)
})

test('every code has a case', () => {
  expect(
    uncovered(
      mttyCodes.entries,
      'vf-state/mtty',
      cases.map(({ found }) => found),
    ),
  ).toEqual([])
})

test.each([0, 7, 8, 23])('%i bytes are no header', (length) => {
  expect(decodeErrorOf(format as never, state().subarray(0, length))).toMatch(/^layout\/ended-early .* needs more$/)
})

test('many ports that are all wrong are judged in time that follows their bytes', () => {
  const bytes = new Uint8Array(64 * 1024).fill(0xa5)
  const { findings } = mttyPortsFormat.inspect(bytes)
  expect(findings.length).toBeGreaterThan(3 * Math.floor(bytes.length / 36))
  expect(findings.find(({ path }) => path.join('.') === 'ports.1819.head')).toMatchObject({
    offset: 1819 * 36 + 24,
    length: 1,
  })
}, 5000)
