import { blockBitmapChunkCodec } from '../dirty-bitmap/index.ts'
import type { StructType } from '../layout/index.ts'
import type { QemuCommandName } from '../qemu/elements.layout.ts'
import { command } from '../qemu/frame.layout.ts'
import { makeValue } from './arbitrary.ts'
import { makeDevice } from './qemu-device.ts'
import { RamMaker } from './qemu-ram.ts'
import { makeVfioConfig, vfioTag } from './qemu-vfio.ts'
import type { QemuWriter, WrittenDevice } from './qemu-writer.ts'
import type { Tape } from './tape.ts'

/** Writes what stands between the configuration and the end mark: what begins, goes on and ends, then states of devices. */
export function makeElements(tape: Tape, writer: QemuWriter): void {
  makeCommands(tape, writer, BEFORE)
  const ram = tape.rarely(8) ? undefined : new RamMaker(tape, writer)
  ram?.start()
  const bitmaps = tape.rarely(4) ? writer.device('dirty-bitmap') : undefined
  if (bitmaps !== undefined) writer.section('START', bitmaps, () => makeChunks(tape, writer))
  const vfio = Array.from({ length: tape.below(3) }, (_, index) => writer.device(`0000:00:0${index}.0/vfio`))
  for (const device of vfio) {
    writer.section('START', device, () => writer.add(vfioTag('DEV_SETUP_STATE'), vfioTag('END_OF_STATE')))
  }
  for (let round = tape.below(3); round > 0; round--) {
    ram?.go('PART')
    if (bitmaps !== undefined && tape.rarely(2)) writer.section('PART', bitmaps, () => makeChunks(tape, writer))
    for (const device of vfio) if (tape.rarely(2)) makeVfioPart(tape, writer, device)
  }
  makeCommands(tape, writer, SWITCH)
  ram?.go('END')
  if (bitmaps !== undefined) writer.section('END', bitmaps, () => makeChunks(tape, writer))
  for (const device of vfio) {
    writer.section('END', device, () => {
      for (let left = tape.below(3); left > 0; left--) makeData(tape, writer)
      writer.add(vfioTag('END_OF_STATE'))
    })
  }
  for (const device of vfio) makeVfioState(tape, writer, device)
  for (let left = tape.below(4); left > 0; left--) makeDevice(tape, writer)
}

const COMMANDS = {
  open: 1,
  ping: 2,
  advise: 3,
  discard: 6,
  packaged: 7,
  receive: 10,
  switchover: 11,
  unknown: 12,
} as const

const BEFORE = [COMMANDS.open, COMMANDS.ping, COMMANDS.advise] as const
const SWITCH = [COMMANDS.switchover, COMMANDS.discard, COMMANDS.packaged, COMMANDS.receive, COMMANDS.unknown] as const

/** Some of the commands, each with what its description makes of it. */
function makeCommands(tape: Tape, writer: QemuWriter, kinds: readonly number[]): void {
  for (const kind of kinds) {
    if (!tape.rarely(4)) continue
    const made = makeCommand(tape, kind)
    if (kind === COMMANDS.advise && made.length === 16) writer.postcopyAdvised = true
    writer.command(made.command, made.content, made.length)
  }
}

interface Command {
  readonly command: QemuCommandName | number
  readonly content: object
  /** Bytes of the content. */
  readonly length: number
}

function makeCommand(tape: Tape, kind: number): Command {
  const { inner } = command.fields.content
  const described = inner.cases[kind as keyof typeof inner.cases] as StructType | undefined
  switch (kind) {
    case COMMANDS.advise:
      return tape.rarely(2)
        ? { command: 'POSTCOPY_ADVISE', content: { hostPages: 4096n, targetPageSize: 4096n }, length: 16 }
        : { command: 'POSTCOPY_ADVISE', content: {}, length: 0 }
    case COMMANDS.ping:
      return { command: 'PING', content: makeValue(described as StructType, tape), length: 4 }
    case COMMANDS.packaged:
      return { command: 'PACKAGED', content: { packagedLength: tape.below(300) }, length: 4 }
    case COMMANDS.discard: {
      const ranges = Array.from({ length: tape.below(3) }, () => ({ start: tape.bits(64), length: tape.bits(20) }))
      const content = { version: 0, nameLength: 6, name: 'pc.ram', terminator: 0, ranges }
      return { command: 'POSTCOPY_RAM_DISCARD', content, length: 9 + 16 * ranges.length }
    }
    case COMMANDS.receive:
      return { command: 'RECV_BITMAP', content: { nameLength: 6, name: 'pc.ram' }, length: 7 }
    case COMMANDS.unknown: {
      const bytes = tape.bytes(tape.below(9))
      return { command: 12 + tape.below(100), content: { bytes }, length: bytes.length }
    }
    case COMMANDS.open:
      return { command: 'OPEN_RETURN_PATH', content: { bytes: new Uint8Array(0) }, length: 0 }
    default:
      return { command: 'SWITCHOVER_START', content: { bytes: new Uint8Array(0) }, length: 0 }
  }
}

/** Chunks of block dirty bitmaps, the last of which ends the body. */
function makeChunks(tape: Tape, writer: QemuWriter): void {
  for (let left = tape.below(3); left > 0; left--) {
    const chunk = makeValue(blockBitmapChunkCodec.type, tape) as { flags: { eos: boolean } }
    writer.add(blockBitmapChunkCodec.encode({ ...chunk, flags: { ...chunk.flags, eos: false } } as never))
  }
  writer.add(Uint8Array.of(1))
}

/** A round of a VFIO device: data it has, or the mark that its first data is complete. */
function makeVfioPart(tape: Tape, writer: QemuWriter, device: WrittenDevice): void {
  writer.section('PART', device, () => {
    if (tape.rarely(2)) makeData(tape, writer)
    writer.add(vfioTag(tape.rarely(4) ? 'DEV_INIT_DATA_SENT' : 'END_OF_STATE'))
  })
}

function makeData(tape: Tape, writer: QemuWriter): void {
  const data = tape.bytes(tape.pick([0, 1, 24, tape.below(80)]))
  writer.add(vfioTag('DEV_DATA_STATE', data.length), data)
}

/** The FULL section of a VFIO device, which the description has as one field of bytes. */
function makeVfioState(tape: Tape, writer: QemuWriter, device: WrittenDevice): void {
  if (tape.rarely(6)) return
  const body = tape.rarely(4)
    ? [vfioTag(tape.pick(['END_OF_STATE', 'DEV_CONFIG_LOAD_READY'] as const))]
    : [vfioTag('DEV_CONFIG_STATE'), makeVfioConfig(tape), vfioTag('END_OF_STATE')]
  const size = body.reduce((sum, { length }) => sum + length, 0)
  writer.describe(device, { fields: [{ name: 'data', type: 'buffer', size }] })
  writer.section('FULL', device, () => writer.add(...body))
}
