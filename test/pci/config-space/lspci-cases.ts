/** What lspci calls a flag, and the field that we decode it to. */
export interface FlagCase {
  /** Start of the capability's title, or `header`. */
  readonly section: string
  /** Label of the register. */
  readonly register: string
  readonly flags: Readonly<Record<string, string>>
}

/** A number or a word of lspci's text, and the field that we decode it to. */
export interface WordCase {
  readonly section: string
  /** Label of the register; undefined for the title itself. */
  readonly register: string | undefined
  /** Its first group is the word. */
  readonly pattern: RegExp
  readonly field: string
  /** The field's value for the word; the decimal number where it is not given. */
  readonly value?: (word: string, found: unknown) => unknown
}

const under = (register: string, flags: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(flags).map(([flag, field]) => [flag, `${register}.${field}`]))

const hex = (word: string) => Number.parseInt(word, 16)
const payload = (word: string) => Math.log2(Number(word) / 128)
const sameWord = (word: string) => word

const uncorrectable = {
  DLP: 'dataLinkProtocol',
  SDES: 'surpriseDown',
  TLP: 'poisonedTlp',
  FCP: 'flowControlProtocol',
  CmpltTO: 'completionTimeout',
  CmpltAbrt: 'completerAbort',
  UnxCmplt: 'unexpectedCompletion',
  RxOF: 'receiverOverflow',
  MalfTLP: 'malformedTlp',
  ECRC: 'ecrc',
  UnsupReq: 'unsupportedRequest',
  ACSViol: 'acsViolation',
  UncorrIntErr: 'uncorrectableInternal',
  BlockedTLP: 'multicastBlockedTlp',
  AtomicOpBlocked: 'atomicEgressBlocked',
  TLPBlockedErr: 'tlpPrefixBlocked',
  PoisonTLPBlocked: 'poisonedTlpEgressBlocked',
  DMWrReqBlocked: 'dmwrEgressBlocked',
  IDECheck: 'ideCheckFailed',
  MisIDETLP: 'misroutedIdeTlp',
  PCRC_CHECK: 'pcrcCheckFailed',
  TLPXlatBlocked: 'translationEgressBlocked',
}

const correctable = {
  RxErr: 'receiverError',
  BadTLP: 'badTlp',
  BadDLLP: 'badDllp',
  Rollover: 'replayRollover',
  Timeout: 'replayTimerTimeout',
  AdvNonFatalErr: 'advisoryNonFatal',
  CorrIntErr: 'correctedInternal',
  HeaderOF: 'headerLogOverflow',
}

const acs = {
  SrcValid: 'sourceValidation',
  TransBlk: 'translationBlocking',
  ReqRedir: 'requestRedirect',
  CmpltRedir: 'completionRedirect',
  UpstreamFwd: 'upstreamForwarding',
  EgressCtrl: 'egressControl',
  DirectTrans: 'directTranslated',
}

const PCIE = 'Express'
const AER = 'Advanced Error Reporting'
const ACS = 'Access Control Services'
const SRIOV = 'Single Root I/O Virtualization'

