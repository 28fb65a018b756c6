import { defineCodes } from '../findings/index.ts'
import * as generated from '../generated/vfio/migration-region.js'
import { codec, fixedSize, placeOf, type Range, type Say, sayer, structureFormat, type Value } from '../layout/index.ts'
import { migrationRegionV4, migrationRegionV8 } from './migration-region.layout.ts'
import { vendorOpsCodes } from './vendor-ops-codes.ts'

export { MIGRATION_REGION } from './migration-region.layout.ts'

export const migrationRegionV8Codec = codec(migrationRegionV8, generated.migrationRegionV8)
export const migrationRegionV4Codec = codec(migrationRegionV4, generated.migrationRegionV4)

export type MigrationRegionV8 = Value<typeof migrationRegionV8>
export type MigrationRegionV4 = Value<typeof migrationRegionV4>

const register = (name: keyof MigrationRegionV4) => placeOf(migrationRegionV4, [name]) as Range

/** Registers of the header by their names in the kernel's structure: offsets and bytes. */
export const migrationRegisters = {
  device_state: register('deviceState'),
  pending_bytes: register('pendingBytes'),
  data_offset: register('dataOffset'),
  data_size: register('dataSize'),
} as const

/** Bytes of the header that every version has. */
export const MIGRATION_HEADER_SIZE = fixedSize(migrationRegionV4) as number

const SOURCE = 'VFIO migration series v8; later linux/vfio.h'

export const migrationRegionCodes = defineCodes({
  'vfio/migration-state-invalid': {
    severity: 'error',
    title: 'the device state is a combination that is not allowed',
    explanation:
      'A device cannot save and resume at once; its driver refuses the write. In migration v1 a driver that has failed shows these bits, and only a reset helps. RUNNING with RESUMING was refused by later kernels only, and is a warning.',
    source: SOURCE,
  },
  'vfio/migration-state-bits': {
    severity: 'warning',
    title: 'the device state has bits above its mask',
    explanation: 'Whoever writes the state keeps these bits. Drivers that compare the whole word take it for no state.',
    source: SOURCE,
  },
  'vfio/migration-data-offset': {
    severity: 'error',
    title: 'the data area does not start between the header and the end of the region',
    explanation: 'Reading it gives header fields, or runs past the region. Read the offset again before the data.',
    source: SOURCE,
  },
  'vfio/migration-data-size': {
    severity: 'error',
    title: 'the staged data is larger than what the region has behind its data offset',
    explanation: 'A reader that trusts it reads past the region, or loses the rest of the state.',
    source: SOURCE,
  },
  'vfio/copied-pfns': {
    severity: 'error',
    title: 'a dirty query copied more pages than were asked for',
    explanation: 'Bits beyond the question belong to no page; RAM would be sent that is not there.',
    source: SOURCE,
  },
})

/** copied_pfns when every page of the query is dirty. */
export const ALL_DIRTY = 0xffff_ffff_ffff_ffffn

/** What copied_pfns says of a query. */
export function copiedPages({ copiedPfns }: Pick<MigrationRegionV8, 'copiedPfns'>): 'none' | 'all' | bigint {
  return copiedPfns === 0n ? 'none' : copiedPfns === ALL_DIRTY ? 'all' : copiedPfns
}

const STATES = ['stopped', 'running', 'stop-and-copy', 'pre-copy', 'resuming'] as const
export type MigrationState = (typeof STATES)[number]

/** The state that a word names, whatever bits it has above the mask; undefined for combinations that are none. */
export function migrationState(word: number): MigrationState | undefined {
  return STATES[word & 7]
}

type SayRegion = Say<keyof typeof migrationRegionCodes.entries>

/** Judges what both forms of the header have. `region`: bytes of the region, 0 where they are not known. */
export function judgeMigrationRegion(
  value: MigrationRegionV4 | MigrationRegionV8,
  region: number,
  say: SayRegion,
): void {
  const { deviceState, dataOffset, dataSize } = value
  judgeState(deviceState, say)
  const header = fixedSize('copiedPfns' in value ? migrationRegionV8 : migrationRegionV4) as number
  const isUnset = dataOffset === 0n && dataSize === 0n
  if (!isUnset && (dataOffset < header || (region > 0 && dataOffset > region))) {
    const bounds = region > 0 ? `${header} to ${region}` : `${header} on`
    say('vfio/migration-data-offset', `The data offset is ${dataOffset}, not ${bounds}.`, ['dataOffset'])
  } else if (region > 0 && dataOffset + dataSize > region) {
    const room = BigInt(region) - dataOffset
    say('vfio/migration-data-size', `${dataSize} bytes are staged, there is room for ${room}.`, ['dataSize'])
  }
  if (!('copiedPfns' in value)) return
  const { copiedPfns, totalPfns } = value
  if (copiedPfns > totalPfns && copiedPfns !== ALL_DIRTY) {
    say('vfio/copied-pfns', `${copiedPfns} pages are copied, ${totalPfns} were asked for.`, ['copiedPfns'])
  }
}

function judgeState({ running, saving, resuming, reserved }: MigrationRegionV4['deviceState'], say: SayRegion): void {
  if (resuming && saving) say('vfio/migration-state-invalid', 'SAVING and RESUMING are both set.', ['deviceState'])
  else if (resuming && running) {
    const message = 'RUNNING and RESUMING are both set.'
    say('vfio/migration-state-invalid', message, ['deviceState'], 'warning')
  }
  if (reserved === 0) return
  const message = `The state has the bits 0x${reserved.toString(16)} above its mask of 7.`
  say('vfio/migration-state-bits', message, ['deviceState', 'reserved'])
}

export const migrationRegionV8Format = structureFormat({
  codec: migrationRegionV8Codec,
  codes: migrationRegionCodes.entries,
  rule(value, report, locate, { region = 0 }) {
    judgeMigrationRegion(value, region, sayer(migrationRegionCodes, report, locate))
  },
})

export const migrationRegionV4Format = structureFormat({
  codec: migrationRegionV4Codec,
  codes: { ...migrationRegionCodes.entries, ...vendorOpsCodes.entries },
  rule(value, report, locate, { region = 0 }) {
    judgeMigrationRegion(value, region, sayer(migrationRegionCodes, report, locate))
  },
})
