import { DecodeError, defineCodes, hexOffset, type Path, type Report } from '../../findings/index.ts'
import * as generated from '../../generated/vf-state/self-emulation-2015/container.js'
import {
  codec,
  completeOptions,
  type Format,
  isOpaque,
  type OptionMap,
  type OptionValues,
  structureFormat,
  toView,
  type Value,
} from '../../layout/index.ts'
import {
  type ConfigSpace,
  configSpaceFormat,
  findMsixState,
  pciOptions,
  readConfigSpace,
  toPciOptions,
} from '../../pci/index.ts'
import { type ComposedView, composedFormat, type Part } from '../composed.ts'
import {
  checkStreamedMsix,
  msixPartCodes,
  type StreamedMsix,
  streamedMsixFormat,
  streamedMsixLength,
  vectorsOf,
} from '../msix-part.ts'
import { CONTAINER_FLAGS, containerBlob, containerHead, containerVectors } from './container.layout.ts'
import { MIGRATION_STATUS_OFFSET } from './migration-status.layout.ts'
import { checkMigrationStatus, migrationStatusCodec, migrationStatusCodes } from './migration-status.ts'
import { type StateInPf, stateInPfFormat } from './state-in-pf.ts'

export const containerHeadCodec = codec(containerHead, generated.containerHead)
export const containerVectorsCodec = codec(containerVectors, generated.containerVectors)
export const containerBlobCodec = codec(containerBlob, generated.containerBlob)

/** One body of the proposed section. A setup body has its flag alone. */
export interface ContainerBody
  extends Value<typeof containerHead>,
    Partial<Value<typeof containerVectors>>,
    Partial<Value<typeof containerBlob>> {
  configSpace?: ConfigSpace | { opaque: Uint8Array }
  msix?: StreamedMsix | { opaque: Uint8Array }
  stateInPf?: StateInPf | { opaque: Uint8Array }
  trailing?: Uint8Array
}

const SOURCE = 'Proposed; RFC Patch 00/12 and RFC PATCH 0/3 "Qemu/IXGBE" of October 2015'

export const containerCodes = defineCodes({
  ...msixPartCodes.entries,
  ...migrationStatusCodes.entries,
  'vf-state/vfio-vf-flag': {
    severity: 'error',
    title: 'the body starts with a flag that is neither setup nor complete',
    explanation: 'The flag says what follows. The section is of another version, or the stream is out of step.',
    source: SOURCE,
  },
  'vf-state/vfio-vf-config-length': {
    severity: 'error',
    title: 'the config space is neither 256 nor 4096 bytes',
    explanation: 'A PCI function has 256 bytes, a PCI Express function 4096. A destination has no place for others.',
    source: SOURCE,
  },
  'vf-state/migration-status-covered': {
    severity: 'warning',
    title: 'a capability covers the migration status bytes',
    explanation:
      'The design takes the bytes 0xf0 and 0xf1 of config space without asking whether they are free. On this device they belong to a capability, and guest and QEMU overwrite each other.',
    source: SOURCE,
  },
})

const options = { ...pciOptions, variant: stateInPfFormat.options.variant } as OptionMap

/** Body of a section that a QEMU of October 2015 could have sent. */
export const containerFormat: Format<ContainerBody> = composedFormat<ContainerBody>({
  name: 'vfio-vf-v1',
  title: 'Body of a proposed "vfio-vf-v1" stream section (self emulation, 2015)',
  source: containerHead.facts.source,
  evidence: 'proposed',
  options,
  codes: containerCodes.entries,
  kinds: {
    head: { format: structureFormat({ codec: containerHeadCodec }), inline: true },
    configSpace: { format: configSpaceFormat, space: true },
    vectors: { format: structureFormat({ codec: containerVectorsCodec }), inline: true },
    msix: { format: streamedMsixFormat },
    blob: { format: structureFormat({ codec: containerBlobCodec }), inline: true },
    stateInPf: { format: stateInPfFormat },
  },
  split: (bytes, given) => new Splitter(bytes, given).parts(),
  partOptions: (name, part) => (name === 'msix' ? vectorsOf(part) : {}),
  rule: judge,
})

const [SETUP, COMPLETE] = [1, 2]

