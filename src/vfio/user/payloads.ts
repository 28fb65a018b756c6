import type { Finding } from '../../findings/index.ts'
import {
  type ByteOrder,
  type Codec,
  type Format,
  type StructType,
  structureFormat,
  toView,
} from '../../layout/index.ts'
import { infoCodes } from '../codes.ts'
import { featureCodes } from '../device-feature/codes.ts'
import { deviceInfoFormat } from '../device-info.ts'
import { irqInfoFormat } from '../irq-info.ts'
import { irqSetFormat } from '../irq-set.ts'
import { regionInfoFormat } from '../region-info.ts'
import { messageCodes } from './codes.ts'
import type { CommandName } from './header.layout.ts'
import type { VfioUserHeader } from './header.ts'
import * as codecs from './payload-codecs.ts'
import * as rules from './payload-rules.ts'

// The payloads of all commands, each a format of its own.

const codes = { ...messageCodes.entries, ...featureCodes.entries }

/** Formats that a payload may have; none where no payload belongs. */
interface Forms {
  readonly formats: readonly Format[]
  /** Also none at all is right. */
  readonly mayBeAbsent?: boolean
  /** Which of several it is, as the bytes tell. */
  choose?(bytes: Uint8Array, byteOrder: ByteOrder): Format
}

interface Exchange {
  readonly request: Forms
  readonly reply: Forms
}

const only = (format: Format): Forms => ({ formats: [format] })
const NONE: Forms = { formats: [] }

const plain = <T extends StructType>(codec: Codec<T>) => structureFormat({ codec })

/** A format with findings that are other ones in messages, or none. */
function reworded<V>(format: Format<V>, reword: (finding: Finding, value: V) => Finding | undefined): Format<V> {
  return {
    ...format,
    inspect(input, options) {
      const { value, findings } = format.inspect(input, options)
      if (value === undefined) return { value, findings }
      return { value, findings: findings.flatMap((finding) => reword(finding, value) ?? []) }
    },
  }
}

/** Commands of the information calls state what the reply may have: more than there is. */
const asked = <V>(format: Format<V>) =>
  reworded(format, (finding) => (finding.code === 'vfio/argsz-past-end' ? undefined : finding))
/** Replies state what they would need where the command left them too little; the message itself is whole. */
const answered = <V>(format: Format<V>) =>
  reworded(format, (finding) => {
    const { code, message, offset, length, path } = finding
    if (code !== 'vfio/argsz-past-end') return finding
    return infoCodes.finding('vfio/capabilities-left-out', message, { offset, length, path })
  })
/** Descriptors travel beside the message. */
const setIrqs = reworded(irqSetFormat, (finding, { flags }) =>
  flags.dataEventfd && finding.code === 'vfio/irq-set-data-short' ? undefined : finding,
)

const version = structureFormat({ codec: codecs.vfioUserVersionCodec, codes, rule: rules.judgeVersion })
const unmap = (isReply: boolean) =>
  structureFormat({ codec: codecs.vfioUserDmaUnmapCodec, codes, rule: rules.judgeUnmap(isReply) })
const dirtyPages = (isReply: boolean) =>
  structureFormat({ codec: codecs.vfioUserDirtyPagesCodec, codes, rule: rules.judgeDirtyPages(isReply) })
const regionAccess = (hasData: boolean) =>
  structureFormat({ codec: codecs.vfioUserRegionAccessCodec, codes, rule: rules.judgeRegionAccess(hasData) })
const ioFds = (isReply: boolean) =>
  structureFormat({ codec: codecs.vfioUserRegionIoFdsCodec, codes, rule: rules.judgeIoFds(isReply) })
const feature = (isReply: boolean) =>
  structureFormat({ codec: codecs.vfioUserDeviceFeatureCodec, codes, rule: rules.judgeDeviceFeature(isReply) })
const writeMulti = structureFormat({
  codec: codecs.vfioUserWriteMultiCodec,
  codes,
  rule: rules.judgeWriteMulti,
})

/** Bytes in front of the data of a DMA access, by the width of its count. */
const [NARROW, WIDE] = [12, 16]

