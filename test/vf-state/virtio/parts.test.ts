import { describe, expect, test } from 'vitest'
import { diffFields, type Format, fixedSize, judgeDifferences } from '../../../src/layout/index.ts'
import { devicePartCodec, devicePartsFormat as format } from '../../../src/vf-state/index.ts'
import { COMMON_FIELDS } from '../../../src/vf-state/virtio/common-config.layout.ts'
import { evaluateInC, hasCompiler as hasHeaders } from '../../vfio/c-header.ts'
import { hasCompiler, offsetsInC } from '../c-struct.ts'
import { concat } from '../records.ts'
import { decodeErrorOf, findingsOf, uncovered } from '../support.ts'
import { common, devFeatures, drvFeatures, FEATURES, healthyParts, notify, part, queue, status } from './parts.ts'

test('the parts of a network device', () => {
  expect(findingsOf(format, healthyParts)).toEqual([])
  const { parts } = format.decode(healthyParts)
  expect(parts.map(({ type }) => type)).toEqual([
    ...['DEV_FEATURES', 'DRV_FEATURES', 'PCI_COMMON_CFG', 'PCI_COMMON_CFG', 'DEVICE_STATUS'],
    ...['VQ_CFG', 'VQ_CFG', 'VQ_NOTIFY_CFG', 'VQ_NOTIFY_CFG', 'CVQ_CFG'],
  ])
  expect(parts[0]).toMatchObject({ flags: { optional: true }, length: 8, value: { featureBits: [FEATURES] } })
  expect(parts[2]).toMatchObject({ selector: { offset: 16 }, value: { configMsixVector: 0xffff } })
  expect(parts[3]).toMatchObject({ selector: { offset: 18 }, value: { numQueues: 2 } })
  expect(parts[4]?.value).toMatchObject({
    deviceStatus: { acknowledge: true, driver: true, driverOk: true, featuresOk: true, suspend: false, failed: false },
  })
  expect(parts[6]).toMatchObject({
    selector: { index: 1 },
    value: {
      queueSize: 256,
      vector: 1,
      enabled: 1,
      queueDesc: 0x100000n,
      queueDriver: 0x200000n,
      queueDevice: 0x300000n,
    },
  })
  expect(parts[8]).toMatchObject({ selector: { index: 1 }, value: { queueNotifyOff: 1, queueNotifConfigData: 0 } })
  expect(parts[9]).toMatchObject({
    selector: { class: 'MAC', command: 1 },
    value: Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56),
  })
})

test('every field of the common configuration, by its own name and width', () => {
  for (const { offset, name, type } of COMMON_FIELDS) {
    const size = fixedSize(type) as number
    const bytes = concat(common(offset, 0x0807060504030201n, size), status(0))
    const [first] = format.decode(bytes).parts
    const right = BigInt.asUintN(size * 8, 0x0807060504030201n)
    expect(first?.value).toEqual({ [name]: size === 8 ? right : Number(right) })
    expect(findingsOf(format, bytes)).toEqual([])
  }
})

const C_NAMES: Readonly<Record<string, string>> = {
  deviceFeatureSelect: 'device_feature_select',
  deviceFeature: 'device_feature',
  driverFeatureSelect: 'guest_feature_select',
  driverFeature: 'guest_feature',
  configMsixVector: 'msix_config',
  numQueues: 'num_queues',
  deviceStatus: 'device_status',
  configGeneration: 'config_generation',
  queueSelect: 'queue_select',
  queueSize: 'queue_size',
  queueMsixVector: 'queue_msix_vector',
  queueEnable: 'queue_enable',
  queueNotifyOff: 'queue_notify_off',
  queueDesc: 'queue_desc_lo',
  queueDriver: 'queue_avail_lo',
  queueDevice: 'queue_used_lo',
}

test.skipIf(!hasHeaders('linux/virtio_pci.h'))('offsets of the common configuration in the kernel header', () => {
  const names = Object.values(C_NAMES)
  const offsets = evaluateInC(
    names.map((name) => `offsetof(struct virtio_pci_common_cfg, ${name})`),
    '',
    ['linux/virtio_pci.h'],
  )
  const ours = COMMON_FIELDS.filter(({ name }) => name in C_NAMES).map(({ offset }) => offset)
  expect([...offsets.values()]).toEqual(ours)
  expect(COMMON_FIELDS.length).toBe(names.length + 4)
})

