import { DecodeError } from '../../findings/index.ts'
import {
  type ByteOrder,
  completeOptions,
  errorFinding,
  type Format,
  fromJson,
  type OptionMap,
  type OptionValues,
  StructType,
  toBytes,
  toJson,
  toJsonSchema,
  toView,
  trailingFinding,
} from '../../layout/index.ts'
import { infoCodes, regionCodes } from '../codes.ts'
import { infoCapabilityCodec } from '../info-chain.ts'
import { regionInfoDocument, regionInfoHead } from '../region-info.layout.ts'
import { readRegionInfo, regionInfoFields } from './read.ts'
import { judgeRegionInfo } from './rules.ts'
import { BODIES, FIXED_SIZE, type RegionInfo, regionInfoHeadCodec } from './value.ts'
import { writeRegionInfo } from './write.ts'

const options = {
  byteOrder: {
    kind: 'choice',
    values: ['little', 'big'],
    default: 'little',
    meaning: 'byte order of the machine that the bytes come from',
  },
} as const satisfies OptionMap

const orderOf = (given: OptionValues | undefined) => completeOptions(options, given).byteOrder as ByteOrder

/** Names and kinds of everything in a value; where the parts lie is the chain's business. */
const document = new StructType('vfio-region-info', regionInfoDocument, regionInfoHead.facts)

export const regionInfoFormat: Format<RegionInfo> = {
  name: 'vfio-region-info',
  title: 'VFIO region information with its capabilities',
  source: regionInfoHead.facts.source,
  evidence: 'verified',
  options,
  ksy: 'parts',
  structures: [regionInfoHeadCodec, infoCapabilityCodec, ...Object.values(BODIES)] as Format['structures'],
  codes: { ...infoCodes.entries, ...regionCodes.entries },
  automatic: false,
  detect: () => 0,
  decode: (input, given) => readRegionInfo(toBytes(input), orderOf(given)).value,
  encode: (value, given) => writeRegionInfo(value, orderOf(given)),
  inspect(input, given) {
    const bytes = toBytes(input)
    const byteOrder = orderOf(given)
    try {
      const reading = readRegionInfo(bytes, byteOrder)
      const head = regionInfoHeadCodec.findingsAt(
        { bytes, view: toView(bytes), offset: 0, end: FIXED_SIZE },
        { byteOrder },
      )
      const findings = [...head, ...reading.findings, ...judgeRegionInfo(reading, bytes.length)]
      if (reading.end < bytes.length) findings.push(trailingFinding(reading.end, bytes.length))
      return { value: reading.value, findings }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return { value: undefined, findings: [errorFinding(error, bytes.length)] }
    }
  },
  fields: (input, given) => regionInfoFields(toBytes(input), orderOf(given)),
  toJson: (value) => toJson(document, value),
  fromJson: (json) => fromJson(document, json) as unknown as RegionInfo,
  schema: () => toJsonSchema(document),
}