export const flagCases: readonly FlagCase[] = [
  {
    section: 'header',
    register: 'Control',
    flags: under('command', {
      'I/O': 'ioSpace',
      Mem: 'memorySpace',
      BusMaster: 'busMaster',
      SpecCycle: 'specialCycles',
      MemWINV: 'memoryWriteInvalidate',
      VGASnoop: 'vgaPaletteSnoop',
      ParErr: 'parityErrorResponse',
      Stepping: 'stepping',
      SERR: 'serrEnable',
      FastB2B: 'fastBackToBack',
      DisINTx: 'interruptDisable',
    }),
  },
  {
    section: 'header',
    register: 'Status',
    flags: under('status', {
      Cap: 'capabilityList',
      '66MHz': 'capable66Mhz',
      UDF: 'userDefinableFeatures',
      FastB2B: 'fastBackToBack',
      ParErr: 'masterDataParityError',
      '>TAbort': 'signaledTargetAbort',
      '<TAbort': 'receivedTargetAbort',
      '<MAbort': 'receivedMasterAbort',
      '>SERR': 'signaledSystemError',
      '<PERR': 'detectedParityError',
      INTx: 'interruptStatus',
    }),
  },
  {
    section: 'header',
    register: 'Secondary status',
    flags: under('secondaryStatus', {
      '66MHz': 'capable66Mhz',
      FastB2B: 'fastBackToBack',
      ParErr: 'masterDataParityError',
      '>TAbort': 'signaledTargetAbort',
      '<TAbort': 'receivedTargetAbort',
      '<MAbort': 'receivedMasterAbort',
      '<SERR': 'receivedSystemError',
      '<PERR': 'detectedParityError',
    }),
  },
  {
    section: 'header',
    register: 'BridgeCtl',
    flags: under('bridgeControl', {
      Parity: 'parityErrorResponse',
      SERR: 'serrEnable',
      NoISA: 'isaEnable',
      VGA: 'vgaEnable',
      VGA16: 'vga16BitDecode',
      MAbort: 'masterAbortMode',
      '>Reset': 'secondaryBusReset',
      FastB2B: 'fastBackToBack',
      PriDiscTmr: 'primaryDiscardTimer',
      SecDiscTmr: 'secondaryDiscardTimer',
      DiscTmrStat: 'discardTimerStatus',
      DiscTmrSERREn: 'discardTimerSerr',
    }),
  },
  {
    section: 'Power Management',
    register: 'Flags',
    flags: under('capabilities', {
      PMEClk: 'pmeClock',
      DSI: 'deviceSpecificInit',
      D1: 'd1Support',
      D2: 'd2Support',
      D3hot: 'pmeFromD3hot',
      D3cold: 'pmeFromD3cold',
    }),
  },
  {
    section: 'Power Management',
    register: 'Status',
    flags: under('control', { NoSoftRst: 'noSoftReset', 'PME-Enable': 'pmeEnable', PME: 'pmeStatus' }),
  },
  {
    section: PCIE,
    register: 'DevCap',
    flags: under('device.capabilities', {
      ExtTag: 'extendedTag',
      AttnBtn: 'attentionButton',
      AttnInd: 'attentionIndicator',
      PwrInd: 'powerIndicator',
      RBE: 'roleBasedErrorReporting',
      FLReset: 'functionLevelReset',
      'TEE-IO': 'teeIo',
    }),
  },
  {
    section: PCIE,
    register: 'DevCtl',
    flags: under('device.control', {
      CorrErr: 'correctableErrorReporting',
      NonFatalErr: 'nonFatalErrorReporting',
      FatalErr: 'fatalErrorReporting',
      UnsupReq: 'unsupportedRequestReporting',
      RlxdOrd: 'relaxedOrdering',
      ExtTag: 'extendedTag',
      PhantFunc: 'phantomFunctions',
      AuxPwr: 'auxiliaryPower',
      NoSnoop: 'noSnoop',
      FLReset: 'initiateFunctionLevelReset',
    }),
  },
  {
    section: PCIE,
    register: 'DevSta',
    flags: under('device.status', {
      CorrErr: 'correctableError',
      NonFatalErr: 'nonFatalError',
      FatalErr: 'fatalError',
      UnsupReq: 'unsupportedRequest',
      AuxPwr: 'auxiliaryPower',
      TransPend: 'transactionsPending',
    }),
  },
  {
    section: PCIE,
    register: 'LnkCap',
    flags: under('link.capabilities', {
      ClockPM: 'clockPowerManagement',
      Surprise: 'surpriseDownReporting',
      LLActRep: 'linkActiveReporting',
      BwNot: 'bandwidthNotification',
      ASPMOptComp: 'aspmOptionality',
    }),
  },
  {
    section: PCIE,
    register: 'LnkCtl',
    flags: under('link.control', {
      LnkDisable: 'linkDisable',
      CommClk: 'commonClock',
      ExtSynch: 'extendedSynch',
      ClockPM: 'clockPowerManagement',
      AutWidDis: 'autonomousWidthDisable',
      BWInt: 'bandwidthInterrupt',
      AutBWInt: 'autonomousBandwidthInterrupt',
    }),
  },
  {
    section: PCIE,
    register: 'LnkSta',
    flags: under('link.status', {
      Train: 'training',
      SlotClk: 'slotClock',
      DLActive: 'linkActive',
      BWMgmt: 'bandwidthManagement',
      ABWMgmt: 'autonomousBandwidth',
    }),
  },
  {
    section: PCIE,
    register: 'SltCap',
    flags: under('slot.capabilities', {
      AttnBtn: 'attentionButton',
      PwrCtrl: 'powerController',
      MRL: 'mrlSensor',
      AttnInd: 'attentionIndicator',
      PwrInd: 'powerIndicator',
      HotPlug: 'hotPlugCapable',
      Surprise: 'hotPlugSurprise',
      Interlock: 'interlock',
      NoCompl: 'noCommandCompleted',
    }),
  },
  {
    section: PCIE,
    register: 'SltCtl',
    flags: under('slot.control', {
      AttnBtn: 'attentionButtonInterrupt',
      PwrFlt: 'powerFaultInterrupt',
      PresDet: 'presenceInterrupt',
      CmdCplt: 'commandCompletedInterrupt',
      HPIrq: 'hotPlugInterrupt',
      LinkChg: 'linkStateInterrupt',
      Power: 'powerOff',
    }),
  },
  {
    section: PCIE,
    register: 'DevCap2',
    flags: under('device2.capabilities', {
      TimeoutDis: 'completionTimeoutDisable',
      NROPrPrP: 'noRelaxedOrderingPeerToPeer',
      LTR: 'latencyTolerance',
      '10BitTagComp': 'tag10BitCompleter',
      '10BitTagReq': 'tag10BitRequester',
      ExtFmt: 'extendedFormat',
      EETLPPrefix: 'endToEndPrefix',
      EmergencyPowerReductionInit: 'emergencyPowerInitialization',
      FRS: 'functionReadinessStatus',
      ARIFwd: 'ariForwarding',
      Routing: 'atomicRouting',
      '32bit': 'atomicCompleter32',
      '64bit': 'atomicCompleter64',
      '128bitCAS': 'atomicCompleter128',
    }),
  },
  {
    section: PCIE,
    register: 'DevCtl2',
    flags: under('device2.control', {
      TimeoutDis: 'completionTimeoutDisable',
      ARIFwd: 'ariForwarding',
      ReqEn: 'atomicRequester',
      EgressBlck: 'atomicEgressBlock',
      IDOReq: 'idBasedOrderingRequest',
      IDOCompl: 'idBasedOrderingCompletion',
      LTR: 'latencyTolerance',
      EmergencyPowerReductionReq: 'emergencyPowerReduction',
      '10BitTagReq': 'tag10BitRequester',
      EETLPPrefixBlk: 'endToEndPrefixBlock',
    }),
  },
  {
    section: PCIE,
    register: 'LnkSta2',
    flags: under('link2.status', {
      EqualizationComplete: 'equalizationComplete',
      EqualizationPhase1: 'equalizationPhase1',
      EqualizationPhase2: 'equalizationPhase2',
      EqualizationPhase3: 'equalizationPhase3',
      LinkEqualizationRequest: 'equalizationRequest',
      Retimer: 'retimer',
      '2Retimers': 'twoRetimers',
    }),
  },
  {
    section: PCIE,
    register: 'RootCtl',
    flags: under('root.control', {
      ErrCorrectable: 'correctableSystemError',
      'ErrNon-Fatal': 'nonFatalSystemError',
      ErrFatal: 'fatalSystemError',
      PMEIntEna: 'pmeInterrupt',
      CRSVisible: 'retryVisibility',
    }),
  },
  { section: AER, register: 'UESta', flags: under('uncorrectableStatus', uncorrectable) },
  { section: AER, register: 'UEMsk', flags: under('uncorrectableMask', uncorrectable) },
  { section: AER, register: 'UESvrt', flags: under('uncorrectableSeverity', uncorrectable) },
  { section: AER, register: 'CESta', flags: under('correctableStatus', correctable) },
  { section: AER, register: 'CEMsk', flags: under('correctableMask', correctable) },
  {
    section: AER,
    register: 'AERCap',
    flags: under('control', {
      ECRCGenCap: 'ecrcGenerationCapable',
      ECRCGenEn: 'ecrcGenerationEnable',
      ECRCChkCap: 'ecrcCheckCapable',
      ECRCChkEn: 'ecrcCheckEnable',
      MultHdrRecCap: 'multipleHeaderCapable',
      MultHdrRecEn: 'multipleHeaderEnable',
      TLPPfxPres: 'prefixLogPresent',
      HdrLogCap: 'completionTimeoutLogCapable',
    }),
  },
  {
    section: AER,
    register: 'RootCmd',
    flags: under('rootCommand', { CERptEn: 'correctableEnable', NFERptEn: 'nonFatalEnable', FERptEn: 'fatalEnable' }),
  },
  { section: ACS, register: 'ACSCap', flags: under('capability', acs) },
  { section: ACS, register: 'ACSCtl', flags: under('control', acs) },
  {
    section: SRIOV,
    register: 'IOVCap',
    flags: under('capability', { Migration: 'vfMigration', '10BitTagReq': 'vf10BitTagRequester' }),
  },
  {
    section: SRIOV,
    register: 'IOVCtl',
    flags: under('control', {
      Enable: 'vfEnable',
      Migration: 'vfMigrationEnable',
      Interrupt: 'vfMigrationInterruptEnable',
      MSE: 'vfMemorySpaceEnable',
      ARIHierarchy: 'ariHierarchy',
      '10BitTagReq': 'vf10BitTagRequesterEnable',
    }),
  },
  { section: SRIOV, register: 'IOVSta', flags: { Migration: 'status.vfMigrationStatus' } },
]

