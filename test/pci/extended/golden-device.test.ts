import { type Golden, testGolden } from './golden.ts'
import { hex } from './support.ts'

const cases: readonly Golden[] = [
  {
    name: 'ACS with an egress vector of 40 bits',
    bytes: '0d 00 01 00 3f 28 20 00 01 00 00 80 ff 00 00 00',
    layout: 'pci-ecap-acs',
    expected: {
      capability: { egressControl: true, egressVectorBits: 40, directTranslated: false },
      control: { egressControl: true, sourceValidation: false },
      egressControlVector: [0x80000001, 0xff],
    },
  },
  {
    name: 'ACS with an egress vector of 256 bits',
    bytes: `0d 00 01 00 20 00 00 00 ${'01 00 00 00 '.repeat(8)}`,
    layout: 'pci-ecap-acs',
    expected: { capability: { egressVectorBits: 0 }, egressControlVector: Array(8).fill(1) },
  },
  {
    name: 'ACS, enhanced',
    bytes: '0d 00 01 00 80 00 80 16',
    layout: 'pci-ecap-acs',
    expected: {
      capability: { enhanced: true },
      control: {
        ioRequestBlocking: true,
        downstreamTargetAccess: 'redirect',
        upstreamTargetAccess: 'block',
        unclaimedRequestRedirect: true,
      },
    },
  },
  {
    name: 'ARI',
    bytes: '0e 00 01 00 03 05 32 00',
    layout: 'pci-ecap-ari',
    expected: {
      capability: { mfvcFunctionGroups: true, acsFunctionGroups: true, nextFunction: 5 },
      control: { mfvcFunctionGroups: false, acsFunctionGroups: true, functionGroup: 3 },
    },
  },
  {
    name: 'ATS',
    bytes: '0f 00 01 00 7f 00 03 80',
    layout: 'pci-ecap-ats',
    expected: {
      capability: { invalidateQueueDepth: 31, pageAlignedRequest: true, globalInvalidate: true },
      control: { smallestTranslationUnit: 3, enable: true },
    },
  },
  {
    name: 'PRI',
    bytes: '13 00 01 00 01 00 03 81 00 02 00 00 20 00 00 00',
    layout: 'pci-ecap-pri',
    expected: {
      control: { enable: true, reset: false },
      status: { responseFailure: true, unexpectedGroupIndex: true, stopped: true, pasidRequired: true },
      capacity: 512,
      allocation: 32,
    },
  },
  {
    name: 'PASID',
    bytes: '1b 00 01 00 06 14 05 00',
    layout: 'pci-ecap-pasid',
    expected: {
      capability: { executePermission: true, privilegedMode: true, width: 20 },
      control: { enable: true, executePermission: false, privilegedMode: true },
    },
  },
  {
    name: 'TPH with its table in the capability',
    bytes: '17 00 01 00 05 03 02 00 02 01 00 00 01 00 34 12 ff 00',
    layout: 'pci-ecap-tph',
    expected: {
      capability: { deviceSpecificMode: true, extendedRequester: true, tableLocation: 'capability', tableSize: 2 },
      control: { mode: 'device-specific', requesterEnable: 'tph' },
      steeringTags: [1, 0x1234, 0xff],
    },
  },
  {
    name: 'TPH with its table in MSI-X',
    bytes: '17 00 01 00 03 04 07 00 01 03 00 00',
    layout: 'pci-ecap-tph',
    expected: {
      capability: { interruptVectorMode: true, tableLocation: 'msix-table', tableSize: 7 },
      control: { mode: 'interrupt-vector', requesterEnable: 'tph-and-extended' },
      steeringTags: [],
    },
  },
  {
    name: 'VSEC',
    bytes: '0b 00 01 00 34 12 c3 00 de ad be ef',
    layout: 'pci-ecap-vsec',
    expected: { header: { id: 0x1234, revision: 3, length: 12 }, body: hex('deadbeef') },
  },
  {
    name: 'DVSEC of CXL',
    bytes: '23 00 01 00 98 1e e1 00 08 00 01 02 03 04',
    layout: 'pci-ecap-dvsec',
    expected: { header: { vendorId: 0x1e98, revision: 1, length: 14 }, dvsecId: 8, body: hex('01020304') },
  },
  {
    // BAR 2: 256 MiB of 64 to 256 MiB; BAR 4: 2^28 MiB, which only the high part can say.
    name: 'two resizable BARs',
    bytes: '15 00 01 00 00 1c 00 00 42 08 00 00 00 00 00 00 04 1c 01 00',
    layout: 'pci-ecap-rebar',
    expected: {
      firstBar: {
        capability: { sizes: 0x1c0, reserved: 0 },
        control: { barIndex: 2, barCount: 2, size: 8, largeSizes: 0 },
      },
      furtherBars: [{ capability: { sizes: 0 }, control: { barIndex: 4, barCount: 0, size: 28, largeSizes: 1 } }],
    },
  },
  {
    name: 'a resizable VF BAR',
    bytes: '24 00 01 00 10 00 00 00 20 00 00 00',
    layout: 'pci-ecap-vf-rebar',
    expected: {
      firstBar: { capability: { sizes: 1 }, control: { barIndex: 0, barCount: 1, size: 0 } },
      furtherBars: [],
    },
  },
  {
    name: 'NPEM',
    bytes: '29 00 01 00 1d 00 00 00 09 00 00 00 01 00 00 80',
    layout: 'pci-ecap-npem',
    expected: {
      capability: { capable: true, reset: false, ok: true, locate: true, fail: true, rebuild: false },
      control: { enable: true, locate: true, ok: false },
      status: { commandCompleted: true, enclosureSpecific: 0x80 },
    },
  },
  {
    name: 'DOE',
    bytes: '2e 00 01 00 0b 00 00 00 02 00 00 80 05 00 00 80 78 56 34 12 21 43 65 87',
    layout: 'pci-ecap-doe',
    expected: {
      capability: { interrupt: true, interruptMessageNumber: 5 },
      control: { abort: false, interruptEnable: true, go: true },
      status: { busy: true, interrupt: false, error: true, objectReady: true },
      writeMailbox: 0x12345678,
      readMailbox: 0x87654321,
    },
  },
]

testGolden('capabilities of the function', cases)