test.skipIf(!hasCompiler())('offsets of the C structures', () => {
  const source = `struct hdr { uint16_t part_type; uint8_t flags; uint8_t reserved;
  union { struct { uint32_t offset; uint32_t reserved; } common; struct { uint16_t index; uint8_t reserved[6]; } vq; uint8_t raw[8]; } selector;
  uint32_t length; uint8_t value[]; };
struct vq { uint16_t size; uint16_t vector; uint16_t enabled; uint16_t reserved; uint64_t desc, driver, device; };`
  const members = ['part_type', 'flags', 'reserved', 'selector', 'length', 'value']
  expect([...offsetsInC(source, 'hdr', members).values()]).toEqual([16, 0, 2, 3, 4, 12, 16])
  const fields = devicePartCodec.fields(queue(3, 8))
  const at = (path: string) => fields.find((field) => field.path.join('.') === path)?.offset
  expect(['type', 'flags.optional', 'reserved', 'selector.index', 'length', 'value.queueSize'].map(at)).toEqual([
    0, 2, 3, 4, 12, 16,
  ])
  const names = ['queueSize', 'vector', 'enabled', 'reserved', 'queueDesc', 'queueDriver', 'queueDevice']
  expect(names.map((name) => (at(`value.${name}`) ?? 0) - 16)).toEqual(
    [...offsetsInC(source, 'vq', ['size', 'vector', 'enabled', 'reserved', 'desc', 'driver', 'device']).values()].slice(
      1,
    ),
  )
})

const STATUS = status(15)
const CASES: readonly (readonly [what: string, bytes: Uint8Array, findings: readonly string[]])[] = [
  [
    'a part that is cut',
    concat(STATUS, part(0x104, [0, 1], { length: 32 })),
    ['error layout/damaged-part parts.1.value', 'error vf-state/virtio-parts-cut parts.1.length'],
  ],
  ['bytes behind the last part', concat(STATUS, new Uint8Array(15)), ['error vf-state/virtio-parts-trailing trailing']],
  [
    'a status of two bytes',
    part(0x103, [15, 0]),
    ['error layout/damaged-part parts.0.value', 'error vf-state/virtio-part-length parts.0.length'],
  ],
  [
    'features of seven bytes',
    concat(part(0x100, [1, 2, 3, 4, 5, 6, 7]), STATUS),
    ['error layout/damaged-part parts.0.value', 'error vf-state/virtio-part-length parts.0.length'],
  ],
  [
    'a common field that is too wide',
    concat(common(18, 2n, 4), STATUS),
    ['error layout/damaged-part parts.0.value', 'error vf-state/virtio-part-length parts.0.length'],
  ],
  [
    'no field of the common configuration',
    concat(common(17, 2n, 2), STATUS),
    ['error vf-state/virtio-part-offset parts.0.selector.offset'],
  ],
  [
    'an unknown type',
    concat(STATUS, part(0x201, [])),
    ['info layout/unknown-value parts.1.type', 'error vf-state/virtio-part-unknown parts.1.type'],
  ],
  [
    'an unknown type that is optional',
    concat(STATUS, part(0x5ff, [], { flags: 1 })),
    ['info layout/unknown-value parts.1.type'],
  ],
  ...[0x106, 0x1ff, 0x600, 0xff, 0xffff].map((type): (typeof CASES)[number] => [
    `the reserved type ${type}`,
    concat(STATUS, part(type, [], { flags: 1 })),
    ['info layout/unknown-value parts.1.type', 'info vf-state/virtio-part-reserved parts.1.type'],
  ]),
  ['the type 0x200 of network devices', concat(STATUS, part(0x200, [1], { selector: [0, 0] })), []],
  [
    'a virtqueue twice',
    concat(STATUS, queue(0, 8), queue(0, 8)),
    ['error vf-state/virtio-part-duplicate parts.2.type'],
  ],
  [
    'a common field twice',
    concat(common(16, 0n, 2), common(16, 0n, 2), STATUS),
    ['error vf-state/virtio-part-duplicate parts.1.type'],
  ],
  [
    'features twice',
    concat(devFeatures(0n), devFeatures(0n), STATUS),
    ['error vf-state/virtio-part-duplicate parts.1.type'],
  ],
  ['a queue before the status', concat(queue(0, 8), STATUS), ['error vf-state/virtio-part-order parts.1.type']],
  [
    'notifications before queues',
    concat(STATUS, notify(0), queue(0, 8)),
    ['error vf-state/virtio-part-order parts.2.type'],
  ],
  [
    'driver before device features',
    concat(drvFeatures(0n), devFeatures(0n), STATUS),
    ['error vf-state/virtio-part-order parts.1.type'],
  ],
  [
    'features that the device does not offer',
    concat(devFeatures(5n), drvFeatures(7n), STATUS),
    ['error vf-state/virtio-driver-features parts.1.value'],
  ],
  [
    'the same in the second word',
    concat(devFeatures(5n), drvFeatures(5n, 1n), STATUS),
    ['error vf-state/virtio-driver-features parts.1.value'],
  ],
  ['no status', devFeatures(5n), ['error vf-state/virtio-status-count parts']],
  [
    'two statuses',
    concat(STATUS, STATUS),
    ['error vf-state/virtio-part-duplicate parts.1.type', 'error vf-state/virtio-status-count parts'],
  ],
  [
    'a split virtqueue of 100',
    concat(STATUS, queue(0, 100)),
    ['warning vf-state/virtio-queue-size parts.1.value.queueSize'],
  ],
  ['a packed virtqueue of 100', concat(drvFeatures(1n << 34n), STATUS, queue(0, 100)), []],
  ['a virtqueue that is not used', concat(STATUS, queue(0, 0)), []],
]

