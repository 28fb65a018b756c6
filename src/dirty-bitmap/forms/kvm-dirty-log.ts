import { counted, defineCodes, type Finding, type Path } from '../../findings/index.ts'
import * as generated from '../../generated/dirty-bitmap/forms/kvm-dirty-log.js'
import { codec, structureFormat, type Value } from '../../layout/index.ts'
import { kvmClearDirtyLog, kvmGetDirtyLog } from './kvm-dirty-log.layout.ts'

export type KvmGetDirtyLog = Value<typeof kvmGetDirtyLog>
export type KvmClearDirtyLog = Value<typeof kvmClearDirtyLog>

export const kvmGetDirtyLogCodec = codec(kvmGetDirtyLog, generated.kvmGetDirtyLog)
export const kvmClearDirtyLogCodec = codec(kvmClearDirtyLog, generated.kvmClearDirtyLog)

const SOURCE = 'linux virt/kvm/kvm_main.c kvm_get_dirty_log_protect, kvm_clear_dirty_log_protect'

export const kvmDirtyLogCodes = defineCodes({
  'dirty-bitmap/kvm-no-buffer': {
    severity: 'error',
    title: 'the request has no address of a bitmap',
    explanation: 'The kernel answers EFAULT and the log stays as it is.',
    source: SOURCE,
  },
  'dirty-bitmap/kvm-address-space': {
    severity: 'error',
    title: 'the address space does not exist',
    explanation:
      'x86 has two, others have one; the kernel answers EINVAL. The upper half of the slot number is the address space: a slot number beyond 65535 ends up there.',
    source: SOURCE,
  },
  'dirty-bitmap/kvm-first-page': {
    severity: 'error',
    title: 'the first page to clear is not at a word of the bitmap',
    explanation: 'It has to be a multiple of 64; the kernel answers EINVAL and nothing is cleared.',
    source: SOURCE,
  },
  'dirty-bitmap/kvm-page-count': {
    severity: 'warning',
    title: 'the pages to clear are not whole words of the bitmap',
    explanation:
      'Their number is a multiple of 64 unless they reach the end of the slot; otherwise the kernel answers EINVAL. Give the pages of the slot with --set slotPages to know.',
    source: SOURCE,
  },
  'dirty-bitmap/kvm-past-slot': {
    severity: 'error',
    title: 'the pages to clear go past the end of the slot',
    explanation: 'The kernel answers EINVAL and nothing is cleared: those pages are reported again.',
    source: SOURCE,
  },
})

type Code = keyof typeof kvmDirtyLogCodes.entries
type Say = (code: Code, message: string, path: Path, severity?: 'error') => void

/** Most address spaces that an architecture has. */
const ADDRESS_SPACES = 2
const WORD = 64n

export const kvmGetDirtyLogFormat = structureFormat({
  codec: kvmGetDirtyLogCodec,
  codes: kvmDirtyLogCodes.entries,
  rule: (value, report, locate) => judgeCommon(value, saying(report, locate)),
})

export const kvmClearDirtyLogFormat = structureFormat({
  codec: kvmClearDirtyLogCodec,
  codes: kvmDirtyLogCodes.entries,
  rule(value, report, locate, { slotPages = 0 }) {
    const say = saying(report, locate)
    judgeCommon(value, say)
    judgeRange(value, BigInt(slotPages), say)
  },
})

function saying(report: (finding: Finding) => void, locate: (path: Path) => { offset: number; length: number }): Say {
  return (code, message, path, severity) => {
    const place = { ...locate(path), path, ...(severity === undefined ? {} : { severity }) }
    report(kvmDirtyLogCodes.finding(code, message, place))
  }
}

function judgeCommon({ slot, dirtyBitmap }: Pick<KvmGetDirtyLog, 'slot' | 'dirtyBitmap'>, say: Say): void {
  if (dirtyBitmap === 0n) say('dirty-bitmap/kvm-no-buffer', 'The address of the bitmap is 0.', ['dirtyBitmap'])
  if (slot.addressSpace >= ADDRESS_SPACES) {
    const message = `Address space ${slot.addressSpace} is asked for; there are 0 and 1.`
    say('dirty-bitmap/kvm-address-space', message, ['slot', 'addressSpace'])
  }
}

function judgeRange({ firstPage, numPages }: KvmClearDirtyLog, slotPages: bigint, say: Say): void {
  const end = firstPage + BigInt(numPages)
  if (firstPage % WORD !== 0n) {
    say('dirty-bitmap/kvm-first-page', `The first page is ${firstPage}, not a multiple of 64.`, ['firstPage'])
  }
  const pages = counted(numPages, 'page')
  if (slotPages !== 0n && end > slotPages) {
    const message = `${pages} from page ${firstPage} on end at ${end}; the slot has ${slotPages}.`
    say('dirty-bitmap/kvm-past-slot', message, ['numPages'])
  } else if (BigInt(numPages) % WORD !== 0n && end !== slotPages) {
    const [where, severity] = slotPages === 0n ? [', and nothing says where the slot ends'] : ['', 'error' as const]
    const message = `${pages} are asked for, not a multiple of 64${where}.`
    say('dirty-bitmap/kvm-page-count', message, ['numPages'], severity)
  }
}