function dmaAccess(hasData: boolean): Forms {
  const rule = rules.judgeDmaAccess(hasData)
  const wide = structureFormat({ codec: codecs.vfioUserDmaAccessCodec, codes, rule })
  const narrow = structureFormat({ codec: codecs.vfioUserDmaAccessNarrowCodec, codes, rule })
  const padded = structureFormat({ codec: codecs.vfioUserDmaAccessPaddedCodec, codes, rule })
  return {
    formats: hasData ? [wide, narrow, padded] : [wide, narrow],
    choose(bytes, byteOrder) {
      const { length } = bytes
      if (length < WIDE) return narrow
      const view = toView(bytes)
      const isLittle = byteOrder === 'little'
      const count32 = view.getUint32(8, isLittle)
      if (!hasData || view.getBigUint64(8, isLittle) === BigInt(length - WIDE)) return wide
      if (count32 === length - NARROW) return narrow
      return count32 === length - WIDE ? padded : wide
    },
  }
}

const PAYLOADS: Readonly<Record<CommandName, Exchange>> = {
  version: { request: only(version), reply: only(version) },
  'dma-map': { request: only(plain(codecs.vfioUserDmaMapCodec)), reply: NONE },
  'dma-unmap': { request: only(unmap(false)), reply: only(unmap(true)) },
  'device-get-info': { request: only(asked(deviceInfoFormat)), reply: only(answered(deviceInfoFormat)) },
  'device-get-region-info': { request: only(asked(regionInfoFormat)), reply: only(answered(regionInfoFormat)) },
  'device-get-region-io-fds': { request: only(ioFds(false)), reply: only(ioFds(true)) },
  'device-get-irq-info': { request: only(asked(irqInfoFormat)), reply: only(answered(irqInfoFormat)) },
  'device-set-irqs': { request: only(setIrqs), reply: NONE },
  'region-read': { request: only(regionAccess(false)), reply: only(regionAccess(true)) },
  'region-write': { request: only(regionAccess(true)), reply: only(regionAccess(false)) },
  'dma-read': { request: dmaAccess(false), reply: dmaAccess(true) },
  'dma-write': { request: dmaAccess(true), reply: dmaAccess(false) },
  'device-reset': { request: NONE, reply: NONE },
  'dirty-pages': { request: only(dirtyPages(false)), reply: { ...only(dirtyPages(true)), mayBeAbsent: true } },
  'region-write-multi': { request: only(writeMulti), reply: only(plain(codecs.vfioUserWriteMultiReplyCodec)) },
  'device-feature': { request: only(feature(false)), reply: only(feature(true)) },
  'mig-data-read': {
    request: only(plain(codecs.vfioUserMigDataRequestCodec)),
    reply: only(plain(codecs.vfioUserMigDataCodec)),
  },
  'mig-data-write': { request: only(plain(codecs.vfioUserMigDataCodec)), reply: NONE },
}

/** What the payload behind a header should be; undefined where the header does not tell. */
export function formsOf({ command, flags }: Pick<VfioUserHeader, 'command' | 'flags'>): Forms | undefined {
  if (typeof command === 'number') return undefined
  if (flags.type === 'command') return PAYLOADS[command].request
  if (flags.type !== 'reply') return undefined
  return flags.error ? NONE : PAYLOADS[command].reply
}

/** The format that a payload has; undefined where nothing is known of such bytes, or none belong there. */
export function payloadFormat(
  header: Pick<VfioUserHeader, 'command' | 'flags'>,
  bytes: Uint8Array,
  byteOrder: ByteOrder,
): Format | undefined {
  const forms = formsOf(header)
  return forms?.choose?.(bytes, byteOrder) ?? forms?.formats[0]
}

/** Every format that a payload behind such a header may have, the most usual first. */
export function payloadFormats(header: Pick<VfioUserHeader, 'command' | 'flags'>): readonly Format[] {
  return formsOf(header)?.formats ?? []
}

/** The payload formats of all commands, each once. */
export const allPayloadFormats: readonly Format[] = [
  ...new Set(Object.values(PAYLOADS).flatMap(({ request, reply }) => [...request.formats, ...reply.formats])),
]
