import { describe, expect, test } from 'vitest'
import { hex, read } from './support.ts'

// Bytes of QEMU guests (igb and nvme with VFs, root ports, e1000e, virtio-net); the values are what lspci 3.15 said of
// them inside the same guest.

/** PCI Express capabilities of the same functions, as far as the link registers and Device Capabilities 2. */
const ENDPOINT_WITH_PREFIXES = `
  10 00 02 00 20 80 00 10 00 00 00 00 11 04 00 00 00 00 11 00 00 00 00 00
  00 00 00 00 00 00 00 00 00 00 00 00 00 00 30 00 00 00 00 00`
const ENDPOINT_VERSION_1 = '10 a0 01 00 20 80 00 00 00 00 00 00 11 04 00 00 00 00 11 00'
const ROOT_PORT = `
  10 00 42 00 20 80 00 00 00 00 00 00 11 04 00 00 00 00 11 00 00 00 00 00
  00 00 00 00 00 00 00 00 00 00 00 00 00 00 30 00 00 00 00 00`

const AER_ENDPOINT = `
  01 00 01 15 00 00 00 00 00 00 40 02 30 20 46 00 00 00 00 00 00 e0 00 00 a0 00 00 00
  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`
const AER_ROOT = `
  01 00 82 14 00 00 00 00 00 00 40 02 30 20 46 00 00 00 00 00 00 e0 00 00 a0 02 00 00
  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`
const IGB_SRIOV = `
  10 00 01 00 00 00 00 00 19 00 00 00 08 00 08 00 03 00 00 00 80 00 02 00 00 00 ca 10
  53 05 00 00 01 00 00 00 0c 00 a0 fe 00 00 00 00 00 00 00 00 0c 00 a2 fe 00 00 00 00
  00 00 00 00 00 00 00 00`
const NVME_SRIOV = `
  10 00 01 00 00 00 00 00 19 00 00 00 08 00 08 00 04 00 00 00 01 00 01 00 00 00 10 00
  53 05 00 00 01 00 00 00 04 40 40 fe 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  00 00 00 00 00 00 00 00`

/** Names of the bits that are set. */
const setBits = (word: unknown): string[] =>
  Object.entries(word as Record<string, unknown>)
    .filter(([, value]) => value === true)
    .map(([name]) => name)

describe('Advanced Error Reporting', () => {
  const masks = {
    uncorrectableMask: ['uncorrectableInternal', 'tlpPrefixBlocked'],
    uncorrectableSeverity: [
      'dataLinkProtocol',
      'surpriseDown',
      'flowControlProtocol',
      'receiverOverflow',
      'malformedTlp',
      'uncorrectableInternal',
    ],
    correctableMask: ['advisoryNonFatal', 'correctedInternal', 'headerLogOverflow'],
    uncorrectableStatus: [],
    correctableStatus: [],
  }

  test.each([
    { name: 'igb', bytes: AER_ENDPOINT, express: ENDPOINT_WITH_PREFIXES, room: 0x50, layout: 'prefix', length: 0x48 },
    { name: 'e1000e', bytes: AER_ENDPOINT, express: ENDPOINT_VERSION_1, room: 0x40, layout: '', length: 0x2c },
    { name: 'root port', bytes: AER_ROOT, express: ROOT_PORT, room: 0x48, layout: 'root-prefix', length: 0x48 },
    { name: 'short root port', bytes: AER_ROOT, express: ROOT_PORT, room: 0x40, layout: 'root', length: 0x38 },
    { name: 'cut root port', bytes: AER_ROOT, express: ROOT_PORT, room: 0x30, layout: '', length: 0x2c },
    { name: 'no PCI Express', bytes: AER_ENDPOINT, express: undefined, room: 0x50, layout: '', length: 0x2c },
  ])('$name', ({ bytes, express, room, layout, length }) => {
    const found = read(bytes, { room, ...(express === undefined ? {} : { express }) })
    expect(found.codec.type.name).toBe(layout === '' ? 'pci-ecap-aer' : `pci-ecap-aer-${layout}`)
    expect(found.length).toBe(length)
    for (const [register, bits] of Object.entries(masks)) expect(setBits(found.value[register])).toEqual(bits)
    expect(setBits(found.value.control).slice(0, 2)).toEqual(['ecrcGenerationCapable', 'ecrcCheckCapable'])
    expect(found.value.headerLog).toEqual([0, 0, 0, 0])
    expect(found.findings).toEqual([])
  })

  test('the root command enables all three', () => {
    const { value } = read(AER_ROOT, { express: ROOT_PORT, room: 0x48 })
    expect(setBits(value.rootCommand)).toEqual(['correctableEnable', 'nonFatalEnable', 'fatalEnable'])
    expect(setBits(value.control)).toContain('multipleHeaderCapable')
  })

  test('a latched error is no finding', () => {
    const latched = hex(AER_ENDPOINT)
    latched[4 + 2] = 0x10
    latched[0x10 + 1] = 0x20
    const text = [...latched].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const { value, findings } = read(text)
    expect(setBits(value.uncorrectableStatus)).toEqual(['unsupportedRequest'])
    expect(setBits(value.correctableStatus)).toEqual(['advisoryNonFatal'])
    expect(findings).toEqual([])
  })
})

