import { defineCodes, type Report } from '../findings/index.ts'
import * as generated from '../generated/vf-state/msix-part.js'
import { codec, type Format, isOpaque, structureFormat, type Value } from '../layout/index.ts'
import { checkMsixTable, type MsixState, msixTableCodes } from '../pci/index.ts'
import type { ComposedView } from './composed.ts'
import { streamedMsix } from './msix-part.layout.ts'

export const streamedMsixCodec = codec(streamedMsix, generated.streamedMsix)
export type StreamedMsix = Value<typeof streamedMsix>

const SOURCE = 'QEMU hw/pci/msix.c, msix_save and msix_load'

export const msixPartCodes = defineCodes({
  'vf-state/msix-missing': {
    severity: 'error',
    title: 'MSI-X is enabled in the config space, and the stream has no table',
    explanation:
      'Where the stream has no count, the loader takes the enable bit of the config image for the presence of the table: it reads bytes that belong to something else, and everything behind is read at the wrong place. Where it has one, the destination enables vectors without messages.',
    source: SOURCE,
  },
  'vf-state/msix-count': {
    severity: 'error',
    title: 'the stream does not have as many vectors as the MSI-X capability',
    explanation:
      'Where the stream has no count, the loader reads as many entries as the destination device has, and with another number everything behind the table is read at the wrong place. Where it has one, vectors are left without a message or have no place.',
    source: SOURCE,
  },
  'vf-state/msix-not-expected': {
    severity: 'error',
    title: 'a table follows although MSI-X is not enabled in the config space',
    explanation:
      'The loader takes the enable bit of the config image for the presence of the table. It leaves these bytes, and takes them for the next section.',
    source: SOURCE,
  },
})

const whole = structureFormat({ codec: streamedMsixCodec, codes: msixTableCodes.entries })

/** The part as composed formats use it. */
export const streamedMsixFormat: Format = whole

/** Most vectors that a table can have. */
const MOST = 2048

/** Bytes of a table with its pending bits. */
export function streamedMsixLength(vectors: number): number {
  return 16 * vectors + Math.ceil(vectors / 8)
}

/** Vectors of a table that takes so many bytes with its pending bits; undefined where no number does. */
export function vectorsOfLength(length: number): number | undefined {
  const vectors = Math.floor((length * 8) / 129)
  return vectors >= 1 && vectors <= MOST && streamedMsixLength(vectors) === length ? vectors : undefined
}

/** Options that a value is written with. */
export function vectorsOf(part: unknown): { vectors: number } {
  const { entries } = (part ?? {}) as { entries?: unknown }
  return { vectors: Array.isArray(entries) ? entries.length : 0 }
}

/** Judges the table against the capability of the config image that came with it. */
export function checkStreamedMsix(
  part: StreamedMsix | { opaque: Uint8Array } | undefined,
  state: MsixState | undefined,
  report: Report,
  { locate }: ComposedView,
): void {
  const path = ['msix']
  const say = (code: keyof typeof msixPartCodes.entries, message: string) =>
    report(msixPartCodes.finding(code, message, { ...locate(path), path }))
  const wanted = state?.vectors ?? 0
  if (part !== undefined && isOpaque(part)) {
    const message = `${part.opaque.length} bytes are no whole number of vectors; ${wanted} take ${streamedMsixLength(wanted)}.`
    say('vf-state/msix-count', message)
    return
  }
  if (part === undefined) return
  if (part.entries.length !== wanted) {
    say('vf-state/msix-count', `There are ${part.entries.length} vectors; the capability has ${wanted}.`)
  }
  const control = { enabled: state?.enabled ?? false, functionMask: state?.functionMask ?? false }
  checkMsixTable(part.entries, part.pending, control, (code, message, [first, ...rest], more) => {
    const below = [...path, first === 'pba' ? 'pending' : (first ?? ''), ...rest]
    report(msixTableCodes.finding(code, message, { ...locate(below), path: below, ...more }))
  })
}
