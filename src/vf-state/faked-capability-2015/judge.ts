import { defineCodes, hexOffset, type Path, type Report } from '../../findings/index.ts'
import { isOpaque } from '../../layout/index.ts'
import { type ConfigSpace, findMsixState, type MsixState } from '../../pci/index.ts'
import type { ComposedView } from '../composed.ts'
import { checkStreamedMsix, msixPartCodes, type StreamedMsix, vectorsOfLength } from '../msix-part.ts'
import { VMSTATE_VERSION } from './stream-body.layout.ts'
import type { SriovBody } from './stream-body.ts'

const SOURCE = 'RFC PATCH V2 of November 2015, kvm list'
const QEMU = 'QEMU hw/pci/pci.c, pci_device_load'

export const sriovBodyCodes = defineCodes({
  ...msixPartCodes.entries,
  'vf-state/sriov-flag': {
    severity: 'error',
    title: 'the body starts with a flag that the loader does not know',
    explanation:
      'The flag tells a setup body from a completion body. With any other value the loader reads nothing more and reports success: the device keeps its old state, and the next section is read at the wrong place.',
    source: SOURCE,
  },
  'vf-state/sriov-vmstate-version': {
    severity: 'error',
    title: 'the device state is of a newer version than the loader takes',
    explanation: 'QEMU takes the versions 0 to 2 of a PCI device and refuses the migration otherwise.',
    source: QEMU,
  },
  'vf-state/sriov-intx-level': {
    severity: 'error',
    title: 'an INTx level is neither 0 nor 1',
    explanation: 'QEMU refuses the device state. The words are big-endian: 16777216 is a 1 in the wrong byte order.',
    source: QEMU,
  },
  'vf-state/sriov-interrupt-status': {
    severity: 'info',
    title: 'the interrupt bit of the status register is set',
    explanation:
      'QEMU clears the bit in the copy that it sends, because the INTx levels carry the same fact. The bytes come from another writer, or from a capture of the device.',
    source: QEMU,
  },
  'vf-state/sriov-no-capability': {
    severity: 'warning',
    title: 'the config space has no migration capability',
    explanation:
      'The design keeps its handshake in capability 0x14. Without it the guest driver is not told of the migration and does not set the device up again. Its place is not in the stream, so the destination needs it at the same offset.',
    source: SOURCE,
  },
  'vf-state/sriov-complete-before-ready': {
    severity: 'error',
    title: 'the device state was sent before the guest was ready',
    explanation:
      'Where the guest driver has enabled the mailbox interrupt, the VMM sets start and waits for ready. State that is saved earlier is that of a running device: it lacks what the device still does.',
    source: SOURCE,
  },
  'vf-state/sriov-mailbox-masked': {
    severity: 'warning',
    title: 'the vector of the mailbox interrupt is masked',
    explanation:
      'The VMM takes the message of this table entry to tell the guest driver that the migration is over. The driver has masked it, so that it may not expect the interrupt, and the device stays down.',
    source: SOURCE,
  },
})

type Code = keyof typeof sriovBodyCodes.entries
type Say = (code: Code, message: string, path: Path) => void

/** Judges a completion body; a setup body is its flag alone. */
export function checkSriovBody(body: SriovBody, report: Report, view: ComposedView): void {
  if (body.flag !== 'complete') return
  const spaceAt = view.parts.find(({ name }) => name === 'configSpace')
  const say: Say = (code, message, path) => {
    const place = view.locate(path)
    // Findings about the config space count there.
    const inSpace = path[0] === 'configSpace' && path.length > 1
    const offset = inSpace ? place.offset - (spaceAt?.offset ?? 0) : place.offset
    const finding = sriovBodyCodes.finding(code, message, { ...place, offset, path })
    report(inSpace ? { ...finding, in: 'configSpace' } : finding)
  }
  const { vmstateVersion = 0, intxLevels = [], configSpace, msix, trailing } = body
  if (vmstateVersion > VMSTATE_VERSION) {
    const message = `The version is ${vmstateVersion}; ${VMSTATE_VERSION} is the highest that is taken.`
    say('vf-state/sriov-vmstate-version', message, ['vmstateVersion'])
  }
  intxLevels.forEach((level, pin) => {
    if (level <= 1) return
    say('vf-state/sriov-intx-level', `The level of pin ${'ABCD'[pin]} is ${level}.`, ['intxLevels', pin])
  })
  if (configSpace === undefined || spaceAt === undefined || isOpaque(configSpace)) return
  const state = findMsixState(view.bytes.subarray(spaceAt.offset, spaceAt.offset + spaceAt.length))
  if (state?.enabled && msix === undefined) {
    say('vf-state/msix-missing', `${state.vectors} vectors are enabled, and nothing follows.`, ['intxLevels'])
  }
  const vectors = vectorsOfLength(trailing?.length ?? 0)
  if (!state?.enabled && vectors !== undefined && vectors === state?.vectors) {
    say('vf-state/msix-not-expected', `The bytes of ${vectors} vectors follow, MSI-X is disabled.`, ['trailing'])
  }
  if (configSpace.header.status.interruptStatus) {
    say('vf-state/sriov-interrupt-status', 'An INTx is pending in the config space.', [
      'configSpace',
      'header',
      'status',
    ])
  }
  checkStreamedMsix(msix, state, report, view)
  checkCapability(configSpace, msix, state, say)
}

function checkCapability(
  { capabilities }: ConfigSpace,
  msix: SriovBody['msix'],
  state: MsixState | undefined,
  say: Say,
): void {
  const index = capabilities.findIndex(({ layout }) => layout === 'pci-cap-migration-2015')
  const capability = capabilities[index]
  if (capability === undefined) {
    say('vf-state/sriov-no-capability', 'There is no capability 0x14 of the design.', ['configSpace'])
    return
  }
  const { enable, vmmStatus, vfStatus, mailboxVector } = capability
  if (enable !== 'enable') return
  const at = ['configSpace', 'capabilities', index]
  if (vmmStatus !== 'start' || vfStatus !== 'ready') {
    const message = `The capability at ${hexOffset(capability.offset)} is at ${vmmStatus}, ${vfStatus}; start, ready are needed.`
    say('vf-state/sriov-complete-before-ready', message, [...at, 'vfStatus'])
  }
  const vector = Number(mailboxVector)
  const entry = entriesOf(msix)?.[vector]
  // A table that is masked as a whole is reported with the capability.
  if (entry?.vectorControl.masked && !state?.functionMask) {
    say('vf-state/sriov-mailbox-masked', `Vector ${vector} is masked.`, ['msix', 'entries', vector])
  }
}

function entriesOf(msix: SriovBody['msix']): StreamedMsix['entries'] | undefined {
  return msix === undefined || isOpaque(msix) ? undefined : msix.entries
}
