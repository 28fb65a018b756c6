import { describe, expect, test } from 'vitest'
import { bufferAddress, MAP, SOCKET_BUFFERS } from '../../src/simulate/guest/memory-map.ts'
import { Machine } from '../../src/simulate/machine.ts'
import { Random } from '../../src/simulate/random.ts'
import { readStream } from '../../src/simulate/stream/reader.ts'
import { StreamWriter } from '../../src/simulate/stream/writer.ts'
import { Trace } from '../../src/simulate/trace.ts'
import { traffic } from '../../src/simulate/traffic.ts'
import { QUEUE_ENABLE, RING } from '../../src/simulate/vf/registers.ts'

function machine(seed = 1) {
  const one = new Machine('source', new Trace())
  one.driver.open()
  return { one, random: new Random(seed) }
}

describe('guest, driver and VF', () => {
  test('a packet from the network reaches a program, and the counters tell of it', () => {
    const { one, random } = machine()
    const packet = random.bytes(200)
    expect(one.vf.receive(packet)).toBe(true)
    expect(one.driver.waiting()).toEqual([0])
    one.driver.readCounters()
    one.driver.poll(8)
    expect(one.ram.at(bufferAddress('sockets', 0), 200)).toEqual(packet)
    expect(one.driver.shown()).toEqual({ gprc: 1n, gorc: 200n, gptc: 0n, gotc: 0n, mprc: 0n })
    expect(one.vf.read(RING.rx.head)).toBe(1)
    expect(one.vf.read(RING.rx.tail)).toBe(0)
  })

  test('a packet of a program reaches the network', () => {
    const { one, random } = machine()
    const packet = random.bytes(1514)
    expect(one.driver.send(packet)).toBe(true)
    expect(one.vf.transmit()).toEqual(packet)
    expect(one.vf.transmit()).toBeUndefined()
  })

  test('a full receive ring drops packets until the driver has made room', () => {
    const { one, random } = machine()
    let stored = 0
    while (one.vf.receive(random.bytes(60))) stored += 1
    expect(stored).toBe(63)
    one.driver.poll(1)
    expect(one.vf.receive(random.bytes(60))).toBe(true)
  })

  test('without bus mastering, or with the queue off, the device leaves memory alone', () => {
    const { one, random } = machine()
    one.vf.busMaster = false
    expect(one.vf.receive(random.bytes(60))).toBe(false)
    one.vf.busMaster = true
    one.vf.write(RING.rx.control, 0)
    expect(one.vf.receive(random.bytes(60))).toBe(false)
    one.vf.write(RING.rx.control, QUEUE_ENABLE)
    expect(one.vf.receive(random.bytes(60))).toBe(true)
  })

  test('writes of the CPU are logged, those of the device are not', () => {
    const { one, random } = machine()
    one.ram.takeDirty()
    one.vf.receive(random.bytes(60))
    expect(one.ram.takeDirty()).toEqual([])
    one.driver.poll(1)
    expect(one.ram.takeDirty()).toEqual([MAP.variables.page, MAP.rxRing.page, MAP.sockets.page])
  })

  test('no packet is lost or mixed up in long traffic', () => {
    const { one, random } = machine(7)
    const [sent, came]: [Uint8Array[], Uint8Array[]] = [[], []]
    for (let step = 0; step < 3000; step++) {
      const packet = random.bytes(random.between(60, 1514))
      const what = random.below(4)
      if (what === 0 && one.vf.receive(packet)) came.push(packet)
      if (what === 1 && one.driver.send(packet)) sent.push(packet)
      if (what === 2) {
        const packetSent = one.vf.transmit()
        if (packetSent !== undefined) expect(packetSent).toEqual(sent.shift())
      }
      if (what === 3) {
        const before = one.driver.variables.received
        one.driver.poll(random.between(1, 8))
        for (let index = before; index < one.driver.variables.received; index++) {
          const packetCame = came.shift() as Uint8Array
          if (one.driver.variables.received - index > SOCKET_BUFFERS) continue
          expect(one.ram.at(bufferAddress('sockets', index % SOCKET_BUFFERS), packetCame.length)).toEqual(packetCame)
        }
      }
    }
    expect(one.driver.variables.received).toBeGreaterThan(300)
  })
})

test('what the stream carries of memory arrives, and what is behind it is the device', () => {
  const { one, random } = machine()
  for (let step = 0; step < 500; step++) traffic(one, random)
  const writer = new StreamWriter({ name: 'vfio-sriov', version: 1 })
  writer.memory(one.ram)
  writer.section('START', Uint8Array.of(1))
  writer.beginRound(true)
  for (let page = 0; page < one.ram.pages; page++) writer.page(one.ram, page)
  writer.endRound()
  writer.section('END', Uint8Array.of(2, 3, 4))
  const other = new Machine('destination', new Trace())
  const bodies: unknown[] = []
  writer.end()
  readStream(writer.bytes(), other.ram, (type, bytes) => {
    const length = type === 'START' ? 1 : 3
    bodies.push([type, [...bytes.subarray(0, length)]])
    return length
  })
  expect(other.ram.bytes).toEqual(one.ram.bytes)
  expect(bodies).toEqual([
    ['START', [1]],
    ['END', [2, 3, 4]],
  ])
})