/** lspci prints the lowest speed for a register that is hardwired to 0. */
const targetSpeed = (word: string, found: unknown) => (word === '2.5GT/s' && found === 'none' ? found : word)

const LINK_STATES: Readonly<Record<string, string>> = { Disabled: 'none', 'L0s Enabled': 'l0s', 'L1 Enabled': 'l1' }
const PORTS: Readonly<Record<string, string>> = {
  Endpoint: 'endpoint',
  'Root Port': 'root-port',
  'Upstream Port': 'upstream-port',
  'Downstream Port': 'downstream-port',
  'PCI-Express to PCI/PCI-X Bridge': 'pcie-to-pci-bridge',
  'Root Complex Integrated Endpoint': 'root-complex-endpoint',
}
const VIRTIO: Readonly<Record<string, string>> = {
  CommonCfg: 'common',
  Notify: 'notify',
  ISR: 'isr',
  DeviceCfg: 'device',
  '<unknown>': 'pci-access',
}

const word = (
  section: string,
  register: string | undefined,
  pattern: RegExp,
  field: string,
  value?: WordCase['value'],
): WordCase => ({ section, register, pattern, field, ...(value === undefined ? {} : { value }) })

export const wordCases: readonly WordCase[] = [
  word('header', 'Bus', /primary=([0-9a-f]+)/, 'primaryBus', hex),
  word('header', 'Bus', /secondary=([0-9a-f]+)/, 'secondaryBus', hex),
  word('header', 'Bus', /subordinate=([0-9a-f]+)/, 'subordinateBus', hex),
  word('header', 'Status', /DEVSEL=(\w+)/, 'status.deviceSelectTiming', sameWord),
  word('header', 'Interrupt', /pin (.)/, 'interruptPin', (pin) => `INT${pin}`),
  word('Power Management', undefined, /version (\d)/, 'capabilities.version'),
  word('Power Management', 'Status', /(D\d)/, 'control.powerState', (state) => (state === 'D3' ? 'D3hot' : state)),
  word('Power Management', 'Status', /DSel=(\d+)/, 'control.dataSelect'),
  word('Power Management', 'Status', /DScale=(\d+)/, 'control.dataScale'),
  word('MSI:', undefined, /Enable([+-])/, 'control.enable', (sign) => sign === '+'),
  word('MSI:', undefined, /Count=(\d+)\//, 'control.multipleMessageEnable', (count) => Math.log2(Number(count))),
  word('MSI:', undefined, /Count=\d+\/(\d+)/, 'control.multipleMessageCapable', (count) => Math.log2(Number(count))),
  word('MSI:', undefined, /Maskable([+-])/, 'control.perVectorMasking', (sign) => sign === '+'),
  word('MSI:', undefined, /64bit([+-])/, 'control.address64', (sign) => sign === '+'),
  word('MSI:', 'Address', /Address: [0-9a-f]*?([0-9a-f]{8})\b/, 'addressLow', hex),
  word('MSI:', 'Address', /Data: ([0-9a-f]+)/, 'data', hex),
  word('MSI:', 'Masking', /Masking: ([0-9a-f]+)/, 'mask', hex),
  word('MSI:', 'Masking', /Pending: ([0-9a-f]+)/, 'pending', hex),
  word('MSI-X:', undefined, /Enable([+-])/, 'control.enable', (sign) => sign === '+'),
  word('MSI-X:', undefined, /Count=(\d+)/, 'control.tableSize', (count) => Number(count) - 1),
  word('MSI-X:', undefined, /Masked([+-])/, 'control.functionMask', (sign) => sign === '+'),
  word('MSI-X:', 'Vector table', /BAR=(\d)/, 'table.bir'),
  word('MSI-X:', 'Vector table', /offset=([0-9a-f]+)/, 'table.offset', hex),
  word('MSI-X:', 'PBA', /BAR=(\d)/, 'pba.bir'),
  word('MSI-X:', 'PBA', /offset=([0-9a-f]+)/, 'pba.offset', hex),
  word('Vendor Specific', undefined, /VirtIO: (\S+)/, 'cfgType', (name) => VIRTIO[name]),
  word('Vendor Specific', 'BAR', /BAR=(\d)/, 'bar'),
  word('Vendor Specific', 'BAR', /offset=([0-9a-f]+)/, 'structureOffset', hex),
  word('Vendor Specific', 'BAR', /size=([0-9a-f]+)/, 'structureLength', hex),
  word('Vendor Specific', 'BAR', /multiplier=([0-9a-f]+)/, 'notifyMultiplier', hex),
  word('Subsystem', undefined, /\[([0-9a-f]{4}):[0-9a-f]{4}\]$/, 'subsystemVendorId', hex),
  word('Subsystem', undefined, /\[[0-9a-f]{4}:([0-9a-f]{4})\]$/, 'subsystemId', hex),
  word('Slot ID', undefined, /chassis ([0-9a-f]+)/, 'chassisNumber', hex),
  word(PCIE, undefined, /\(v(\d)\)/, 'capabilities.version'),
  word(PCIE, undefined, /\(v\d\) (.*?)(?: \(Slot|,)/, 'capabilities.type', (type) => PORTS[type]),
  word(PCIE, undefined, /\(Slot([+-])\)/, 'capabilities.slotImplemented', (sign) => sign === '+'),
  word(PCIE, undefined, /IntMsgNum (\d+)/, 'capabilities.interruptMessage'),
  word(PCIE, 'DevCap', /MaxPayload (\d+)/, 'device.capabilities.maxPayloadSupported', payload),
  word(PCIE, 'DevCtl', /MaxPayload (\d+)/, 'device.control.maxPayload', payload),
  word(PCIE, 'DevCtl', /MaxReadReq (\d+)/, 'device.control.maxReadRequest', payload),
  word(PCIE, 'LnkCap', /Port #(\d+)/, 'link.capabilities.portNumber'),
  word(PCIE, 'LnkCap', /Speed (\d\S*),/, 'link.capabilities.maxSpeed', sameWord),
  word(PCIE, 'LnkCap', /Width x(\d+)/, 'link.capabilities.maxWidth'),
  word(PCIE, 'LnkCtl', /ASPM ([^;]+);/, 'link.control.aspm', (state) => LINK_STATES[state]),
  word(PCIE, 'LnkCtl', /RCB (\d+)/, 'link.control.readCompletionBoundary128', (bytes) => bytes === '128'),
  word(PCIE, 'LnkSta', /Speed (\d[^, ]*)/, 'link.status.speed', sameWord),
  word(PCIE, 'LnkSta', /Width x(\d+)/, 'link.status.width'),
  word(PCIE, 'SltCap', /Slot #(\d+)/, 'slot.capabilities.slotNumber'),
  word(PCIE, 'DevCap2', /MaxEETLPPrefixes (\d)/, 'device2.capabilities.maxEndToEndPrefixes', (n) => Number(n) % 4),
  word(PCIE, 'LnkCtl2', /Target Link Speed: (\d[^, ]*)/, 'link2.control.targetSpeed', targetSpeed),
  word(AER, 'AERCap', /First Error Pointer: ([0-9a-f]+)/, 'control.firstErrorPointer', hex),
  word(AER, 'HeaderLog', /HeaderLog: ([0-9a-f]{8})/, 'headerLog.0', hex),
  word(AER, 'ErrorSrc', /ERR_COR: ([0-9a-f]{4})/, 'correctableSource', hex),
  word('Device Serial Number', undefined, /Number (\S+)/, 'serialNumber', (n) => BigInt(`0x${n.replaceAll('-', '')}`)),
  word('Address Translation', 'ATSCap', /Invalidate Queue Depth: ([0-9a-f]+)/, 'capability.invalidateQueueDepth', hex),
  word('Alternative Routing', 'ARICap', /Next Function: (\d+)/, 'capability.nextFunction'),
  word(SRIOV, 'IOVCap', /IntMsgNum (\d+)/, 'capability.vfMigrationInterruptNumber'),
  word(SRIOV, 'Initial VFs', /Initial VFs: (\d+)/, 'initialVfs'),
  word(SRIOV, 'Initial VFs', /Total VFs: (\d+)/, 'totalVfs'),
  word(SRIOV, 'Initial VFs', /Number of VFs: (\d+)/, 'numVfs'),
  word(SRIOV, 'Initial VFs', /Dependency Link: ([0-9a-f]+)/, 'functionDependencyLink', hex),
  word(SRIOV, 'VF offset', /offset: (\d+)/, 'firstVfOffset'),
  word(SRIOV, 'VF offset', /stride: (\d+)/, 'vfStride'),
  word(SRIOV, 'VF offset', /Device ID: ([0-9a-f]+)/, 'vfDeviceId', hex),
  word(SRIOV, 'Supported Page Size', /Supported Page Size: ([0-9a-f]+)/, 'supportedPageSizes', hex),
  word(SRIOV, 'Supported Page Size', /System Page Size: ([0-9a-f]+)/, 'systemPageSize', hex),
  word(SRIOV, 'VF Migration', /offset: ([0-9a-f]+)/, 'vfMigrationStateArray.offset', hex),
  word(SRIOV, 'VF Migration', /BIR: (\d)/, 'vfMigrationStateArray.bir'),
]