describe('Single Root I/O Virtualization', () => {
  const common = { initialVfs: 8, totalVfs: 8, functionDependencyLink: 0, supportedPageSizes: 0x553, systemPageSize: 1 }
  test.each([
    {
      name: 'igb',
      bytes: IGB_SRIOV,
      expected: {
        ...common,
        numVfs: 3,
        firstVfOffset: 128,
        vfStride: 2,
        vfDeviceId: 0x10ca,
        vfBars: [0xfea0000c, 0, 0, 0xfea2000c, 0, 0],
      },
    },
    {
      name: 'nvme',
      bytes: NVME_SRIOV,
      expected: {
        ...common,
        numVfs: 4,
        firstVfOffset: 1,
        vfStride: 1,
        vfDeviceId: 0x0010,
        vfBars: [0xfe404004, 0, 0, 0, 0, 0],
      },
    },
  ])('$name', ({ bytes, expected }) => {
    const { value, length, findings } = read(bytes)
    expect(length).toBe(0x40)
    expect(value).toMatchObject(expected)
    expect(setBits(value.capability)).toEqual([])
    expect(setBits(value.control)).toEqual(['vfEnable', 'vfMemorySpaceEnable', 'ariHierarchy'])
    expect(setBits(value.status)).toEqual([])
    expect(value.vfMigrationStateArray).toEqual({ bir: 0, offset: 0 })
    expect(findings).toEqual([])
  })
})

test.each([
  {
    name: 'ACS of a root port',
    bytes: '0d 00 01 00 5f 00 00 00',
    expected: {
      capability: {
        sourceValidation: true,
        translationBlocking: true,
        requestRedirect: true,
        completionRedirect: true,
        upstreamForwarding: true,
        egressControl: false,
        directTranslated: true,
        egressVectorBits: 0,
      },
      egressControlVector: [],
    },
  },
  {
    name: 'ARI of igb',
    bytes: '0e 00 01 16 00 00 00 00',
    expected: { capability: { mfvcFunctionGroups: false, acsFunctionGroups: false, nextFunction: 0 } },
  },
  {
    // Device Serial Number 52-54-00-ff-ff-aa-00-02
    name: 'DSN of e1000e',
    bytes: '03 00 01 00 02 00 aa ff ff 00 54 52',
    expected: { serialNumber: 0x525400ffffaa0002n },
  },
  {
    name: 'ATS of virtio-net',
    bytes: '0f 00 01 00 20 00 00 00',
    expected: {
      capability: { invalidateQueueDepth: 0, pageAlignedRequest: true },
      control: { smallestTranslationUnit: 0, enable: false },
    },
  },
])('$name', ({ bytes, expected }) => {
  const { value, length, findings } = read(bytes)
  expect(value).toMatchObject(expected)
  expect(length).toBe(hex(bytes).length)
  expect(findings).toEqual([])
})
