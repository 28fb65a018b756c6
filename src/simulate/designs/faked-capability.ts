import { isOpaque } from '../../layout/index.ts'
import {
  configSpaceFormat,
  type Observer,
  parseObserver,
  qemuMessage,
  readConfigSpace,
  refusedBytes,
  toPciOptions,
} from '../../pci/index.ts'
import {
  SRIOV_SECTION_NAME,
  SRIOV_VMSTATE_VERSION,
  type SriovBody,
  sriovBodyFormat,
  streamedMsixCodec,
  streamedMsixLength,
} from '../../vf-state/index.ts'
import { byteDifferences, memoryDifferences, valueDifferences } from '../compare.ts'
import type { Machine } from '../machine.ts'
import { Refused, type Stage, type Steps } from '../stage.ts'
import type { SectionType } from '../stream/writer.ts'
import { CAPABILITIES, MAILBOX_VECTOR, MSIX_AT, VECTORS } from '../vf/config.ts'
import { streamedTable } from '../vf/messages.ts'
import { FAKED_LENGTH, FakedRegisters } from './faked-registers.ts'
import { receiveLate } from './late.ts'
import { raiseMailbox, waitForGuest } from './mailbox.ts'
import type { Recipe } from './recipe.ts'

/** Where QEMU finds room for the capability; where a destination with other gaps finds it. */
const FAKED_AT = 0x50
const ELSEWHERE = 0x58
const CONFIG_SIZE = 4096
/** Bytes of a completion body: flag, version, config space, INTx levels, MSI-X table with its pending bits. */
const BODY = 1 + 4 + CONFIG_SIZE + 16 + streamedMsixLength(VECTORS)

/** November 2015: QEMU tells the guest driver through a capability that it fakes, and waits for its answer. */
class FakedCapability implements Steps {
  private readonly registers: FakedRegisters

  constructor(private readonly stage: Stage) {
    const { source, trace } = stage
    const offset = stage.has('capability-overlap') ? MSIX_AT + 4 : FAKED_AT
    this.registers = new FakedRegisters('source', source.vf, offset, trace)
  }

  begin(): void {
    const { stage, registers } = this
    this.placeCapabilities(stage.source, registers.offset)
    registers.insert()
    if (stage.has('interface-down')) {
      stage.source.driver.close()
      stage.trace.add('source', 'device', { state: 'down' })
      registers.write('enable', 'disable', 'guest')
    } else if (stage.has('driver-absent')) stage.trace.add('source', 'device', { state: 'absent' })
    else {
      registers.nameVector(MAILBOX_VECTOR)
      registers.write('enable', 'enable', 'guest')
    }
    stage.stream.section('START', sriovBodyFormat.encode({ flag: 'setup', vmstateVersion: undefined }))
    stage.trace.add('source', 'stream-sent', { part: 'setup', flags: 1, bytes: 1 })
  }

  beforeStop(): void {
    const { stage, registers } = this
    if (!registers.enabled) return
    if (stage.has('ready-without-start')) registers.write('vfStatus', 'ready', 'guest')
    if (stage.has('vector-masked')) stage.source.vf.msix[16 * MAILBOX_VECTOR + 12] = 1
    registers.write('vmmStatus', 'start', 'vmm')
    const heard = raiseMailbox(stage, stage.source, registers.mailboxVector)
    if (stage.has('wrong-order')) return
    if (stage.has('disabled-during-wait')) registers.write('enable', 'disable', 'guest')
    const answers = heard && !stage.has('guest-silent') && !stage.has('disabled-during-wait')
    waitForGuest(stage, answers, () => {
      stage.source.driver.close()
      stage.trace.add('source', 'device', { state: 'quiet' })
      registers.write('vfStatus', 'ready', 'guest')
    })
  }

  save(): void {
    const { trace, source, stream, copying, random, has } = this.stage
    if (has('dma-after-stop')) receiveLate(source, random)
    const body = sriovBodyFormat.encode({
      flag: 'complete',
      vmstateVersion: SRIOV_VMSTATE_VERSION,
      configSpace: configSpaceFormat.decode(source.vf.config, { capability14: 'migration-2015' }),
      intxLevels: [0, 0, 0, 0],
      msix: streamedTable(source.vf.msix),
    })
    trace.add('source', 'state-saved', { part: 'config', bytes: CONFIG_SIZE })
    trace.add('source', 'state-saved', { part: 'msix', bytes: streamedMsixLength(VECTORS) })
    stream.section('END', body)
    trace.add('source', 'stream-sent', { part: 'complete', flags: 2, bytes: body.length })
    copying.transfer(body.length)
  }

