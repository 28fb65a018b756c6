import { isOpaque } from '../../layout/index.ts'
import { type ConfigSpace, configSpaceFormat } from '../../pci/index.ts'
import type { Side } from '../../protocol/index.ts'
import {
  GVT_FIXED_SIZES,
  GVT_REGION_SIZE,
  type GvtImage,
  type GvtSection,
  type MdevBody,
  mdevBodyFormat,
  mdevLiveHeadCodec,
  REGISTER_SPACE,
} from '../../vf-state/index.ts'
import type { Machine } from '../machine.ts'
import type { Stage, Steps } from '../stage.ts'
import type { SectionType } from '../stream/writer.ts'
import { barsIn, CAPABILITIES_POINTER, MSIX_BYTES, MSIX_CONTROL } from '../vf/config.ts'
import { HostDevice, laterDifferences, wholeDifferences } from './host-device.ts'
import { receiveLate } from './late.ts'
import type { Recipe } from './recipe.ts'

/** Bytes of the region: run state and image. */
const REGION = GVT_REGION_SIZE
const IMAGE = REGION - 1
/** An END body: flag, BARs, MSI address and data, image. */
const BODY = 1 + 36 + IMAGE
const OPTIONS = { version: '2018', msi64: 'true' } as const
/** Virtual registers: BAR 0 first, then the MSI-X table. */
const MMIO = GVT_FIXED_SIZES.VREG
const MSIX_IN_MMIO = 0x8000
/** Graphics memory of 64 MiB seen and 384 MiB hidden, 8 bytes for each page of 4 KiB. */
const GTT = ((64 + 384) << 8) * 8
const HEADER = 8
const HEAD = GVT_FIXED_SIZES.HEAD

/** An MSI capability, 64-bit and enabled, in front of MSI-X: mdev devices of the time had no MSI-X. */
const MSI_AT = 0x50
const MSI = [0x05, 0x70, 0x81, 0x00, 0x00, 0x00, 0xe0, 0xfe, 0x00, 0x00, 0x00, 0x00, 0x41, 0x00]

/** June 2017 to May 2018: the host driver writes and reads one image of the device. */
class MdevRegion implements Steps {
  private readonly host: HostDevice
  /** As the driver gave it; taken too early, it is not what the device was stopped with. */
  private image: GvtImage | undefined

  constructor(private readonly stage: Stage) {
    this.host = new HostDevice(stage)
    useMsi(stage.source)
  }

  begin(): void {
    const { stage } = this
    const { trace, stream } = stage
    this.introduce('source', stage.source)
    if (stage.has('other-group-running')) {
      trace.add('source', 'topology', { group: 1, device: 0 })
      trace.add('source', 'topology', { group: 2, device: 1 })
    }
    const body = mdevBodyFormat.encode({ flag: 0 }, OPTIONS)
    stream.section('START', body)
    trace.add('source', 'stream-sent', { part: 'setup', flags: 0, bytes: body.length })
  }

  beforeStop(): void {
    if (this.stage.has('read-state-before-stop')) this.readImage()
  }

  afterStop(): void {
    const { stage, host } = this
    this.setRunState('source', 1)
    if (stage.has('bitmap-after-state')) this.readImage()
    host.queryPinned()
  }

  save(): void {
    const { stage } = this
    const { trace, stream, copying, source, random } = stage
    if (stage.has('dma-after-stop')) receiveLate(source, random)
    if (!stage.has('bitmap-after-state') && !stage.has('read-state-before-stop')) this.readImage()
    const words = new DataView(source.vf.config.buffer)
    const body = mdevBodyFormat.encode(
      {
        flag: 1,
        bars: barsIn(source.vf.config),
        msiAddressLow: words.getUint32(MSI_AT + 4, true),
        msiAddressHigh: words.getUint32(MSI_AT + 8, true),
        msiData: words.getUint16(MSI_AT + 12, true),
        ...(this.image === undefined ? {} : { image: this.image }),
      },
      OPTIONS,
    )
    stream.section('END', body)
    trace.add('source', 'stream-sent', { part: 'complete', flags: 1, bytes: body.length })
    copying.transfer(body.length)
  }

