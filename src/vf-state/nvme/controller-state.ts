import { counted, type Path } from '../../findings/index.ts'
import * as generated from '../../generated/vf-state/nvme/controller-state.js'
import { codec, structureFormat, type Value } from '../../layout/index.ts'
import { nvmeCodes } from './codes.ts'
import {
  NVME_HEADER,
  NVME_QUEUE,
  NVME_STATE_HEADER,
  NVME_VERSION,
  nvmeControllerState,
} from './controller-state.layout.ts'

export const nvmeControllerStateCodec = codec(nvmeControllerState, generated.nvmeControllerState)

export type NvmeControllerState = Value<typeof nvmeControllerState>

type Say = (code: keyof typeof nvmeCodes.entries, message: string, offset: number, length: number, path: Path) => void

export const nvmeControllerStateFormat = structureFormat({
  codec: nvmeControllerStateCodec,
  codes: nvmeCodes.entries,
  rule(value, report) {
    const say: Say = (code, message, offset, length, path) =>
      report(nvmeCodes.finding(code, message, { offset, length, path }))
    judgeHeader(value, say)
    judgeSizes(value, say)
    judgeQueues(value, say)
  },
})

function judgeHeader({ version, stateVersion, attributes }: NvmeControllerState, say: Say): void {
  if (version !== NVME_VERSION) say('vf-state/nvme-version', `The version is ${version}.`, 0, 2, ['version'])
  if (stateVersion !== NVME_VERSION) {
    say('vf-state/nvme-version', `The version of the state is ${stateVersion}.`, 48, 2, ['stateVersion'])
  }
  if (!attributes.suspended) {
    say('vf-state/nvme-not-suspended', 'The controller was not suspended.', 2, 1, ['attributes', 'suspended'])
  }
}

function judgeSizes(value: NvmeControllerState, say: Say): void {
  const { submissionQueueCount, completionQueueCount, submissionQueues, completionQueues, vendorSpecific } = value
  const stated = submissionQueueCount + completionQueueCount
  const there = submissionQueues.length + completionQueues.length
  const size = number(value.stateSize)
  const right = BigInt((NVME_STATE_HEADER + NVME_QUEUE * stated) / 4)
  if (size !== right) {
    const message = `The state has ${size} dwords by its header; ${counted(stated, 'queue')} need ${right}.`
    say('vf-state/nvme-state-size', message, 16, 16, ['stateSize'])
  }
  if (there < stated) {
    const message = `The state has ${stated} queues by its counts; ${there} are there.`
    say('vf-state/nvme-queues-cut', message, 50, 4, ['submissionQueueCount'])
  } else if (number(value.vendorSize) * 4n !== BigInt(vendorSpecific.length)) {
    const message = `The vendor specific part has ${number(value.vendorSize)} dwords by its header; ${counted(vendorSpecific.length, 'byte is', 'bytes are')} there.`
    say('vf-state/nvme-vendor-size', message, 32, 16, ['vendorSize'])
  }
}

function number({ low, high }: { readonly low: bigint; readonly high: bigint }): bigint {
  return (high << 64n) | low
}

/** Where size, identifier and, of a submission queue, completion queue stand. */
const [SIZE_AT, QID_AT, CQID_AT] = [8, 10, 12]

function judgeQueues(value: NvmeControllerState, say: Say): void {
  const { submissionQueues, completionQueues, completionQueueCount } = value
  const completions = new Set(completionQueues.map(({ qid }) => qid))
  const isWhole = completionQueues.length === completionQueueCount
  for (const [list, queues, first] of [
    ['submissionQueues', submissionQueues, 0],
    ['completionQueues', completionQueues, submissionQueues.length],
  ] as const) {
    const seen = new Set<number>()
    for (const [index, queue] of queues.entries()) {
      const offset = NVME_HEADER + NVME_QUEUE * (first + index)
      const path = [list, index]
      if (seen.has(queue.qid)) {
        const message = `Another queue of the list has the identifier ${queue.qid}.`
        say('vf-state/nvme-queue-duplicate', message, offset + QID_AT, 2, [...path, 'qid'])
      }
      seen.add(queue.qid)
      judgePointers(queue, offset, path, say)
      if (!('cqid' in queue) || completions.has(queue.cqid) || !isWhole) continue
      const message = `There is no completion queue ${queue.cqid}.`
      say('vf-state/nvme-queue-completion', message, offset + CQID_AT, 2, [...path, 'cqid'])
    }
  }
}

function judgePointers(
  queue: { readonly size: number; readonly head: number; readonly tail: number },
  offset: number,
  path: Path,
  say: Say,
): void {
  const { size } = queue
  for (const name of ['head', 'tail'] as const) {
    if (queue[name] < size) continue
    const code = queue[name] === size ? 'vf-state/nvme-queue-pointer-last' : 'vf-state/nvme-queue-pointer'
    const message = `The ${name} is ${queue[name]} in a queue of ${size}.`
    say(code, message, offset + SIZE_AT, NVME_QUEUE - SIZE_AT, [...path, name])
  }
}
