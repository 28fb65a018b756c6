import { DecodeError, type Finding, type Path } from '../../findings/index.ts'
import {
  bytes as byteRun,
  type Codec,
  completeOptions,
  errorFinding,
  type Format,
  type Located,
  layoutCodes,
  type OptionMap,
  type OptionValues,
  toBytes,
  toView,
} from '../../layout/index.ts'
import { deviceStateBodyCodes } from './codes.ts'
import { bodyFromJson, bodySchema, bodyToJson } from './json.ts'
import { type BodyContext, judgeBody } from './judge.ts'
import { type BodyReading, readBody } from './pieces.ts'
import {
  configPayloadCodec,
  type DeviceStateBody,
  memoryPayloadCodec,
  pciPayloadCodec,
  streamFlagCodec,
} from './value.ts'
import { writeBody } from './write.ts'

const options = {
  msi64: {
    kind: 'flag',
    default: true,
    meaning: 'the device that reads has 64-bit MSI, so that the PCI registers have a word more',
  },
  section: {
    kind: 'choice',
    values: ['unknown', 'start', 'part', 'end'],
    default: 'unknown',
    meaning: 'section of the stream that the body stood in',
  },
  configRegion: { kind: 'number', default: 0, meaning: 'bytes of the device config region; 0: not known' },
  memoryRegion: { kind: 'number', default: 0, meaning: 'bytes of the device memory region; 0: not known' },
  memory: {
    kind: 'choice',
    values: ['whole', 'changed'],
    default: 'whole',
    meaning: 'device memory is there as a whole, or only the chunks that changed since the sections before',
  },
} as const satisfies OptionMap

/** Body of one START, PART or END section of the "vfio-pci" live handlers of February 2019. */
export const deviceStateBodyFormat: Format<DeviceStateBody> = {
  name: 'device-state-2019-body',
  title: 'Section body of the QEMU stream of the 2019 device state regions',
  source: streamFlagCodec.type.facts.source,
  evidence: 'verified',
  options,
  ksy: 'parts',
  structures: [streamFlagCodec, pciPayloadCodec, configPayloadCodec, memoryPayloadCodec] as unknown as Codec[],
  codes: deviceStateBodyCodes.entries,
  automatic: false,
  detect: () => 0,
  decode: (input, given) => readBody(toBytes(input), msi64Of(given)).value,
  encode: (value, given) => writeBody(value, msi64Of(given)),
  inspect(input, given) {
    const bytes = toBytes(input)
    try {
      const reading = readBody(bytes, msi64Of(given))
      return { value: reading.value, findings: findingsOf(reading, bytes, given) }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return { value: undefined, findings: [errorFinding(error, bytes.length)] }
    }
  },
  fields(input, given) {
    const bytes = toBytes(input)
    return fieldsOf(readBody(bytes, msi64Of(given)), bytes)
  },
  toJson: bodyToJson,
  fromJson: (json, given) => bodyFromJson(json, msi64Of(given)),
  schema: bodySchema,
}

function msi64Of(given: OptionValues | undefined): number {
  return Number(completeOptions(options, given).msi64)
}

function findingsOf(reading: BodyReading, bytes: Uint8Array, given: OptionValues | undefined): Finding[] {
  const findings: Finding[] = []
  const view = toView(bytes)
  for (const { codec, path, offset, length, options: pieceOptions } of reading.pieces) {
    const found = codec.findingsAt({ bytes, view, offset, end: offset + length }, pieceOptions)
    for (const finding of found) findings.push(moved(finding, path, offset))
  }
  const context = completeOptions(options, given) as unknown as BodyContext
  judgeBody(reading, bytes, context, (code, message, place) =>
    findings.push(deviceStateBodyCodes.finding(code, message, place)),
  )
  const { trailing } = reading.value
  if (trailing !== undefined) {
    const place = { offset: bytes.length - trailing.length, length: trailing.length, path: ['trailing'] }
    findings.push(layoutCodes.finding('layout/trailing-bytes', `${trailing.length} bytes follow the body.`, place))
  }
  return findings
}

function fieldsOf({ pieces, value }: BodyReading, bytes: Uint8Array): Located[] {
  const fields = pieces.flatMap(({ codec, path, offset, length, options: pieceOptions }) =>
    codec.fields(bytes.subarray(offset, offset + length), pieceOptions).map((field) => moved(field, path, offset)),
  )
  const { trailing } = value
  if (trailing !== undefined) {
    const { length } = trailing
    fields.push({ path: ['trailing'], offset: bytes.length - length, length, type: byteRun(length), value: trailing })
  }
  return fields
}

/** A finding or field of a piece, where it lies in the body. */
function moved<T extends { readonly path: Path; readonly offset: number }>(it: T, path: Path, offset: number): T {
  return { ...it, path: [...path, ...it.path], offset: offset + it.offset }
}