  load(type: SectionType, bytes: Uint8Array, target: Machine): number {
    const { trace } = this.stage
    const length = type === 'START' ? 1 : BODY
    const body: SriovBody = sriovBodyFormat.decode(bytes.subarray(0, length))
    const complete = body.flag === 'complete'
    trace.add('destination', 'stream-loaded', { part: complete ? 'complete' : 'setup', bytes: length })
    if (complete) this.restore(body, target)
    return length
  }

  beforeStart(target: Machine): void {
    const registers = this.registersOf(target)
    registers.write('vmmStatus', 'end', 'vmm')
    registers.write('vfStatus', 'wait', 'vmm')
  }

  compare(target: Machine): string[] {
    const { source } = this.stage
    const config = (machine: Machine) => {
      const bytes = machine.vf.config.slice()
      // The destination takes both status registers back.
      bytes.fill(0, this.registers.offset + 5, this.registers.offset + 7)
      return bytes
    }
    return [
      ...memoryDifferences(source.ram, target.ram),
      ...byteDifferences('config space', config(source), config(target)),
      ...byteDifferences('MSI-X table', source.vf.msix, target.vf.msix),
    ]
  }

  afterStart(target: Machine): string[] {
    const { stage } = this
    const registers = this.registersOf(target)
    if (!registers.enabled) return []
    raiseMailbox(stage, target, registers.mailboxVector)
    const { driver } = target
    // A driver that was not closed on the source still has its old rings, and a device that knows nothing of them.
    const differences =
      driver.variables.open === true ? ['rings: the device of the destination does not know them'] : []
    const before = driver.shown()
    target.vf.reset()
    stage.trace.add('destination', 'device', { state: 'reset' })
    driver.open()
    driver.readCounters()
    stage.trace.add('destination', 'device', { state: 'up' })
    return [...differences, ...valueDifferences('counter', before, driver.shown())]
  }

  /** Where the faked capability and those of the device are. */
  private placeCapabilities({ side }: Machine, offset: number): void {
    const { trace } = this.stage
    for (const { id, offset: at, length } of CAPABILITIES) {
      trace.add(side, 'capability-place', { offset: at, length, faked: false, id })
    }
    trace.add(side, 'capability-place', { offset, length: FAKED_LENGTH, faked: true, id: 0x14 })
  }

  private registersOf(target: Machine): FakedRegisters {
    return new FakedRegisters('destination', target.vf, this.registers.offset, this.stage.trace)
  }

  /** Puts config space and MSI-X table in place, as far as QEMU takes them. */
  private restore({ configSpace, msix }: SriovBody, target: Machine): void {
    const { stage } = this
    const { trace } = stage
    const own = stage.has('capability-offset') ? ELSEWHERE : this.registers.offset
    new FakedRegisters('destination', target.vf, own, trace).insert()
    this.placeCapabilities(target, own)
    if (configSpace === undefined || isOpaque(configSpace) || msix === undefined || isOpaque(msix)) {
      throw new Refused('the completion body has no config space or no MSI-X table')
    }
    const incoming = configSpaceFormat.encode(configSpace)
    const refused = refusedByte(incoming, target.vf.config, own)
    if (refused !== undefined) {
      trace.add('destination', 'state-refused', { part: 'config', reason: refused })
      throw new Refused(`config space: ${refused}`)
    }
    target.vf.config.set(incoming)
    trace.add('destination', 'state-loaded', { part: 'config', bytes: incoming.length })
    const table = streamedMsixCodec.encode(msix, { parameters: { vectors: VECTORS } })
    target.vf.msix.set(table.subarray(0, 16 * VECTORS))
    trace.add('destination', 'state-loaded', { part: 'msix', bytes: table.length })
  }
}

/** QEMU's complaint about the incoming bytes; its mask lets the guest write all of the faked capability. */
function refusedByte(incoming: Uint8Array, own: Uint8Array, faked: number): string | undefined {
  const options = toPciOptions({ capability14: 'migration-2015' })
  const observer = parseObserver('vfio-pci') as Observer
  const refused = refusedBytes(readConfigSpace(incoming, options), readConfigSpace(own, options), observer)
  const first = refused.find(({ offset }) => offset < faked || offset >= faked + FAKED_LENGTH)
  return first && qemuMessage(first)
}

export const fakedCapability: Recipe = {
  section: { name: SRIOV_SECTION_NAME, version: 1 },
  state: { format: sriovBodyFormat.name, held: 'bodies' },
  absentDriver: 'guest',
  steps: (stage) => new FakedCapability(stage),
}
