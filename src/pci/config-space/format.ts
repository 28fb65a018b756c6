import { counted, DecodeError } from '../../findings/index.ts'
import {
  type CodeEntries,
  completeOptions,
  DEFAULT_MAX_BYTES,
  errorFinding,
  type Format,
  type OptionMap,
  type OptionValues,
  toBytes,
} from '../../layout/index.ts'
import type { PciOptions } from '../capability.ts'
import { extendedCapabilities } from '../extended/index.ts'
import { headerCodecs } from '../header.ts'
import { legacyCapabilities } from '../legacy/index.ts'
import { configSpaceCodes } from './codes.ts'
import { detectConfigSpace } from './detect.ts'
import { configSpaceFields } from './fields.ts'
import { configSpaceFromJson, configSpaceToJson } from './json.ts'
import { judgeConfigSpace } from './judge.ts'
import { configSpaceOf, readConfigSpace } from './read.ts'
import { configSpaceSchema } from './schema.ts'
import { type ConfigSpace, EXTENDED_SIZE } from './value.ts'
import { writeConfigSpace } from './write.ts'

/** How to read what the bytes alone do not decide. */
export const pciOptions = {
  capability14: {
    kind: 'choice',
    values: ['auto', 'enhanced-allocation', 'migration-2015'],
    default: 'auto',
    meaning: 'what capability 0x14 is; migration-2015 for captures of the faked capability',
  },
  bridgeMigration: {
    kind: 'flag',
    default: false,
    meaning: 'read a vendor capability of sub-type 0x4d as the proposed bridge capability of December 2015',
  },
} as const satisfies OptionMap

const allCapabilities = [...legacyCapabilities, ...extendedCapabilities]

/** Raw configuration space of one function: 64, 256 or 4096 bytes. */
export const configSpaceFormat: Format<ConfigSpace> = {
  name: 'pci-config-space',
  title: 'PCI configuration space of one function',
  source: 'linux/pci_regs.h; PCI Express Base Specification, configuration space',
  evidence: 'verified',
  options: pciOptions,
  ksy: 'parts',
  structures: [...headerCodecs, ...allCapabilities.flatMap(({ codecs }) => codecs)],
  codes: Object.assign(
    {},
    configSpaceCodes.entries,
    ...allCapabilities.map(({ codes }) => codes?.entries ?? {}),
  ) as CodeEntries,
  automatic: true,
  detect: detectConfigSpace,
  decode: (input, options) => configSpaceOf(read(toBytes(input), options)),
  encode: (value) => writeConfigSpace(value),
  inspect(input, options) {
    const bytes = toBytes(input)
    try {
      const reading = read(bytes, options)
      return { value: configSpaceOf(reading), findings: judgeConfigSpace(reading) }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return { value: undefined, findings: [errorFinding(error, bytes.length)] }
    }
  },
  fields: (input, options) => configSpaceFields(read(toBytes(input), options)),
  toJson: configSpaceToJson,
  fromJson: configSpaceFromJson,
  schema: configSpaceSchema,
}

function read(bytes: Uint8Array, options: OptionValues | undefined) {
  if (bytes.length > DEFAULT_MAX_BYTES) {
    throw new DecodeError({
      code: 'layout/too-large',
      path: [],
      offset: 0,
      expected: `a configuration space of at most ${EXTENDED_SIZE} bytes`,
      found: counted(bytes.length, 'byte'),
    })
  }
  return readConfigSpace(bytes, toPciOptions(options))
}

/** The options of a format as the readers take them. @throws OptionError */
export function toPciOptions(options: OptionValues | undefined): PciOptions {
  return completeOptions(pciOptions, options) as unknown as PciOptions
}
