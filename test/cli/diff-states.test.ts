import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compareDocuments } from '../../src/cli/commands/diff-spaces.ts'
import { openDocument } from '../../src/registry/index.ts'
import { config, device, image, number, state } from '../vf-state/qat/writer.ts'
import { image as bytesOf } from '../vfio/support.ts'

// What `vfmig diff` says of two states of one driver, of which the second is the destination's own.

type Part = readonly [number, number, number | bigint]

const mtty = (ports: number) =>
  new Uint8Array(
    readFileSync(new URL(`../../fixtures/vfio-v2/ioctl/direct-${ports}port/state-stopcopy.bin`, import.meta.url)),
  )
const hisi = (...parts: readonly Part[]) =>
  bytesOf(40, [[0, 8, 0xaaccfeeddecadeden], [8, 4, 256], [12, 4, 0xa256], [28, 2, 1], ...parts])
const qat = (capabilities: number) => state([image([config({ gencap: number(capabilities, 4) })]), image(device())])
const xe = (deviceId: number, gt = 0) =>
  bytesOf(88, [
    ...([
      [0, 2, 0x0101],
      [16, 8, 16],
      [24, 4, 0xf0010001],
      [28, 4, deviceId],
      [32, 4, 0xf0020001],
    ] as const),
    ...([
      [40, 2, 0x0501],
      [43, 1, gt],
      [64, 2, 0x0201],
    ] as const),
  ])
const ice = (queues: number, trusted: number) =>
  bytesOf(108, [
    ...([
      [0, 2, 1],
      [2, 2, 8],
      [4, 4, 0xe8000001],
      [8, 2, 1],
      [10, 2, 11],
    ] as const),
    ...([
      [12, 2, 2],
      [14, 2, 88],
      [92, 2, queues],
    ] as const),
    [101, 1, trusted],
  ])

const cases: readonly {
  name: string
  a: Uint8Array
  b: Uint8Array
  format: string
  refused: readonly (string | RegExp)[]
  accepted: readonly string[]
}[] = [
  {
    name: 'mtty of one port to two',
    ...{ a: mtty(1), b: mtty(2), format: 'mtty-state' },
    refused: ['portCount', /EFAULT: samples\/vfio-mdev\/mtty\.c, mtty_resume_write\.$/],
    accepted: ['ports[1].registers.scratch'],
  },
  {
    name: 'hisi_acc with other queues',
    ...{ a: hisi([20, 4, 512]), b: hisi([8, 4, 128]), format: 'hisi-acc-state' },
    refused: ['qpNum', /EINVAL.*vf_qm_check_match\.$/],
    accepted: ['qpBase'],
  },
  {
    name: 'hisi_acc to the older driver',
    ...{ a: hisi(), b: hisi([0, 8, 0xcdcdcdcdfeedaaccn], [28, 2, 0]), format: 'hisi-acc-state' },
    refused: ['magic', /older driver.*EINVAL.*vf_qm_check_match\.$/],
    accepted: ['majorVersion'],
  },
  {
    name: 'QAT with more capabilities',
    ...{ a: qat(0xff), b: qat(0x7f), format: 'qat-gen4-state' },
    refused: [
      'setup.sections[0].state[0].state',
      /capabilities that it lacks \(EINVAL\).*adf_gen4_vfmig_load_config\.$/,
    ],
    accepted: [],
  },
  {
    name: 'QAT with fewer capabilities',
    ...{ a: qat(0x7f), b: qat(0xff), format: 'qat-gen4-state' },
    refused: [],
    accepted: ['setup.sections[0].state[0].state'],
  },
  {
    name: 'xe of another device',
    ...{ a: xe(0xe680), b: xe(0xe681), format: 'xe-state' },
    refused: ['packets[0].payload[0].value', /device ID.*ENODEV.*xe_sriov_packet_process_descriptor\.$/],
    accepted: [],
  },
  {
    name: 'xe with another GT',
    ...{ a: xe(0xe680, 1), b: xe(0xe680), format: 'xe-state' },
    refused: ['packets[1].gtId', /tile 0 and GT 1.*EINVAL/],
    accepted: [],
  },
  {
    name: 'ice with more queues',
    ...{ a: ice(16, 8), b: ice(8, 0), format: 'ice-state' },
    refused: ['tlvs[1].data.numVfQs', /as many queues.*ice_migration_load_vf_info\.$/],
    accepted: ['tlvs[1].data.state.trusted'],
  },
]

test.each(cases)('$name', async ({ a, b, format, refused, accepted }) => {
  const [source, destination] = [await openDocument(a), await openDocument(b)]
  expect([source.format.name, destination.format.name]).toEqual([format, format])
  const judged = compareDocuments(source, destination, undefined)
  const [refusal, ...others] = judged.filter(({ verdict }) => verdict === 'refused')
  expect(others).toEqual([])
  expect([refusal?.key, refusal?.refusals?.join(' ')].filter((text) => text !== undefined)).toEqual(
    refused.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text))),
  )
  const taken = judged.filter(({ verdict }) => verdict === 'accepted').map(({ key }) => key)
  expect(taken).toEqual(expect.arrayContaining([...accepted]))
})
