import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/vf-state/hisi-acc/state.js'
import { codec, type Refusal, type Say, sayer, structureFormat, type Value } from '../../layout/index.ts'
import { detectHisiAcc } from './detect.ts'
import {
  HISI_MAGIC_V1,
  HISI_MAGIC_V2,
  HISI_MAJOR,
  HISI_MATCH_SIZE,
  HISI_REGISTERS_SIZE,
  hisiAccState,
} from './state.layout.ts'

export const hisiAccStateCodec = codec(hisiAccState, generated.hisiAccState)

export type HisiAccState = Value<typeof hisiAccState>
export type HisiAccRegisters = NonNullable<HisiAccState['registers']>

const FILE = 'drivers/vfio/pci/hisilicon/hisi_acc_vfio_pci.c'
const SOURCE = `linux ${FILE}`

export const hisiAccCodes = defineCodes({
  'vf-state/hisi-magic': {
    severity: 'error',
    title: 'the magic is none of the hisi_acc driver',
    explanation: 'The bytes are of another driver or version, or damaged. The destination refuses them with EINVAL.',
    source: SOURCE,
  },
  'vf-state/hisi-version': {
    severity: 'error',
    title: 'the hisi_acc state has another major version than 1',
    explanation: 'With the newer magic the driver takes only its own major version, and fails with EINVAL.',
    source: SOURCE,
  },
  'vf-state/hisi-length': {
    severity: 'error',
    title: 'the hisi_acc state has neither 40 nor 176 bytes',
    explanation:
      'The driver writes 40 bytes while the device runs or is not ready, and 176 otherwise. It fails with EINVAL for fewer bytes, and with ENOMEM for more.',
    source: SOURCE,
  },
  'vf-state/hisi-match-only': {
    severity: 'info',
    title: 'the hisi_acc state is the part to be compared alone',
    explanation:
      'That is what the driver gives in PRE_COPY, and in STOP_COPY when the guest has not set up the device. The destination compares it with its own device and restores nothing.',
    source: SOURCE,
  },
  'vf-state/hisi-qm-state': {
    severity: 'warning',
    title: 'vf_qm_state is neither 0 nor 1',
    explanation: 'The driver writes it to the VF as it is; anything but 0 counts as not ready.',
    source: SOURCE,
  },
  'vf-state/hisi-not-ready': {
    severity: 'warning',
    title: 'there are registers although the device was not ready',
    explanation:
      'The driver never writes both. The destination loads the registers and does not start the queues: the guest waits for answers that never come.',
    source: SOURCE,
  },
  'vf-state/hisi-old-address': {
    severity: 'info',
    title: 'a queue address is not that of the queue context, as the first driver has it',
    explanation:
      'The first driver takes words 0 and 1 of the context for the address, which is in words 1 and 2. Destinations that know the newer magic correct it; older ones keep the wrong one.',
    source: SOURCE,
  },
  'vf-state/hisi-address': {
    severity: 'warning',
    title: 'a queue address is not that of the queue context',
    explanation:
      'Words 1 and 2 of the context are the address, and the driver computes the stored one from them. The destination compares nothing: context and address differ after the migration.',
    source: SOURCE,
  },
  'vf-state/hisi-null-address': {
    severity: 'warning',
    title: 'an address of a queue is 0',
    explanation:
      'The destination takes the device for not ready and restores nothing. Either the guest never set up its queues, or the state is damaged.',
    source: SOURCE,
  },
})

type SayHisi = Say<keyof typeof hisiAccCodes.entries>

export const hisiAccStateFormat = structureFormat({
  codec: hisiAccStateCodec,
  codes: hisiAccCodes.entries,
  detect: detectHisiAcc,
  rule(value, report, locate) {
    judge(value, sayer(hisiAccCodes, report, locate))
  },
  refusals,
})

/** The address that a queue context holds: the recomputed `eqeDma` or `aeqeDma`. */
export function hisiQueueAddress(context: readonly number[]): bigint {
  return addressIn(context, 1)
}