/** Follows the stated lengths; each has to be there. */
class Splitter {
  private at = 0
  private readonly found: Part[] = []
  constructor(
    private readonly bytes: Uint8Array,
    private readonly given: OptionValues,
  ) {}

  parts(): Part[] {
    this.need(1, ['flag'])
    const flag = this.bytes[0] as number
    if (flag === SETUP) return this.take('head', 1)
    if (flag !== COMPLETE) {
      const expected = Object.entries(CONTAINER_FLAGS).map(([number, name]) => `${number} (${name})`)
      const facts = { expected: expected.join(' or '), found: String(flag) }
      throw new DecodeError({ code: 'vf-state/vfio-vf-flag', path: ['flag'], offset: 0, ...facts })
    }
    const { variant, ...pci } = this.given
    const configLength = this.number('head', 5, 'configLength')
    this.take('configSpace', configLength, pci)
    const vectors = this.number('vectors', 4, 'msixEntries')
    if (vectors > 0) this.take('msix', streamedMsixLength(vectors), { vectors })
    const blobLength = this.number('blob', 4, 'blobLength')
    if (blobLength > 0) this.take('stateInPf', blobLength, { variant: variant as string })
    return this.found
  }

  /** A part that ends with a big-endian number. */
  private number(name: string, length: number, field: string): number {
    this.need(length, [field])
    this.take(name, length)
    return toView(this.bytes).getUint32(this.at - 4, false)
  }

  private take(name: string, length: number, options?: OptionValues): Part[] {
    this.need(length, [name])
    this.found.push({ name, offset: this.at, length, ...(options === undefined ? {} : { options }) })
    this.at += length
    return this.found
  }

  private need(length: number, path: Path): void {
    const left = this.bytes.length - this.at
    if (left >= length) return
    throw new DecodeError({
      code: 'layout/ended-early',
      path,
      offset: this.at,
      expected: `${length} bytes`,
      found: left === 0 ? 'the end of the input' : `only ${left}`,
      needsMore: true,
    })
  }
}

function judge(body: ContainerBody, report: Report, view: ComposedView): void {
  const { configLength, configSpace, msix } = body
  const at = view.parts.find(({ name }) => name === 'configSpace')
  if (configLength === undefined || at === undefined) return
  if (configLength !== 256 && configLength !== 4096) {
    const path = ['configLength']
    const message = `The config space has ${configLength} bytes.`
    report(containerCodes.finding('vf-state/vfio-vf-config-length', message, { ...view.locate(path), path }))
  }
  if (configSpace === undefined || isOpaque(configSpace)) return
  const space = view.bytes.subarray(at.offset, at.offset + at.length)
  const state = findMsixState(space)
  if (state?.enabled && msix === undefined) {
    const path = ['msixEntries']
    const message = `${state.vectors} vectors are enabled, and there is no table.`
    report(msixPartCodes.finding('vf-state/msix-missing', message, { ...view.locate(path), path }))
  }
  checkStreamedMsix(msix, state, report, view)
  checkStatus(space, view, report)
}

/** The two status bytes inside the config space; findings count there. */
function checkStatus(space: Uint8Array, { options: given }: ComposedView, report: Report): void {
  const end = MIGRATION_STATUS_OFFSET + 2
  const bytes = space.subarray(MIGRATION_STATUS_OFFSET, end)
  if (bytes.length < 2) return
  const path = ['configSpace']
  const place = { offset: MIGRATION_STATUS_OFFSET, length: 2, path }
  const { variant: _, ...pci } = completeOptions(options, given)
  const covering = readConfigSpace(space, toPciOptions(pci)).placements.find(
    ({ list, head, length }) =>
      list === 'capabilities' && head.offset < end && head.offset + length > MIGRATION_STATUS_OFFSET,
  )
  if (covering !== undefined) {
    const message = `The capability at ${hexOffset(covering.head.offset)} reaches to ${hexOffset(covering.head.offset + covering.length)}.`
    report({ ...containerCodes.finding('vf-state/migration-status-covered', message, place), in: 'configSpace' })
  }
  checkMigrationStatus(migrationStatusCodec.decode(bytes), (code, message, [name]) => {
    const offset = MIGRATION_STATUS_OFFSET + (name === 'status' ? 0 : 1)
    const finding = migrationStatusCodes.finding(code, message, { offset, length: 1, path })
    report({ ...finding, in: 'configSpace' })
  })
}
