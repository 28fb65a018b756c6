import { describe, expect, test } from 'vitest'
import { type Golden, testGolden } from './golden.ts'
import { hex, read } from './support.ts'

/** A PCI Express capability with a link of so many lanes. */
const express = (lanes: number): string => {
  const link = (3 | (lanes << 4)).toString(16).padStart(4, '0')
  return `10 00 02 00 00 00 00 00 00 00 00 00 ${link.slice(2)} ${link.slice(0, 2)}`
}

const cases: readonly Golden[] = [
  {
    name: 'virtual channels without a table',
    bytes: '02 00 01 00 00 04 00 00 01 00 00 00 00 00 00 00 01 80 3f 00 ff 00 00 80 00 00 02 00',
    layout: 'pci-ecap-vc',
    expected: {
      portCapability1: { extendedChannels: 0, referenceClock: '100ns', portArbitrationEntrySize: 1 },
      portCapability2: { hardwareFixed: true, arbitrationTableOffset: 0 },
      channels: [
        {
          capability: { hardwareFixed: true, rejectSnoop: true, maximumTimeSlots: 0x3f },
          control: { trafficClassMap: 0xff, id: 0, enable: true },
          status: { arbitrationTableChanged: false, negotiationPending: true },
        },
      ],
      beforeTable: undefined,
      arbitrationTable: undefined,
    },
  },
  {
    // Two channels end at 0x28; the table is at 0x30 and has 32 phases of 4 bits.
    name: 'two virtual channels with an arbitration table',
    bytes: `09 00 01 00 11 00 00 00 03 00 00 03 02 00 01 00
      00 00 00 00 01 00 00 80 00 00 00 00 00 00 00 00 fe 00 02 81 00 00 01 00 aa bb cc dd ee ff 11 22
      10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 70`,
    layout: 'pci-ecap-vc9',
    expected: {
      portCapability1: { extendedChannels: 1, lowPriorityChannels: 1 },
      portCapability2: { hardwareFixed: true, weighted32: true, arbitrationTableOffset: 3 },
      portControl: { arbitrationSelect: 1 },
      portStatus: { arbitrationTableChanged: true },
      channels: [
        { control: { id: 0, trafficClassMap: 1, enable: true } },
        { control: { id: 1, trafficClassMap: 0xfe, arbitrationSelect: 1, enable: true } },
      ],
      beforeTable: hex('aabbccddeeff1122'),
      arbitrationTable: [...Array(15).fill({ even: 0, odd: 1, reserved: 0 }), { even: 0, odd: 7, reserved: 0 }],
    },
  },
  {
    name: 'multi-function virtual channel',
    bytes: '08 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ff 00 00 80 00 00 00 00',
    layout: 'pci-ecap-mfvc',
    expected: { channels: [{ control: { trafficClassMap: 0xff, enable: true } }] },
  },
  {
    // A table that would begin inside the channels is not read.
    name: 'virtual channel with an impossible table offset',
    bytes: '02 00 01 00 00 00 00 00 02 00 00 01 00 00 00 00 00 00 00 00 00 00 00 80 00 00 00 00',
    layout: 'pci-ecap-vc',
    expected: { beforeTable: undefined, arbitrationTable: undefined },
  },
  {
    name: 'power budgeting',
    bytes: '04 00 01 00 02 00 00 00 19 61 0b 00 01 00 00 00',
    layout: 'pci-ecap-power-budgeting',
    expected: {
      dataSelect: { index: 2 },
      data: { basePower: 25, dataScale: '0.1W', pmSubState: 0, pmState: 'D3', type: 6, powerRail: 2 },
      capability: { systemAllocated: true },
    },
  },
  {
    // 3 * 32^4 ns is about 3.1 ms.
    name: 'LTR',
    bytes: '18 00 01 00 03 10 ff 17',
    layout: 'pci-ecap-ltr',
    expected: {
      maximumSnoopLatency: { value: 3, scale: 4, reserved: 0 },
      maximumNoSnoopLatency: { value: 0x3ff, scale: 5, reserved: 0 },
    },
  },
  {
    name: 'L1SS',
    bytes: '1e 00 01 00 1f 3c 29 00 05 50 67 40 29 00 00 00',
    layout: 'pci-ecap-l1ss',
    around: { room: 0x10 },
    expected: {
      capability: {
        pciPmL12: true,
        aspmL11: true,
        l1PmSubstates: true,
        commonModeRestoreTime: 60,
        powerOnScale: '10us',
        powerOnValue: 5,
      },
      control1: {
        pciPmL12: true,
        pciPmL11: false,
        aspmL12: true,
        commonModeRestoreTime: 0x50,
        ltrThresholdValue: 0x67,
        ltrThresholdScale: 2,
      },
      control2: { powerOnScale: '10us', powerOnValue: 5 },
    },
  },
  {
    name: 'L1SS without Control 2',
    bytes: '1e 00 01 00 1f 00 00 00 00 00 00 00',
    layout: 'pci-ecap-l1ss-short',
    around: { room: 0x0c },
    expected: { capability: { l1PmSubstates: true }, control1: { aspmL12: false } },
  },
  {
    name: 'PTM',
    bytes: '1f 00 01 00 06 10 00 00 03 ff 00 00',
    layout: 'pci-ecap-ptm',
    expected: {
      capability: { requester: false, responder: true, root: true, localClockGranularity: 16 },
      control: { enable: true, rootSelect: true, effectiveGranularity: 255 },
    },
  },
  {
    name: 'DPC of a switch port',
    bytes: '1d 00 01 00 c3 10 8a 00 0d 00 34 12',
    layout: 'pci-ecap-dpc',
    expected: {
      capability: {
        interruptMessageNumber: 3,
        rootPortExtensions: false,
        poisonedTlpEgressBlocking: true,
        softwareTrigger: true,
        linkActiveSignal: true,
      },
      control: { trigger: 'fatal-and-nonfatal', interruptEnable: true, linkActiveSignal: true },
      status: { triggered: true, reason: 'fatal-message', interrupt: true, rootPortBusy: false },
      sourceId: 0x1234,
      rootPortPio: undefined,
    },
  },
  {
    // Seven double words of logs: four of the header, one implementation specific, two prefixes.
    name: 'DPC of a root port',
    bytes: `1d 00 01 00 20 07 01 00 07 1f 00 00 01 01 04 00 00 00 00 00 04 00 00 00 00 04 00 00 00 00 02 00
      01 00 00 04 02 00 00 00 03 00 00 00 04 00 00 00 05 00 00 00 06 00 00 00 07 00 00 00`,
    layout: 'pci-ecap-dpc',
    expected: {
      capability: { rootPortExtensions: true, pioLogSize: 7 },
      control: { trigger: 'fatal' },
      status: { triggered: true, reason: 'extended', extendedReason: 'root-port-pio', pioFirstError: 31 },
      rootPortPio: {
        status: { configUnsupportedRequest: true, ioUnsupportedRequest: true, memoryTimeout: true },
        severity: { configTimeout: true },
        systemError: { ioTimeout: true },
        exception: { memoryCompleterAbort: true },
        headerLog: [0x04000001, 2, 3, 4],
        implementationSpecificLog: 5,
        tlpPrefixLog: [6, 7],
      },
    },
  },
  {
    name: 'DLF',
    bytes: '25 00 01 00 01 00 00 80 03 00 00 80',
    layout: 'pci-ecap-dlf',
    expected: {
      capability: { scaledFlowControl: true, otherFeatures: 0, exchangeEnable: true },
      status: { remoteScaledFlowControl: true, remoteOtherFeatures: 1, remoteValid: true },
    },
  },
  {
    name: 'secondary PCI Express of two lanes',
    bytes: '19 00 01 00 03 02 00 00 02 00 00 00 74 53 00 70',
    layout: 'pci-ecap-secondary-pcie',
    around: { express: express(2) },
    expected: {
      linkControl3: { performEqualization: true, equalizationInterruptEnable: true, lowerSkpSpeeds: 1 },
      laneErrorStatus: 2,
      laneEqualization: [
        { downstreamPreset: 4, downstreamHint: 7, upstreamPreset: 3, upstreamHint: 5, reserved: 0 },
        { downstreamPreset: 0, downstreamHint: 0, upstreamPreset: 0, upstreamHint: 7, reserved: 0 },
      ],
    },
  },
  {
    name: '16 GT/s of one lane',
    bytes: `26 00 01 00 00 00 00 00 00 00 00 00 0f 00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 00 00 00 00 75`,
    layout: 'pci-ecap-16gt',
    around: { express: express(1) },
    expected: {
      status: { equalizationComplete: true, phase3Successful: true, equalizationRequest: false },
      localParityMismatch: 1,
      firstRetimerParityMismatch: 2,
      secondRetimerParityMismatch: 3,
      laneEqualization: [{ downstreamPreset: 5, upstreamPreset: 7 }],
    },
  },
  {
    name: '32 GT/s of one lane',
    bytes: `2a 00 01 00 03 01 00 00 02 02 00 00 40 05 00 00 01 00 00 00 02 00 00 00 03 00 00 00 04 00 00 00 75`,
    layout: 'pci-ecap-32gt',
    around: { express: express(1) },
    expected: {
      capability: { equalizationBypass: true, noEqualizationNeeded: true, modifiedTsMode0: true },
      control: { noEqualizationNeededDisable: true, modifiedTsMode: 2 },
      status: { receivedLinkBehaviour: 1, transmitterPrecodingOn: true, noEqualizationNeededReceived: true },
      receivedModifiedTs: [1, 2],
      transmittedModifiedTs: [3, 4],
      laneEqualization: [{ downstreamPreset: 5, upstreamPreset: 7 }],
    },
  },
  {
    // Type 7, receiver 0, payload 0x9c is the idle command.
    name: 'lane margining of one lane',
    bytes: '27 00 01 00 01 00 03 00 38 9c 71 42',
    layout: 'pci-ecap-margining',
    around: { express: express(1) },
    expected: {
      portCapability: { usesDriver: true },
      portStatus: { ready: true, softwareReady: true },
      lanes: [
        {
          control: { receiver: 0, type: 7, usageModel: false, payload: 0x9c },
          status: { receiver: 1, type: 6, usageModel: true, payload: 0x42 },
        },
      ],
    },
  },
  {
    name: 'DPA with two substates',
    bytes: '16 00 01 00 01 11 0a 14 02 00 00 00 01 01 01 00 19 0a',
    layout: 'pci-ecap-dpa',
    expected: {
      capability: { highestSubstate: 1, latencyUnit: '10ms', powerScale: '1W', latency0: 10, latency1: 20 },
      latencyIndicator: 2,
      status: { substate: 1, controlEnabled: true },
      control: { substate: 1 },
      powerAllocation: [25, 10],
    },
  },
]

testGolden('capabilities of link, power and time', cases)

describe('the lanes', () => {
  const bytes = `19 00 01 00 ${'00 '.repeat(8 + 2 * 32)}`
  test.each([
    { name: 'follow the link width', around: { express: express(16) }, lanes: 16 },
    { name: 'are a width that exists', around: { express: express(7) }, lanes: 4 },
    { name: 'are bounded by the next capability', around: { express: express(16), room: 0x20 }, lanes: 8 },
    { name: 'are none where the link is hidden', around: { express: express(0) }, lanes: 0 },
    { name: 'are none without PCI Express', around: {}, lanes: 0 },
    { name: 'are none where the room is too short for the rest', around: { express: express(4), room: 8 }, lanes: 0 },
  ])('$name', ({ around, lanes }) => {
    expect(read(bytes, around).value.laneEqualization).toHaveLength(lanes)
  })
})