/** Two words of a context, the low one first. */
function addressIn(context: readonly number[], low: number): bigint {
  return (BigInt(context[low + 1] ?? 0) << 32n) | BigInt(context[low] ?? 0)
}

function judge(value: HisiAccState, say: SayHisi): void {
  const { magic, majorVersion, minorVersion, vfQmState, registers, leftover } = value
  if (magic !== HISI_MAGIC_V1 && magic !== HISI_MAGIC_V2) {
    say('vf-state/hisi-magic', `The magic is 0x${magic.toString(16)}.`, ['magic'])
  }
  if (magic === HISI_MAGIC_V2 && majorVersion !== HISI_MAJOR) {
    say('vf-state/hisi-version', `The version is ${majorVersion}.${minorVersion}.`, ['majorVersion'])
  }
  if (leftover.length > 0) {
    const length = HISI_MATCH_SIZE + (registers === undefined ? 0 : HISI_REGISTERS_SIZE) + leftover.length
    say('vf-state/hisi-length', `There are ${length} bytes.`, ['leftover'])
  } else if (registers === undefined) {
    say('vf-state/hisi-match-only', `There are ${HISI_MATCH_SIZE} bytes and no registers.`, [])
  }
  if (typeof vfQmState === 'number') say('vf-state/hisi-qm-state', `The state is ${vfQmState}.`, ['vfQmState'])
  if (registers === undefined) return
  if (vfQmState === 'not-ready') {
    say('vf-state/hisi-not-ready', 'The state is not-ready and there are registers.', ['vfQmState'])
  }
  judgeAddresses(registers, magic === HISI_MAGIC_V1, say)
}

function judgeAddresses(registers: HisiAccRegisters, isFirst: boolean, say: SayHisi): void {
  const { eqeDma, aeqeDma, sqcDma, cqcDma, eqcDw, aeqcDw } = registers
  const contexts = [
    ['eqeDma', eqeDma, eqcDw],
    ['aeqeDma', aeqeDma, aeqcDw],
  ] as const
  for (const [name, stored, context] of contexts) {
    const right = hisiQueueAddress(context)
    if (stored === right) continue
    const isExpected = isFirst && stored === addressIn(context, 0)
    const message = `The address ${name} is 0x${stored.toString(16)}; its context has 0x${right.toString(16)}.`
    const code = isExpected ? 'vf-state/hisi-old-address' : 'vf-state/hisi-address'
    say(code, message, ['registers', name])
  }
  // Of the first driver's states the destination corrects two before it looks.
  const used = isFirst
    ? { eqeDma: hisiQueueAddress(eqcDw), aeqeDma: hisiQueueAddress(aeqcDw), sqcDma, cqcDma }
    : { eqeDma, aeqeDma, sqcDma, cqcDma }
  for (const [name, address] of Object.entries(used)) {
    if (address === 0n) say('vf-state/hisi-null-address', `The address ${name} is 0.`, ['registers', name])
  }
}

/** What the versions of the two drivers say; the fields say the rest. */
function refusals(given: HisiAccState, own: HisiAccState): Refusal[] {
  if (own.magic === HISI_MAGIC_V1 && given.magic !== HISI_MAGIC_V1) {
    const message = `The destination's older driver refuses any other magic than its own (EINVAL): ${FILE}, vf_qm_check_match.`
    return [{ path: ['magic'], message }]
  }
  if (given.magic !== HISI_MAGIC_V1 && given.magic !== HISI_MAGIC_V2) {
    const message = `The destination driver refuses a magic that it does not know (EINVAL): ${FILE}, vf_qm_version_check.`
    return [{ path: ['magic'], message }]
  }
  if (given.magic === HISI_MAGIC_V2 && given.majorVersion !== own.majorVersion) {
    const message = `The destination driver refuses another major version than its own (EINVAL): ${FILE}, vf_qm_version_check.`
    return [{ path: ['majorVersion'], message }]
  }
  return []
}
