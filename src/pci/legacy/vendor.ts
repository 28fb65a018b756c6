import { defineCodes, hexOffset } from '../../findings/index.ts'
import * as generated from '../../generated/pci/legacy/vendor.js'
import { type Codec, codec, type StructType, type Value } from '../../layout/index.ts'
import {
  type CapabilityContext,
  type CapabilityReport,
  capabilityWithVariants,
  type FunctionFacts,
} from '../capability.ts'
import {
  bridgeMigrationCodec,
  bridgeMigrationCodes,
  checkBridgeMigration,
  isBridgeMigration,
} from './bridge-migration.ts'
import { vendorClipped, vendorSpecific, virtioStructure, virtioVendorData } from './vendor.layout.ts'

const whole = codec(vendorSpecific, generated.vendorSpecific)
const clipped = codec(vendorClipped, generated.vendorClipped)
const virtio = codec(virtioStructure, generated.virtioStructure)
const virtioVendor = codec(virtioVendorData, generated.virtioVendorData)

const codes = defineCodes({
  ...bridgeMigrationCodes,
  'pci/vendor-length-short': {
    severity: 'warning',
    title: 'a vendor capability says that it is shorter than its own header',
    explanation:
      'The length counts the ID, the pointer and itself: 3 at least. vfio takes it as it is and hides what follows.',
    source: 'Linux drivers/vfio/pci/vfio_pci_config.c, vfio_cap_len',
  },
  'pci/vendor-length-beyond-space': {
    severity: 'warning',
    title: 'a vendor capability says that it reaches past the first 256 bytes',
    explanation: 'It is cut at the end. Intel X58 chipsets state 0xff; the rest of the body does not exist.',
    source: 'Linux drivers/vfio/pci/vfio_pci_config.c, vfio_cap_len',
  },
  'pci/virtio-bar': {
    severity: 'warning',
    title: 'a virtio structure names a reserved BAR',
    explanation: 'There are six base address registers; drivers ignore capabilities that name another one.',
    source: 'virtio 1.4, 4.1.4 Virtio Structure PCI Capabilities',
  },
  'pci/virtio-beyond-bar': {
    severity: 'warning',
    title: 'a virtio structure reaches past the end of its BAR',
    explanation: 'Drivers refuse the structure, so the device does not work. Only checked where BAR sizes are known.',
    source: 'virtio 1.4, 4.1.4 Virtio Structure PCI Capabilities',
  },
})

type Virtio = Value<typeof virtioStructure>
type AnyVendor =
  | typeof vendorSpecific
  | typeof vendorClipped
  | typeof virtioStructure
  | typeof virtioVendorData
  | typeof bridgeMigrationCodec.type
type Report = CapabilityReport<keyof typeof codes.entries>

/** Registers of a vendor capability start behind its ID and pointer. */
const HEADER = 2
const LEAST_LENGTH = 3
const SPACE_END = 0x100

const READINGS: readonly Codec<AnyVendor>[] = [
  whole,
  clipped,
  virtio,
  virtioVendor,
  bridgeMigrationCodec,
] as readonly Codec<AnyVendor>[]

export const vendor = capabilityWithVariants<AnyVendor, keyof typeof codes.entries>({
  id: 0x09,
  name: 'Vendor',
  title: vendorSpecific.facts.title,
  variants: READINGS as readonly Codec[],
  nameOf: (chosen) => (chosen === (bridgeMigrationCodec as Codec) ? 'BridgeMigration-2015' : 'Vendor'),
  select: (registers, context) => choose(registers, context) as Codec<AnyVendor>,
  codes,
  check(value, report, context) {
    if ('structureOffset' in value) checkVirtio(value, context.facts, report)
    else if ('phase' in value) checkBridgeMigration(value, report)
    else checkLength(value, context, report)
  },
})

function choose(registers: Uint8Array, { options, facts, offset, space }: CapabilityContext): Codec<StructType> {
  const length = registers[0] ?? 0
  if (offset + length > SPACE_END) return clipped as Codec
  if (options.bridgeMigration && isBridgeMigration(registers)) return bridgeMigrationCodec as Codec
  if (!isVirtio(facts, space) || !holdsVirtio(registers, length)) return whole as Codec
  return (registers[1] === VIRTIO_VENDOR_DATA ? virtioVendor : virtio) as Codec
}

const VIRTIO_VENDOR = 0x1af4
const NO_VENDOR = 0xffff
const SUBSYSTEM_VENDOR = 0x2c

/** A VF has no vendor ID of its own; its subsystem vendor ID is real. */
function isVirtio({ vendorId, headerLayout }: FunctionFacts, space: Uint8Array): boolean {
  if (vendorId === VIRTIO_VENDOR) return true
  const subsystem = (space[SUBSYSTEM_VENDOR] ?? 0) | ((space[SUBSYSTEM_VENDOR + 1] ?? 0) << 8)
  return vendorId === NO_VENDOR && headerLayout === 0 && subsystem === VIRTIO_VENDOR
}

const VIRTIO_VENDOR_DATA = 9
/** Shortest length of each type; of other types there is nothing to say. */
const VIRTIO_LENGTHS: Readonly<Record<number, number>> = { 1: 16, 2: 20, 3: 16, 4: 16, 5: 20, 8: 24, 9: 6 }

function holdsVirtio(registers: Uint8Array, length: number): boolean {
  const least = VIRTIO_LENGTHS[registers[1] ?? 0]
  return least !== undefined && length >= least && registers.length + HEADER >= length
}

function checkLength({ length }: { length: number }, { offset }: CapabilityContext, report: Report): void {
  if (length < LEAST_LENGTH) {
    report('pci/vendor-length-short', `The length is ${length}; the header alone has ${LEAST_LENGTH} bytes.`, [
      'length',
    ])
  } else if (offset + length > SPACE_END) {
    const message = `The capability says that it ends at ${hexOffset(offset + length)}; the space ends at ${hexOffset(SPACE_END)}.`
    report('pci/vendor-length-beyond-space', message, ['length'])
  }
}

function checkVirtio(value: Virtio, { barSizes }: FunctionFacts, report: Report): void {
  const { cfgType, bar, structureOffset, structureLength } = value
  // The access window is pointed at BARs by whoever uses it.
  if (cfgType === 'pci-access') return
  if (bar > 5) {
    report('pci/virtio-bar', `The structure is in BAR ${bar}; 5 is the highest.`, ['bar'])
    return
  }
  const room = barSizes?.[bar]
  const high = (value.structureOffsetHigh ?? 0) + (value.structureLengthHigh ?? 0)
  const end = structureOffset + structureLength + high * 2 ** 32
  if (room === undefined || end <= room) return
  const message = `The structure ends at ${hexOffset(end)} of BAR ${bar}, which has ${hexOffset(room)} bytes.`
  report('pci/virtio-beyond-bar', message, ['structureOffset'])
}
