import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/pci/legacy/pcie.js'
import { codec, type Value } from '../../layout/index.ts'
import { type CapabilityReport, capability, type FunctionFacts } from '../capability.ts'
import { pciExpress } from './pcie.layout.ts'

export type PciExpress = Value<typeof pciExpress>

const SOURCE = 'PCI Express Base Specification, PCI Express capability; linux/pci_regs.h PCI_EXP_*'

const codes = defineCodes({
  'pci/express-version': {
    severity: 'warning',
    title: 'the PCI Express capability version is neither 1 nor 2',
    explanation:
      'Version 0 is an erratum of the 82599 and X540 VFs, harmless because QEMU shows the guest version 1 instead. Any other version is damaged, or newer than this description; it is read as version 2.',
    source: 'QEMU hw/vfio/pci.c, vfio_setup_pcie_cap; linux/pci_regs.h PCI_EXP_FLAGS_VERS',
  },
  'pci/express-payload': {
    severity: 'warning',
    title: 'the payload size selected is larger than the function supports',
    explanation:
      'The function may send packets that it was not built for. A destination with smaller payloads drops them as malformed.',
    source: SOURCE,
  },
  'pci/express-link-above-capability': {
    severity: 'info',
    title: 'the link runs faster or wider than the link capabilities say',
    explanation: 'Emulated ports leave the capabilities at 0. In real hardware the capture is damaged.',
    source: SOURCE,
  },
  'pci/express-type-header': {
    severity: 'warning',
    title: 'the port type and the header layout do not fit together',
    explanation:
      'Ports and bridges have bridge headers, endpoints have not. Host bridges on bus 0 that call themselves root ports exist and are harmless.',
    source: SOURCE,
  },
})

export const pcie = capability({
  id: 0x10,
  name: 'PCIe',
  codec: codec(pciExpress, generated.pciExpress),
  codes,
  check(value, report, { facts }) {
    checkVersion(value, report)
    checkPayload(value, report)
    checkLink(value, report)
    checkHeader(value, facts, report)
  },
})

type Report = CapabilityReport<keyof typeof codes.entries>

function checkVersion({ capabilities: { version } }: PciExpress, report: Report): void {
  if (version === 1 || version === 2) return
  const more = version === 0 ? ({ severity: 'info' } as const) : {}
  report('pci/express-version', `The capability has version ${version}.`, ['capabilities', 'version'], more)
}

function checkPayload({ device: { capabilities, control } }: PciExpress, report: Report): void {
  if (control.maxPayload <= capabilities.maxPayloadSupported) return
  const [selected, supported] = [128 << control.maxPayload, 128 << capabilities.maxPayloadSupported]
  const message = `Payloads of ${selected} bytes are selected, ${supported} bytes are supported.`
  report('pci/express-payload', message, ['device', 'control', 'maxPayload'])
}

const SPEED_FIELD = pciExpress.fields.link.inner.fields.status.members.speed

function checkLink({ link }: PciExpress, report: Report): void {
  if (link === undefined) return
  const { capabilities, status } = link
  if (status.width > capabilities.maxWidth) {
    const message = `The link has ${status.width} lanes, the capabilities say ${capabilities.maxWidth}.`
    report('pci/express-link-above-capability', message, ['link', 'status', 'width'])
  }
  if (speedNumber(status.speed) > speedNumber(capabilities.maxSpeed)) {
    const message = `The link runs at ${status.speed}, the capabilities say ${capabilities.maxSpeed}.`
    report('pci/express-link-above-capability', message, ['link', 'status', 'speed'])
  }
}

function speedNumber(speed: string | number): number {
  return typeof speed === 'number' ? speed : (SPEED_FIELD.numbers?.get(speed) ?? 0)
}

/** Types that say which header they have; the other ones are left alone. */
const HEADERS: Readonly<Record<string, number>> = {
  endpoint: 0,
  'legacy-endpoint': 0,
  'root-port': 1,
  'upstream-port': 1,
  'downstream-port': 1,
  'root-complex-endpoint': 0,
}

function checkHeader({ capabilities: { type } }: PciExpress, facts: FunctionFacts, report: Report): void {
  const wanted = HEADERS[type]
  const { headerLayout, bus } = facts
  if (wanted === undefined || headerLayout === wanted) return
  const hostBridge = type === 'root-port' && headerLayout === 0 && (bus ?? 0) === 0
  const more = hostBridge ? ({ severity: 'info' } as const) : {}
  const message = `The type is ${type}, which has header layout ${wanted}; the function has ${headerLayout}.`
  report('pci/express-type-header', message, ['capabilities', 'type'], more)
}
