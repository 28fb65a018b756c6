import { array, bytes, ceilDivide, parameter, struct, text, u8, u32, u64 } from '../../layout/index.ts'
import { msixEntry } from '../../pci/msix.layout.ts'

const PCI = 'QEMU hw/pci/pci.c, vmstate_pci_device'

/** Version of the state of a PCI device; a loader takes lower ones. */
export const PCI_STATE_VERSION = 2

/** What stands in front of the config space. */
export const configStateHead = struct(
  'qemu-vfio-config-head',
  { version: u32.doc('version of the PCI device state, 2 as written; a signed number to the loader') },
  { title: 'Head of the PCI state of a VFIO device', source: PCI, byteOrder: 'big' },
)

/** What stands behind the config space. */
export const configStateInterrupts = struct(
  'qemu-vfio-config-interrupts',
  { interrupts: array(u32, 4).doc('levels of INTA to INTD, each 0 or 1') },
  { title: 'INTx levels of a VFIO device', source: PCI, byteOrder: 'big' },
)

const MSIX = 'QEMU hw/pci/msix.c, msix_save'
const vectors = parameter('vectors')
const parameters = { vectors: { meaning: 'vectors of the table, 1 to 2048', default: 1 } }

const streamedTable = struct(
  'qemu-vfio-msix-table',
  { entries: array(msixEntry, vectors) },
  { title: 'MSI-X table of a VFIO device', source: MSIX, parameters },
)

/** What follows where the config space has an MSI-X capability, enabled or not. */
export const configStateMsix = struct(
  'qemu-vfio-msix',
  {
    table: streamedTable.withParameters({ vectors }).doc('as the guest wrote it'),
    pba: bytes(ceilDivide(vectors, 8)).doc('pending bits, vector n in bit n % 8 of byte n / 8'),
  },
  {
    title: 'MSI-X table and pending bits of a VFIO device',
    source: MSIX,
    parameters,
  },
)

/** Name of the only subsection. */
export const DISPLAY_NAME = 'VFIOPCIDevice/VFIODisplay'

/** Subsection of a device that shows the guest's frame buffer while it has no driver. */
export const configStateDisplay = struct(
  'qemu-vfio-display',
  {
    marker: u8.is(5).doc('a subsection follows'),
    nameLength: u8.is(DISPLAY_NAME.length),
    name: text(DISPLAY_NAME.length),
    version: u32,
    address: u64.asHex().doc('guest address of the frame buffer; 0 where it was never set up'),
    fourcc: u32.asHex().doc('pixel format'),
    flags: u32.asHex(),
    width: u32.doc('pixels'),
    height: u32.doc('pixels'),
    stride: u32.doc('bytes of a line'),
  },
  {
    title: 'Display state of a VFIO device',
    source: 'QEMU hw/vfio/pci.c, vmstate_vfio_display; hw/display/ramfb.c, struct RAMFBCfg',
    byteOrder: 'big',
  },
)
