import type { OptionValues } from '../../../layout/index.ts'
import { isOpaque } from '../../../layout/index.ts'
import type { Side } from '../../../protocol/index.ts'
import type { DeviceFeature } from '../../../vfio/index.ts'
import { errnoNumber } from '../../../vfio/index.ts'
import { type Body, stepOf } from '../body.ts'
import { Clock } from '../clock.ts'
import { DeviceNumbers } from '../devices.ts'
import type { Step, TextRecord } from '../log.ts'
import { stateNumber } from '../states.ts'
import type { IoctlLogRecord, IoctlRecord, NoteRecord } from './record.ts'
import { fileKind } from './requests.ts'

/** What happened, in the order of the log. */
export function ioctlEvents(records: readonly (IoctlLogRecord | TextRecord)[], set: OptionValues): Step[] {
  const devices = new DeviceNumbers()
  const clock = new Clock()
  const steps: Step[] = []
  for (const [index, record] of records.entries()) {
    if (record.kind === 'text') continue
    const at = clock.at(record.time === undefined ? undefined : record.time * 1e6, index)
    const name = record.device ?? (record.kind === 'note' ? namedIn(record) : undefined)
    const bodies: Body[] = []
    if (name !== undefined && devices.isNew(name)) bodies.push({ kind: 'device-named', name, ...devices.of(name) })
    for (const body of bodiesOf(record)) bodies.push({ ...body, ...devices.of(name) })
    for (const body of bodies) {
      steps.push(stepOf(index, at, set.side as Side, body))
    }
  }
  return steps
}

/** Recorders of one device begin with its name. */
function namedIn({ note }: NoteRecord): string | undefined {
  return /^device (\S+)/.exec(note)?.[1]
}

function bodiesOf(record: IoctlLogRecord): Body[] {
  switch (record.kind) {
    case 'ioctl':
      return ioctlBodies(record)
    case 'read':
    case 'write': {
      if (fileKind(record.fd) !== 'migration-data') return []
      const { asked } = record
      const bytes = Math.max(0, record.result)
      const kind = record.kind === 'read' ? 'data-read' : 'data-written'
      return [{ kind, ...(asked === undefined ? {} : { asked }), bytes, result: resultOf(record) }]
    }
    case 'close':
      return fileKind(record.fd) === 'migration-data' ? [{ kind: 'data-closed' }] : []
    case 'note':
      return []
  }
}

/** 0 or positive; negative: the error number. */
function resultOf({ result, errno }: { readonly result: number; readonly errno: string | number }): number {
  return result >= 0 ? result : -(errnoNumber(errno) || 1)
}

function ioctlBodies(record: IoctlRecord): Body[] {
  const { request, before, after } = record
  const result = resultOf(record)
  switch (request) {
    case 'VFIO_DEVICE_FEATURE':
      return featureBodies(before as DeviceFeature, after as DeviceFeature, result)
    case 'VFIO_DEVICE_RESET':
      return result < 0 ? [] : [{ kind: 'device', state: 'reset' }]
    case 'VFIO_MIG_GET_PRECOPY_INFO': {
      const info = after as { initialBytes?: bigint; dirtyBytes?: bigint; flags?: { reinit: boolean } }
      const { initialBytes = 0n, dirtyBytes = 0n } = info
      const reinit = info.flags === undefined ? {} : { reinit: info.flags.reinit }
      return [
        { kind: 'precopy-info', initialBytes: count(initialBytes), dirtyBytes: count(dirtyBytes), ...reinit, result },
      ]
    }
    default:
      return [{ kind: 'ioctl', name: request, result }, ...trackingBodies(record, result)]
  }
}

interface DirtyPages {
  readonly flags?: { readonly start: boolean; readonly stop: boolean; readonly getBitmap: boolean }
  readonly range?: { readonly iova: bigint; readonly size: bigint; readonly bitmap: { readonly pgsize: bigint } }
}

/** Dirty pages of the container: switched on or off, or asked for. */
function trackingBodies({ request, before }: IoctlRecord, result: number): Body[] {
  const { flags, range } = before as DirtyPages
  if (request !== 'VFIO_IOMMU_DIRTY_PAGES' || flags === undefined) return []
  if (flags.start || flags.stop) return [{ kind: 'dirty-tracking', on: flags.start, result }]
  return range === undefined ? [] : bitmapBodies(range.iova, range.size, range.bitmap.pgsize, result)
}

function bitmapBodies(iova: bigint, size: bigint, pageSize: bigint, result: number): Body[] {
  if (pageSize === 0n) return []
  return [{ kind: 'bitmap-queried', start: count(iova / pageSize), pages: count(size / pageSize), result }]
}

function featureBodies(before: DeviceFeature, after: DeviceFeature, result: number): Body[] {
  const ioctl: Body = { kind: 'ioctl', name: 'VFIO_DEVICE_FEATURE', result }
  if (before instanceof Uint8Array || before.flags.probe) return [ioctl]
  const { feature, set } = before.flags
  const asked = dataOf(before)
  const answer = dataOf(after)
  switch (feature) {
    case 'migration': {
      const { flags } = answer as { flags?: { stopCopy: boolean; p2p: boolean; preCopy: boolean } }
      if (result < 0 || flags === undefined) return [ioctl]
      const { stopCopy, p2p, preCopy } = flags
      return [{ kind: 'migration-features', stopCopy, p2p, preCopy }]
    }
    case 'mig-device-state':
      return stateBodies(set ? asked : answer, answer, set, result)
    case 'mig-data-size': {
      const { stopCopyLength = 0n } = answer as { stopCopyLength?: bigint }
      return [{ kind: 'stop-copy-size', bytes: count(stopCopyLength), result }]
    }
    case 'dma-logging-start': {
      const { numRanges, pageSize } = answer as { numRanges?: number; pageSize?: bigint }
      const facts =
        numRanges === undefined || pageSize === undefined ? {} : { ranges: numRanges, pageSize: count(pageSize) }
      return [{ kind: 'dma-logging', on: true, ...facts, result }]
    }
    case 'dma-logging-report': {
      const { iova, length, pageSize } = asked as { iova?: bigint; length?: bigint; pageSize?: bigint }
      if (iova === undefined || length === undefined || pageSize === undefined) return [ioctl]
      return bitmapBodies(iova, length, pageSize, result)
    }
    case 'dma-logging-stop':
      return [{ kind: 'dma-logging', on: false, result }]
    case 'mig-precopy-info-v2':
      return [{ kind: 'precopy-info-v2', result }]
    default:
      return [ioctl]
  }
}

function stateBodies(named: object, answer: object, set: boolean, result: number): Body[] {
  const { deviceState } = named as { deviceState?: string | number }
  const state = deviceState === undefined ? undefined : stateNumber(deviceState)
  if (state === undefined) return []
  if (!set) return result < 0 ? [] : [{ kind: 'state-read', state }]
  const { dataFd } = answer as { dataFd?: number }
  const facts = result < 0 || dataFd === undefined ? {} : { dataFd }
  return [{ kind: 'state-set', state, result, ...facts }]
}

/** The data of a feature; an empty object where it is not decoded. */
function dataOf({ data }: DeviceFeature): object {
  return data === undefined || data instanceof Uint8Array || isOpaque(data) ? {} : data
}

/** A 64-bit number as events have it: the greatest that is exact stands for all above. */
function count(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value)
}
