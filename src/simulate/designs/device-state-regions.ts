import type { Side } from '../../protocol/index.ts'
import {
  type DeviceStateBody,
  deviceStateBodyFormat,
  type MemoryPayload,
  type StreamPart,
} from '../../vf-state/index.ts'
import { byteDifferences } from '../compare.ts'
import type { Machine } from '../machine.ts'
import { Refused, type Stage, type Steps } from '../stage.ts'
import { PARTS, type SectionType } from '../stream/writer.ts'
import { barsIn } from '../vf/config.ts'
import { putSnapshot, takeSnapshot } from './device-snapshot.ts'
import { HostDevice, laterDifferences, wholeDifferences } from './host-device.ts'
import { receiveLate } from './late.ts'
import type { Recipe } from './recipe.ts'

/** Bits of the device state. */
const STOP = 1
const LOGGING = 2
const GET = 1
const SET = 2

/** Memory of the device itself, and how much of it the region shows at a time. */
const MEMORY = 64 * 1024
const CHUNK = 16 * 1024
const CHUNKS = MEMORY / CHUNK
const REGIONS = { config: 64 * 1024, memory: CHUNK, bitmap: 16 * 1024 } as const
/** Too small for the state of this device. */
const SMALL_CONFIG = 4096

const OPTIONS = { msi64: false } as const
const NO_MSI = { msiAddressLow: 0, msiAddressHigh: undefined, msiData: 0 } as const
const flags = (data: 'setup' | 'pci' | 'device-config' | 'device-memory', continued: boolean) => ({
  data,
  continued,
  reserved: 0,
})

/** February 2019: control, config, memory and bitmap regions of the host driver. */
class DeviceStateRegions implements Steps {
  private readonly host: HostDevice
  private readonly memory: Uint8Array
  private readonly targetMemory = new Uint8Array(MEMORY)
  /** Chunks of device memory that are not sent yet. */
  private readonly dirty = new Set(Array.from({ length: CHUNKS }, (_, chunk) => chunk))
  private state = 0
  private snapshot: Uint8Array | undefined

  constructor(private readonly stage: Stage) {
    this.host = new HostDevice(stage)
    this.memory = stage.random.bytes(MEMORY)
  }

  begin(): void {
    this.introduce('source')
    if (!this.stage.has('bitmap-without-logging')) this.setState('source', LOGGING)
    this.send('START', [
      { flags: flags('setup', true) },
      { flags: flags('device-memory', false), deviceMemory: this.takeMemory() },
    ])
  }

  afterRound(): void {
    const { random } = this.stage
    this.host.queryWritten()
    // The device goes on working in its own memory, too.
    const chunk = random.below(CHUNKS)
    this.memory.set(random.bytes(64), chunk * CHUNK + random.below(CHUNK - 64))
    this.dirty.add(chunk)
    this.send('PART', [{ flags: flags('device-memory', false), deviceMemory: this.takeMemory() }])
  }

  beforeStop(): void {
    if (this.stage.has('read-state-before-stop')) this.takeConfig()
  }

  afterStop(): void {
    this.setState('source', this.state | STOP)
    if (this.stage.has('bitmap-after-state')) this.takeConfig()
    this.host.queryWritten()
  }

  save(): void {
    const { source, random, has } = this.stage
    if (has('dma-after-stop')) receiveLate(source, random)
    if (this.snapshot === undefined) this.takeConfig()
    const data = this.snapshot ?? new Uint8Array(0)
    const bars = barsIn(source.vf.config)
    this.send('END', [
      { flags: flags('device-memory', true), deviceMemory: this.takeMemory() },
      { flags: flags('pci', true), pci: { bars, ...NO_MSI } },
      { flags: flags('device-config', false), deviceConfig: { length: BigInt(data.length), data } },
    ])
    this.setState('source', STOP)
  }

  load(type: SectionType, bytes: Uint8Array, target: Machine): number {
    const { trace } = this.stage
    const body: DeviceStateBody = deviceStateBodyFormat.decode(bytes, OPTIONS)
    const length = bytes.length - (body.trailing?.length ?? 0)
    if (type === 'START') {
      this.introduce('destination')
      this.setState('destination', STOP)
    }
    trace.add('destination', 'stream-loaded', { part: PARTS[type], bytes: length })
    for (const { deviceMemory, deviceConfig } of body.parts) {
      if (deviceMemory !== undefined) this.putMemory(deviceMemory)
      if (deviceConfig !== undefined) this.putConfig(deviceConfig.data, target)
    }
    return length
  }

