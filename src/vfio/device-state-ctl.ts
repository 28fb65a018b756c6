import { defineCodes } from '../findings/index.ts'
import * as generated from '../generated/vfio/device-state-ctl.js'
import { codec, type Say, sayer, structureFormat, type Value } from '../layout/index.ts'
import { DEVICE_STATE_INTERFACE_VERSION, deviceStateCtl, dirtyQuery } from './device-state-ctl.layout.ts'

export { DEVICE_STATE_INTERFACE_VERSION, DEVICE_STATE_REGION } from './device-state-ctl.layout.ts'

export const deviceStateCtlCodec = codec(deviceStateCtl, generated.deviceStateCtl)
export const dirtyQueryCodec = codec(dirtyQuery, generated.dirtyQuery)

export type DeviceStateCtl = Value<typeof deviceStateCtl>
export type DirtyQuery = Value<typeof dirtyQuery>

const SOURCE = 'Yan Zhao, VFIO device states interface in GVT, 19 February 2019'

export const deviceStateCtlCodes = defineCodes({
  'vfio/device-state-version': {
    severity: 'error',
    title: 'the device state interface has another version than 1',
    explanation: 'QEMU blocks migration for any other version. Use the driver and the QEMU of one series.',
    source: SOURCE,
  },
  'vfio/device-state-value': {
    severity: 'error',
    title: 'the device state has bits besides STOP and LOGGING',
    explanation:
      'Only 0 to 3 are states. A kernel and a user with different packings of the structure disagree too: try another size.',
    source: SOURCE,
  },
  'vfio/device-state-action': {
    severity: 'error',
    title: 'an action is neither GET_BUFFER nor SET_BUFFER',
    explanation:
      'The driver refuses the write. 0 only says that nothing was asked for yet; other numbers come from another packing of the structure, of which three exist.',
    source: SOURCE,
  },
  'vfio/device-config-size': {
    severity: 'error',
    title: 'the device config is larger than its region',
    explanation: 'A snapshot cannot be split, so this device cannot be migrated with this region.',
    source: `${SOURCE}; objection of Cornelia Huck and Alex Williamson`,
  },
  'vfio/device-memory-position': {
    severity: 'error',
    title: 'the position of a chunk is no multiple of the region length',
    explanation: 'The driver counts chunks of the length of the region; any other position has no chunk.',
    source: SOURCE,
  },
  'vfio/dirty-query-empty': {
    severity: 'error',
    title: 'a dirty page query asks for no page',
    explanation: 'The published code asks so after a range that is an exact multiple of the region. Leave it out.',
    source: SOURCE,
  },
  'vfio/dirty-query-capacity': {
    severity: 'error',
    title: 'a dirty page query asks for more pages than the bitmap region has bits',
    explanation: 'The driver refuses it. Ask in several queries of at most eight pages a byte.',
    source: SOURCE,
  },
  'vfio/dirty-query-not-logging': {
    severity: 'warning',
    title: 'dirty pages are asked for while they are not logged',
    explanation:
      'Without LOGGING the bitmap says nothing of what was dirtied (an empty one is the proposed answer): pages are lost without a word.',
    source: SOURCE,
  },
})

type SayControl = Say<keyof typeof deviceStateCtlCodes.entries>

export const deviceStateCtlFormat = structureFormat({
  codec: deviceStateCtlCodec,
  codes: deviceStateCtlCodes.entries,
  rule(value, report, locate, regions) {
    judge(value, regions, sayer(deviceStateCtlCodes, report, locate))
  },
})

export const dirtyQueryFormat = structureFormat({
  codec: dirtyQueryCodec,
  codes: deviceStateCtlCodes.entries,
  rule(value, report, locate, { bitmapRegion = 0 }) {
    const say = sayer(deviceStateCtlCodes, report, locate)
    if (value.pageNr === 0n) say('vfio/dirty-query-empty', 'The query asks for 0 pages.', ['pageNr'])
    judgeCapacity(value.pageNr, bitmapRegion, ['pageNr'], say)
  },
})

type Regions = Readonly<Record<string, number>>

function judge(value: DeviceStateCtl, regions: Regions, say: SayControl): void {
  const { version, deviceState, deviceConfig, deviceMemory, systemMemory } = value
  const { configRegion = 0, memoryRegion = 0, bitmapRegion = 0 } = regions
  if (version !== DEVICE_STATE_INTERFACE_VERSION) {
    say('vfio/device-state-version', `The version is ${version}.`, ['version'])
  }
  if (deviceState.reserved !== 0) {
    const bits = `0x${deviceState.reserved.toString(16)}`
    say('vfio/device-state-value', `The state has the bits ${bits} besides STOP and LOGGING.`, ['deviceState'])
  }
  for (const [name, { action }] of Object.entries({ deviceConfig, deviceMemory })) {
    if (typeof action === 'string') continue
    const unasked = action === 0 ? 'info' : undefined
    say('vfio/device-state-action', `The action is ${action}.`, [name, 'action'], unasked)
  }
  if (configRegion > 0 && deviceConfig.size > configRegion) {
    const message = `The device config has ${deviceConfig.size} bytes, its region ${configRegion}.`
    say('vfio/device-config-size', message, ['deviceConfig', 'size'])
  }
  if (memoryRegion > 0 && deviceMemory.pos % BigInt(memoryRegion) !== 0n) {
    const message = `The position ${deviceMemory.pos} is no multiple of the region's ${memoryRegion} bytes.`
    say('vfio/device-memory-position', message, ['deviceMemory', 'pos'])
  }
  judgeQuery(systemMemory, deviceState.logging, say)
  judgeCapacity(systemMemory.pageNr, bitmapRegion, ['systemMemory', 'pageNr'], say)
}

/** Of the query that was written last; a region that was never asked has zeros there. */
function judgeQuery({ startAddr, pageNr }: DirtyQuery, logging: boolean, say: SayControl): void {
  if (startAddr === 0n && pageNr === 0n) return
  if (pageNr === 0n) say('vfio/dirty-query-empty', 'The query asks for 0 pages.', ['systemMemory', 'pageNr'])
  if (!logging) say('vfio/dirty-query-not-logging', 'A query is written while LOGGING is not set.', ['systemMemory'])
}

function judgeCapacity(pages: bigint, region: number, path: string[], say: SayControl): void {
  if (region === 0 || pages <= 8n * BigInt(region)) return
  const message = `The query asks for ${pages} pages, the region has bits for ${8 * region}.`
  say('vfio/dirty-query-capacity', message, path)
}
