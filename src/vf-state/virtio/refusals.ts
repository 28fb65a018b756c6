import type { Refusal } from '../../layout/index.ts'
import type { DevicePart, DeviceParts } from './device-parts.ts'
import { featuresOf } from './judge-parts.ts'

const SETTING = 'VIRTIO_ADMIN_CMD_DEV_PARTS_SET of virtio 1.4; drivers/vfio/pci/virtio/migrate.c, virtiovf_resume_write'

/** Why a device with parts of its own does not take others, besides what single fields say. */
export function partRefusals(given: DeviceParts, own: DeviceParts): Refusal[] {
  return [...featureRefusals(given, own), ...queueRefusals(given, own)]
}

function featureRefusals(given: DeviceParts, own: DeviceParts): Refusal[] {
  const refusals: Refusal[] = []
  const at = (type: DevicePart['type']) => given.parts.findIndex((part) => part.type === type)
  const find = ({ parts }: DeviceParts, type: DevicePart['type']) => parts.find((part) => part.type === type)
  const [offered, theirs] = [featuresOf(find(given, 'DEV_FEATURES')), featuresOf(find(own, 'DEV_FEATURES'))]
  const driver = featuresOf(find(given, 'DRV_FEATURES'))
  const lengths = [find(given, 'DEV_FEATURES')?.length, find(own, 'DEV_FEATURES')?.length]
  if (offered !== undefined && theirs !== undefined && lengths[0] !== lengths[1]) {
    const message = `The destination device verifies ${lengths[0]} bytes of features, of which it has ${lengths[1]}: ${SETTING}.`
    refusals.push({ path: ['parts', at('DEV_FEATURES'), 'length'], message })
  }
  if (driver !== undefined && theirs !== undefined && (driver & ~theirs) !== 0n) {
    const missing = `0x${(driver & ~theirs).toString(16)}`
    const message = `The driver uses the features ${missing}, which the destination device does not offer: ${SETTING}.`
    refusals.push({ path: ['parts', at('DRV_FEATURES')], message })
  }
  return refusals
}

/** A device has no part for a virtqueue that it does not have. */
function queueRefusals(given: DeviceParts, own: DeviceParts): Refusal[] {
  const queues = new Set(own.parts.filter(({ type }) => type === 'VQ_CFG').map(({ selector }) => selector.index))
  if (queues.size === 0) return []
  return given.parts.flatMap(({ type, selector }, index): Refusal[] => {
    if (type !== 'VQ_CFG' || queues.has(selector.index)) return []
    const message = `The destination device has ${queues.size} virtqueues and none with the index ${selector.index}: ${SETTING}.`
    return [{ path: ['parts', index], message }]
  })
}
