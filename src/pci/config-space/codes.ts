import { defineCodes } from '../../findings/index.ts'

const WALK = 'Linux drivers/pci/pci.c and drivers/vfio/pci/vfio_pci_config.c; pciutils ls-caps.c, ls-ecaps.c'
const HEADER = 'PCI Local Bus Specification, configuration space header; linux/pci_regs.h'

/** What can be said of a configuration space as a whole. */
export const configSpaceCodes = defineCodes({
  'pci/odd-size': {
    severity: 'warning',
    title: 'the capture is not 64, 256 or 4096 bytes long',
    explanation:
      'Configuration space has 256 or 4096 bytes, of which an unprivileged reader sees 64. Any other size is a capture that was cut or joined with something else. An info for 255 bytes: so large is the region of the sample mediated device mtty.',
    source: 'Linux drivers/pci/pci-sysfs.c, pci_read_config',
  },
  'pci/trailing-bytes': {
    severity: 'warning',
    title: 'bytes follow the 4096 bytes of configuration space',
    explanation: 'Nothing defines them. They are kept, and written back by encode.',
  },
  'pci/no-response': {
    severity: 'warning',
    title: 'every byte is 0xff: nothing answered',
    explanation:
      'The function is absent, its link is down, or it is in a state that answers no reads. There is nothing to migrate.',
    source: HEADER,
  },
  'pci/vf-identity': {
    severity: 'info',
    title: 'vendor and device ID read 0xffff: this is a VF',
    explanation:
      'A VF does not implement the two registers; its identity comes from the vendor ID and the VF device ID of its PF. vfio-pci and sysfs substitute them, a raw dump does not.',
    source: 'Single Root I/O Virtualization and Sharing Specification, VF configuration space',
  },
  'pci/retry-status': {
    severity: 'warning',
    title: 'the vendor ID is 0x0001: the function asked to be read again',
    explanation:
      'A function that is not ready after a reset answers the first read with vendor 0x0001 and ones behind it. The rest of the capture cannot be trusted: capture again.',
    source: 'PCI Express Base Specification, Configuration RRS Software Visibility',
  },
  'pci/header-layout': {
    severity: 'error',
    title: 'the header layout is none of 0, 1 and 2',
    explanation:
      'Where the registers are, and where the capability list starts, depends on the layout. Only the first 16 bytes can be decoded.',
    source: HEADER,
  },
  'pci/bar-64-last': {
    severity: 'error',
    title: 'the last base address register claims to be 64 bits wide',
    explanation: 'There is no register left for its high half.',
    source: HEADER,
  },
  'pci/bar-memory-type': {
    severity: 'warning',
    title: 'a base address register has the reserved memory type 3',
    explanation: 'Neither 32 nor 64 bits: readers disagree about what the next register means.',
    source: HEADER,
  },
  'pci/bar-io-reserved': {
    severity: 'warning',
    title: 'reserved bit 1 of an I/O base address register is set',
    explanation: 'The register is damaged, or it is not a base address register.',
    source: HEADER,
  },
  'pci/interrupt-pin': {
    severity: 'warning',
    title: 'the interrupt pin is none of 0 to 4',
    explanation: 'There are four INTx pins. Software that indexes a routing table with this value reads past it.',
    source: HEADER,
  },
  'pci/bus-master-without-decode': {
    severity: 'info',
    title: 'the function may do DMA but answers no cycles',
    explanation:
      'Bus mastering is on while memory and I/O decoding are off. Legal, but unusual for a driver that is running.',
    source: HEADER,
  },
  'pci/capability-list-off': {
    severity: 'info',
    title: 'there is a capabilities pointer, but Status says that there is no list',
    explanation: 'Software does not follow the pointer. Some devices have it from a template.',
    source: WALK,
  },
  'pci/capability-list-empty': {
    severity: 'info',
    title: 'Status says that there is a capability list, but the pointer is 0',
    explanation:
      'Software finds no capability. Either the bit is left over, or the pointer was cleared on the way: compare with the device.',
    source: WALK,
  },
  'pci/capability-pointer-in-header': {
    severity: 'error',
    title: 'a next-capability pointer leads into the header',
    explanation: 'Capabilities start at 0x40. The kernel stops here; whatever follows in the list is lost to it.',
    source: WALK,
  },
  'pci/capability-pointer-unaligned': {
    severity: 'warning',
    title: 'a next-capability pointer is not a multiple of 4',
    explanation: 'Software clears the two low bits, so the list goes on; the bits are reserved and should be 0.',
    source: WALK,
  },
  'pci/capability-loop': {
    severity: 'error',
    title: 'the capability list leads back to a capability seen before',
    explanation:
      'Software that does not count its steps hangs. The list is taken to end where it closes; a pointer is damaged, or two writers changed it.',
    source: WALK,
  },
  'pci/capability-id-ff': {
    severity: 'error',
    title: 'a capability has the ID 0xff',
    explanation: 'The pointer leads to bytes that nothing answered for. Kernel and lspci stop here.',
    source: WALK,
  },
  'pci/capability-too-many': {
    severity: 'error',
    title: 'the extended list is longer than any reader follows',
    explanation: 'The kernel follows 480 extended capabilities, the most that fit at 8 bytes each.',
    source: WALK,
  },
  'pci/capability-not-captured': {
    severity: 'info',
    title: 'the list goes on beyond the bytes captured',
    explanation:
      'Unprivileged readers get 64 bytes, lspci -xxx 256. What is not captured is unknown, not zero: capture as root, with lspci -xxxx.',
    source: WALK,
  },
  'pci/extended-pointer-in-legacy': {
    severity: 'error',
    title: 'an extended next pointer leads into the first 256 bytes',
    explanation: 'The kernel stops here. lspci follows the pointer and prints whatever it finds as capabilities.',
    source: WALK,
  },
  'pci/extended-ends-in-void': {
    severity: 'info',
    title: 'an extended next pointer leads to a head of all zeros or all ones',
    explanation:
      'The list ends here, for the kernel and lspci too, but the pointer promised a capability. It may have been hidden without its pointer being mended; the virtio PFs of QEMU 11.1 have such a pointer from the start.',
    source: WALK,
  },
  'pci/extended-without-express': {
    severity: 'info',
    title: 'there are bytes where extended capabilities start, but the function is neither PCI Express nor PCI-X',
    explanation: 'lspci does not look at them; they are kept as a gap.',
    source: WALK,
  },
  'pci/capability-truncated': {
    severity: 'error',
    title: 'a capability does not fit in the room that it has',
    explanation: 'It runs past the end of its list space or of the capture. It is kept as opaque bytes.',
    source: WALK,
  },
  'pci/capability-damaged': {
    severity: 'error',
    title: 'the registers of a capability contradict themselves',
    explanation: 'No description fits them; they are kept as opaque bytes.',
    source: WALK,
  },
  'pci/capability-overlap': {
    severity: 'warning',
    title: 'two capabilities share bytes',
    explanation:
      'A write to one changes the other. vfio-pci reports a config conflict and lets the later one win; both show the shared bytes here, and encode refuses values that disagree.',
    source: 'Linux drivers/vfio/pci/vfio_pci_config.c, vfio_cap_init',
  },
  'pci/capability-duplicate': {
    severity: 'warning',
    title: 'a capability appears twice',
    explanation: 'Software takes the first. Only vendor, HyperTransport and Null capabilities may repeat freely.',
    source: WALK,
  },
  'pci/msi-and-msix-enabled': {
    severity: 'warning',
    title: 'MSI and MSI-X are enabled at the same time',
    explanation: 'The result is undefined. After a restore the device may send its interrupts in either way.',
    source: 'PCI Local Bus Specification, MSI and MSI-X operation',
  },
  'pci/contradiction': {
    severity: 'error',
    title: 'a derived member contradicts what it is derived from',
    explanation: 'Names follow from IDs and are for readers; encode recomputes them and refuses another one.',
  },
  'pci/overlap-disagrees': {
    severity: 'error',
    title: 'two parts of the value give one byte two values',
    explanation: 'Overlapping parts show the same bytes. Change both, or only the one that is meant.',
  },
  'pci/uncovered': {
    severity: 'error',
    title: 'no part of the value gives a byte',
    explanation: 'Every byte comes from the header, a capability or a gap. Add the bytes to gaps.',
  },
})