  load(type: SectionType, bytes: Uint8Array, target: Machine): number {
    const { stage } = this
    const { trace } = stage
    const length = type === 'START' ? mdevLiveHeadCodec.encode({ flag: 0 } as never).length : BODY
    const body: MdevBody = mdevBodyFormat.decode(bytes.subarray(0, length), OPTIONS)
    trace.add('destination', 'stream-loaded', { part: body.flag === 0 ? 'setup' : 'complete', bytes: length })
    if (body.image === undefined) return length
    if (stage.has('wrong-order')) this.setRunState('destination', 0)
    restoreImage(body.image, target)
    this.introduce('destination', target)
    const pieces = stage.has('image-split') ? [IMAGE >> 1, IMAGE - (IMAGE >> 1)] : [IMAGE]
    let offset = 1
    for (const count of pieces) {
      trace.add('destination', 'region-access', { region: 'device-state', offset, count, write: true })
      offset += count
    }
    trace.add('destination', 'state-loaded', { part: 'image', bytes: IMAGE })
    return length
  }

  compare(target: Machine): string[] {
    return wholeDifferences(this.stage.source, target)
  }

  afterStart(target: Machine): string[] {
    const { source, random } = this.stage
    this.setRunState('destination', 0)
    return laterDifferences(source, target, random.word())
  }

  /** What a run tells of its device before anything else. */
  private introduce(side: Side, { vf }: Machine): void {
    const { trace, has } = this.stage
    const other = side === 'destination'
    trace.add(side, 'platform', { id: other && has('platform-mismatch') ? 'gen9' : 'gen8' })
    trace.add(side, 'region-size', { region: 'device-state', size: REGION })
    for (const [index, value] of barsIn(vf.config).entries()) {
      const moved = other && has('bar-differs') && index === 0 ? 0x10000 : 0
      trace.add(side, 'bar', { index, value: value + moved })
    }
  }

  private readImage(): void {
    const { trace, source } = this.stage
    this.image = imageOf(source)
    trace.add('source', 'region-access', { region: 'device-state', offset: 1, count: IMAGE, write: false })
    trace.add('source', 'state-saved', { part: 'image', bytes: IMAGE })
  }

  private setRunState(side: Side, value: 0 | 1): void {
    const { trace } = this.stage
    trace.add(side, 'status-write', { register: 'runState', value, by: 'vmm' })
  }
}

function useMsi({ vf: { config } }: Machine): void {
  config.set(MSI, MSI_AT)
  config[CAPABILITIES_POINTER] = MSI_AT
  config[MSIX_CONTROL + 1] = 0
}

/** Sections in the order in which the driver writes them; zeros to the end of the region. */
function imageOf({ vf }: Machine): GvtImage {
  const registers = new Uint8Array(MMIO)
  registers.set(vf.registers)
  registers.set(vf.msix, MSIX_IN_MMIO)
  const dataSize = 5 * HEADER + HEAD + vf.config.length + 2 * MMIO + GTT
  const header = { version: 0, dataSize, crcCheck: 0n, globalData: Array.from({ length: 64 }, () => 0n) }
  const section = (type: GvtSection['type'], size: number, body: GvtSection['body']): GvtSection => ({
    type,
    size,
    body,
  })
  return {
    sections: [
      section('HEAD', HEAD, header),
      section('CFG_SPACE', vf.config.length, configSpaceFormat.decode(vf.config)),
      section('SREG', MMIO, new Uint8Array(MMIO)),
      section('VREG', MMIO, registers),
      section('GTT', GTT, new Uint8Array(GTT)),
    ],
    trailing: new Uint8Array(IMAGE - dataSize),
  }
}

function restoreImage({ sections }: GvtImage, { vf }: Machine): void {
  for (const { type, body } of sections) {
    if (type === 'CFG_SPACE' && !(body instanceof Uint8Array) && !isOpaque(body)) {
      vf.config.set(configSpaceFormat.encode(body as ConfigSpace))
    } else if (type === 'VREG' && body instanceof Uint8Array) {
      vf.registers.set(body.subarray(0, REGISTER_SPACE))
      vf.msix.set(body.subarray(MSIX_IN_MMIO, MSIX_IN_MMIO + MSIX_BYTES))
    }
  }
}

export const mdevRegion: Recipe = {
  section: { name: 'vfio-pci', version: 1 },
  state: { format: mdevBodyFormat.name, held: 'bodies', options: () => OPTIONS },
  absentDriver: 'host',
  steps: (stage) => new MdevRegion(stage),
}