  compare(target: Machine): string[] {
    return [
      ...wholeDifferences(this.stage.source, target),
      ...byteDifferences('device memory', this.memory, this.targetMemory),
    ]
  }

  afterStart(target: Machine): string[] {
    const { source, random } = this.stage
    this.setState('destination', 0)
    return laterDifferences(source, target, random.word())
  }

  private introduce(side: Side): void {
    const { trace, has } = this.stage
    const other = side === 'destination'
    trace.add(side, 'platform', { id: other && has('platform-mismatch') ? 'generation 9' : 'generation 8' })
    const sizes = { ...REGIONS, ...(has('config-too-large') ? { config: SMALL_CONFIG } : {}) }
    for (const [region, size] of Object.entries(sizes)) trace.add(side, 'region-size', { region, size })
  }

  private send(type: SectionType, parts: StreamPart[]): void {
    const { trace, stream, copying } = this.stage
    const body = deviceStateBodyFormat.encode({ parts }, OPTIONS)
    stream.section(type, body)
    trace.add('source', 'stream-sent', { part: PARTS[type], flags: body[0] as number, bytes: body.length })
    copying.transfer(body.length)
  }

  /** Reads the dirty chunks of device memory through the region, position first. */
  private takeMemory(): MemoryPayload {
    const { trace } = this.stage
    const chunks = [...this.dirty]
      .sort((a, b) => a - b)
      .map((chunk) => {
        const pos = chunk * CHUNK
        this.write('source', 'memoryPosition', pos)
        this.write('source', 'memoryAction', GET)
        trace.add('source', 'region-access', { region: 'memory', offset: 0, count: CHUNK, write: false })
        return { length: BigInt(CHUNK), pos: BigInt(pos), data: this.memory.slice(pos, pos + CHUNK) }
      })
    this.dirty.clear()
    return { totalLength: BigInt(chunks.length * CHUNK), chunks }
  }

  private putMemory({ chunks }: MemoryPayload): void {
    const { trace } = this.stage
    for (const { pos, data } of chunks) {
      this.write('destination', 'memoryPosition', Number(pos))
      trace.add('destination', 'region-access', { region: 'memory', offset: 0, count: data.length, write: true })
      this.write('destination', 'memoryAction', SET)
      this.targetMemory.set(data, Number(pos))
    }
  }

  private takeConfig(): void {
    const { trace, source } = this.stage
    this.snapshot = takeSnapshot(source.vf)
    const count = this.snapshot.length
    this.write('source', 'configAction', GET)
    trace.add('source', 'region-access', { region: 'config', offset: 0, count, write: false })
    trace.add('source', 'state-saved', { part: 'device-config', bytes: count })
  }

  private putConfig(data: Uint8Array, target: Machine): void {
    const { trace, has } = this.stage
    const early = has('wrong-order')
    this.write('destination', 'configSize', data.length)
    if (early) this.write('destination', 'configAction', SET)
    trace.add('destination', 'region-access', { region: 'config', offset: 0, count: data.length, write: true })
    if (!early) this.write('destination', 'configAction', SET)
    trace.add('destination', 'state-loaded', { part: 'device-config', bytes: data.length })
    // A driver that is told too early takes what the region held before: nothing.
    if (!early && !putSnapshot(data, target.vf))
      throw new Refused(`device config: ${data.length} bytes do not fit this device`)
  }

  private setState(side: Side, value: number): void {
    if (side === 'source') this.state = value
    this.write(side, 'deviceState', value)
  }

  private write(side: Side, register: string, value: number): void {
    this.stage.trace.add(side, 'status-write', { register, value, by: 'vmm' })
  }
}

export const deviceStateRegions: Recipe = {
  section: { name: 'vfio-pci', version: 1 },
  state: {
    format: deviceStateBodyFormat.name,
    held: 'bodies',
    options: (type) => ({
      ...OPTIONS,
      section: type.toLowerCase(),
      configRegion: REGIONS.config,
      memoryRegion: REGIONS.memory,
      // The first section brings all chunks, later ones those that the device has changed.
      memory: 'changed',
    }),
  },
  absentDriver: 'host',
  steps: (stage) => new DeviceStateRegions(stage),
}
