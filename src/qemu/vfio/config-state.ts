import { DecodeError, type Finding } from '../../findings/index.ts'
import * as generated from '../../generated/qemu/vfio/config-state.js'
import {
  type BytesInput,
  codec,
  type DerivedSpace,
  type Format,
  type Located,
  type OptionValues,
  structureFormat,
  toBytes,
  type Value,
} from '../../layout/index.ts'
import { type ConfigSpace, configSpaceFormat, msixTableCodes, pciOptions } from '../../pci/index.ts'
import { composedFormat, type Part } from '../../vf-state/index.ts'
import { vfioConfigCodes } from './config-codes.ts'
import {
  DISPLAY_SIZE,
  extentOf,
  findConfigExtent,
  HEAD_SIZE,
  INTERRUPTS_SIZE,
  partialExtentOf,
} from './config-extent.ts'
import { judgeConfigState } from './config-judge.ts'
import { configStateDisplay, configStateHead, configStateInterrupts, configStateMsix } from './config-state.layout.ts'

export const configStateHeadCodec = codec(configStateHead, generated.configStateHead)
export const configStateInterruptsCodec = codec(configStateInterrupts, generated.configStateInterrupts)
const msixCodec = codec(configStateMsix, generated.configStateMsix)
const displayCodec = codec(configStateDisplay, generated.configStateDisplay)

/** MSI-X table (as the codec of tables gives it) and pending bits. */
export type VfioMsix = Value<typeof configStateMsix>
export type VfioDisplay = Value<typeof configStateDisplay>

interface Damaged {
  opaque: Uint8Array
}

/** PCI state of a device: what follows the tag DEV_CONFIG_STATE, up to END_OF_STATE. */
export interface VfioConfigState extends Value<typeof configStateHead>, Value<typeof configStateInterrupts> {
  /** As the guest sees it, 256 or 4096 bytes. */
  configSpace: ConfigSpace | Damaged
  /** Only with an MSI-X capability. */
  msix?: VfioMsix | Damaged
  /** Only of a device that shows the guest's frame buffer. */
  display?: VfioDisplay | Damaged
  /** Bytes that no part accounts for. */
  trailing?: Uint8Array
}

const composed: Format<VfioConfigState> = composedFormat<VfioConfigState>({
  name: 'qemu-vfio-config-state',
  title: 'PCI state of a VFIO device in a QEMU stream',
  source: 'QEMU hw/vfio/pci.c, vmstate_vfio_pci_config',
  evidence: 'verified',
  options: pciOptions,
  codes: { ...vfioConfigCodes.entries, ...msixTableCodes.entries },
  kinds: {
    head: { format: structureFormat({ codec: configStateHeadCodec }), inline: true },
    configSpace: { format: configSpaceFormat, space: true },
    interrupts: { format: structureFormat({ codec: configStateInterruptsCodec }), inline: true },
    msix: { format: structureFormat({ codec: msixCodec }) },
    display: { format: structureFormat({ codec: displayCodec }) },
  },
  split,
  partOptions: (name, part) => (name === 'msix' ? { vectors: vectorsOf(part) } : {}),
  rule: judgeConfigState,
})

/** PCI state of a VFIO device in QEMU's stream. */
export const vfioConfigStateFormat: Format<VfioConfigState> = {
  ...composed,
  inspect(input, options) {
    const { value, findings } = composed.inspect(input, options)
    // Bytes that are left over have a finding of their own, which says what it means.
    return { value, findings: findings.filter(({ code }) => code !== 'layout/trailing-bytes') }
  },
}

function vectorsOf(part: unknown): number {
  const { table } = (part ?? {}) as { table?: { entries?: unknown } }
  return Array.isArray(table?.entries) ? table.entries.length : 0
}

function split(bytes: Uint8Array, options: OptionValues): Part[] {
  const extent = extentOf(bytes) ?? partialExtentOf(bytes)
  if (extent === undefined) {
    const found = bytes.length === 0 ? 'the end of the input' : `only ${bytes.length}`
    const facts = { expected: 'a config state of at least 276 bytes', found, needsMore: true }
    throw new DecodeError({ code: 'layout/ended-early', path: [], offset: bytes.length, ...facts })
  }
  const parts: Part[] = []
  let offset = 0
  const add = (name: string, length: number, given?: OptionValues) => {
    parts.push({ name, offset, length, ...(given && { options: given }) })
    offset += length
  }
  const { configSize, vectors, hasDisplay, length } = extent
  add('head', HEAD_SIZE)
  add('configSpace', configSize, options)
  add('interrupts', INTERRUPTS_SIZE)
  const displaySize = hasDisplay ? DISPLAY_SIZE : 0
  if (vectors > 0) add('msix', length - offset - displaySize, { vectors })
  if (hasDisplay) add('display', displaySize)
  return parts
}

/** A config state with what was found; offsets count from its first byte, those of its config space in a space of its own. */
export interface DecodedConfigState {
  readonly value: VfioConfigState
  /** Bytes of the payload: END_OF_STATE follows them. */
  readonly length: number
  readonly findings: Finding[]
  /** Every field with its place. */
  fields(): Located[]
  /** The space `configSpace`, in which findings about the config space count. */
  spaces(): DerivedSpace[]
}

/**
 * Decodes the payload that the bytes start with. Undefined where its end cannot be told, or nothing of it is there.
 *
 * @param input from the first byte behind the tag DEV_CONFIG_STATE; may be longer
 * @param known the length, where the stream's own description states it: the size of the section's field less 16
 */
export function decodeConfigState(
  input: BytesInput,
  known: { readonly length?: number | undefined; readonly options?: OptionValues } = {},
): DecodedConfigState | undefined {
  const bytes = toBytes(input)
  const length = known.length ?? lengthOf(bytes)
  if (length === undefined || length > bytes.length) return undefined
  const payload = bytes.subarray(0, length)
  const { value, findings } = vfioConfigStateFormat.inspect(payload, known.options)
  if (value === undefined) return undefined
  return {
    ...{ value, length, findings },
    fields: () => vfioConfigStateFormat.fields(payload, known.options),
    spaces: () => vfioConfigStateFormat.spaces?.(payload, known.options) ?? [],
  }
}

function lengthOf(bytes: Uint8Array): number | undefined {
  const search = findConfigExtent(bytes, true)
  return typeof search === 'object' && 'found' in search ? search.found.length : undefined
}

/**
 * The bytes of a config state, without tags. A config space of another length or with other vectors needs the table to
 * match. @throws EncodeError
 */
export function encodeConfigState(value: VfioConfigState): Uint8Array {
  return vfioConfigStateFormat.encode(value)
}
