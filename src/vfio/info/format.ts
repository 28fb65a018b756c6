import { DecodeError } from '../../findings/index.ts'
import {
  byteOrderOf,
  byteOrderOption,
  errorFinding,
  evidenceOf,
  type Format,
  fromJson,
  type StructType,
  toBytes,
  toJson,
  toJsonSchema,
  toView,
  trailingFinding,
  type Value,
} from '../../layout/index.ts'
import { infoCodes } from '../codes.ts'
import { infoCapabilityCodec } from './chain.ts'
import { infoDocument } from './document.ts'
import { infoFields, readInfo } from './read.ts'
import { judgeInfo } from './rules.ts'
import type { Info, InfoSpec } from './value.ts'
import { writeInfo } from './write.ts'

/** The format of one information structure with a chain of capabilities. */
export function infoFormat<H extends StructType, B>(given: InfoSpec<H, B>): Format<Info<Value<H>, B>> {
  type V = Info<Value<H>, B>
  const spec: InfoSpec = given
  // Names and kinds of everything in a value; where the parts lie is the chain's business.
  const document = infoDocument(spec)
  return {
    name: spec.name,
    title: spec.title,
    source: spec.head.type.facts.source,
    evidence: evidenceOf(spec.head.type),
    options: byteOrderOption,
    ksy: 'parts',
    structures: [spec.head, infoCapabilityCodec, ...Object.values(spec.bodies)],
    codes: { ...infoCodes.entries, ...spec.codes },
    automatic: false,
    detect: () => 0,
    decode: (input, options) => readInfo(spec, toBytes(input), byteOrderOf(options)).value as unknown as V,
    encode: (value, options) => writeInfo(spec, value, byteOrderOf(options)),
    inspect(input, options) {
      const bytes = toBytes(input)
      const byteOrder = byteOrderOf(options)
      try {
        const reading = readInfo(spec, bytes, byteOrder)
        const region = { bytes, view: toView(bytes), offset: 0, end: reading.fixed }
        const head = spec.head.findingsAt(region, { byteOrder })
        const findings = [...head, ...reading.findings, ...judgeInfo(spec, reading, bytes.length)]
        if (reading.end < bytes.length) findings.push(trailingFinding(reading.end, bytes.length))
        return { value: reading.value as unknown as V, findings }
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error
        return { value: undefined, findings: [errorFinding(error, bytes.length)] }
      }
    },
    fields: (input, options) => infoFields(spec, toBytes(input), byteOrderOf(options)),
    toJson: (value) => toJson(document, value),
    fromJson: (json) => fromJson(document, json) as unknown as V,
    schema: () => toJsonSchema(document),
  }
}
