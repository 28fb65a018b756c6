import { joined } from '../../layout/index.ts'
import {
  type Observer,
  parseObserver,
  qemuMessage,
  readConfigSpace,
  refusedBytes,
  toPciOptions,
} from '../../pci/index.ts'
import { configStateHeadCodec, configStateInterruptsCodec, type VfioTag, vfioRecordCodec } from '../../qemu/index.ts'
import { streamedMsixCodec, streamedMsixLength } from '../../vf-state/index.ts'
import { VECTORS } from '../vf/config.ts'
import { streamedTable } from '../vf/messages.ts'
import type { Vf } from '../vf/vf.ts'

/** Config space and MSI-X table as a guest sees them. */
export interface PciState {
  readonly config: Uint8Array
  readonly msix: Uint8Array
}

/** What a device section says, record by record. */
export type VfioRecord =
  | { readonly tag: Exclude<VfioTag, 'DEV_DATA_STATE' | 'DEV_CONFIG_STATE'> }
  | { readonly tag: 'DEV_DATA_STATE'; readonly data: Uint8Array }
  | { readonly tag: 'DEV_CONFIG_STATE'; readonly pci: PciState }

/** The body of a section. */
export function encodeRecords(records: readonly VfioRecord[]): Uint8Array {
  return joined(records.map(encodeRecord))
}

function encodeRecord(record: VfioRecord): Uint8Array {
  const { tag } = record
  if (tag === 'DEV_DATA_STATE') {
    const { data } = record
    return vfioRecordCodec.encode({ high: 0xffffffff, tag, size: BigInt(data.length), data })
  }
  const head = vfioRecordCodec.encode({ high: 0xffffffff, tag, size: undefined, data: undefined })
  return tag === 'DEV_CONFIG_STATE' ? joined([head, encodePci(record.pci)]) : head
}

const HEAD = configStateHeadCodec.encode({ version: 2 })
const CONFIG_SIZE = 4096

function encodePci({ config, msix }: PciState): Uint8Array {
  const table = streamedMsixCodec.encode(streamedTable(msix), { parameters: { vectors: VECTORS } })
  return joined([HEAD, config, configStateInterruptsCodec.encode({ interrupts: [0, 0, 0, 0] }), table])
}

/** Records up to the one that ends the body, and how many bytes they are. */
export function decodeRecords(bytes: Uint8Array): { readonly records: VfioRecord[]; readonly length: number } {
  const records: VfioRecord[] = []
  let at = 0
  for (;;) {
    const { value, length } = vfioRecordCodec.decodePrefix(bytes.subarray(at))
    at += length
    const { tag } = value
    if (tag === 'DEV_DATA_STATE') records.push({ tag, data: value.data ?? new Uint8Array(0) })
    else if (tag === 'DEV_CONFIG_STATE') {
      const configAt = at + configStateHeadCodec.decodePrefix(bytes.subarray(at)).length
      const configEnd = configAt + CONFIG_SIZE
      const msixAt = configEnd + configStateInterruptsCodec.decodePrefix(bytes.subarray(configEnd)).length
      at = msixAt + streamedMsixLength(VECTORS)
      records.push({
        tag,
        pci: { config: bytes.slice(configAt, configEnd), msix: bytes.slice(msixAt, msixAt + 16 * VECTORS) },
      })
    } else if (typeof tag === 'string') records.push({ tag })
    if (tag === 'END_OF_STATE' || tag === 'DEV_INIT_DATA_SENT') return { records, length: at }
  }
}

const PCI_OPTIONS = toPciOptions({})
const OBSERVER = parseObserver('vfio-pci') as Observer

/** Why the destination does not accept a config space, in the words of QEMU; undefined where it does. */
export function configObjection(given: Uint8Array, own: Uint8Array): string | undefined {
  const [first] = refusedBytes(readConfigSpace(given, PCI_OPTIONS), readConfigSpace(own, PCI_OPTIONS), OBSERVER)
  return first && qemuMessage(first)
}

/** What QEMU puts in place itself, apart from what the driver takes. */
export function restorePci({ config, msix }: PciState, vf: Vf): void {
  vf.config.set(config)
  vf.msix.set(msix)
}