describe('findings', () => {
  const found = CASES.map(([, bytes]) => findingsOf(format, bytes))
  test.each(CASES)('%s', (_, bytes, findings) => expect(findingsOf(format, bytes)).toEqual(findings))
  test('every code has its case', () => expect(uncovered(format.codes, 'vf-state/', found)).toEqual([]))
})

test('less than a header is no part', () => {
  expect(decodeErrorOf(format as Format<never>, healthyParts.subarray(0, 15))).toBe(
    'layout/ended-early parts.0@0 needs more',
  )
})

describe('what a destination refuses', () => {
  const own = concat(devFeatures(FEATURES), drvFeatures(FEATURES), common(18, 2n, 2), STATUS, queue(0, 8), queue(1, 8))
  const refused = (given: Uint8Array) => {
    const differences = diffFields(format.fields(given), format.fields(own))
    return judgeDifferences(differences, format.refusals?.(format.decode(given), format.decode(own)) ?? []).flatMap(
      ({ key, refusals }) => (refusals ?? []).map((text) => `${key}: ${text}`),
    )
  }
  const sane = (features: bigint, queues: bigint, ...more: readonly Uint8Array[]) =>
    concat(
      devFeatures(features),
      drvFeatures(features),
      common(18, queues, 2),
      STATUS,
      queue(0, 16),
      queue(1, 8),
      ...more,
    )

  test('other queue sizes are taken', () => expect(refused(sane(FEATURES, 2n))).toEqual([]))
  test('other features are not', () => {
    expect(refused(sane(FEATURES | 8n, 2n))).toEqual([
      expect.stringMatching(/^parts\[0\]\.value\.featureBits\[0\]: .*virtiovf_resume_write\.$/),
      expect.stringMatching(/^parts\[1\].*0x8,.*virtiovf_resume_write\.$/),
    ])
  })
  test('fewer features are not either', () => {
    expect(refused(sane(FEATURES & ~1n, 2n))).toEqual([expect.stringMatching(/^parts\[0\]\.value\.featureBits\[0\]: /)])
  })
  test('another number of words is not', () => {
    expect(
      refused(
        concat(devFeatures(FEATURES, 0n), drvFeatures(FEATURES), common(18, 2n, 2), STATUS, queue(0, 8), queue(1, 8)),
      ),
    ).toEqual([expect.stringMatching(/^parts\[0\]\.length: .*16 bytes of features, of which it has 8/)])
  })
  test('more queues are not', () => {
    expect(refused(sane(FEATURES, 3n, queue(2, 8)))).toEqual([
      expect.stringMatching(/^parts\[2\]\.value\.numQueues: /),
      expect.stringMatching(/^parts\[6\].*none with the index 2/),
    ])
  })
})
