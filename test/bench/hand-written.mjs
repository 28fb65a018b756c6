// What an engineer would write by hand for the same work: DataView code with the same length, range and path checks.

class HandError extends Error {}

function viewOf(input, size) {
  if (!(input instanceof Uint8Array)) throw new TypeError('bytes are a Uint8Array')
  if (size !== undefined && input.length !== size) throw new HandError(`expected ${size} bytes, found ${input.length}`)
  return new DataView(input.buffer, input.byteOffset, input.byteLength)
}

function entryAt(view, at) {
  const control = view.getUint32(at + 12, true)
  return {
    address: view.getBigUint64(at, true),
    data: view.getUint32(at + 8, true),
    vectorControl: { masked: (control & 1) !== 0, reserved: control & 0xfffe, steeringTag: control >>> 16 },
  }
}

export function decodeEntry(input) {
  return entryAt(viewOf(input, 16), 0)
}

export function decodeTable(input) {
  if (input.length % 16 !== 0) throw new HandError('not a whole number of entries')
  const view = viewOf(input)
  const entries = new Array(input.length / 16)
  for (let i = 0; i < entries.length; i++) entries[i] = entryAt(view, i * 16)
  return { entries }
}

function whole(value, max, path) {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max) {
    throw new HandError(`${path}: expected 0 to ${max}, found ${value}`)
  }
  return value
}

function flag(value, path) {
  if (typeof value !== 'boolean') throw new HandError(`${path}: expected a boolean, found ${value}`)
  return value
}

function writeEntry(view, at, entry) {
  const { address, data, vectorControl } = entry
  if (typeof address !== 'bigint' || address < 0n || address > 0xffffffffffffffffn)
    throw new HandError(`address: ${address}`)
  const masked = flag(vectorControl.masked, 'vectorControl.masked') ? 1 : 0
  const reserved = whole(vectorControl.reserved, 0xfffe, 'vectorControl.reserved')
  const steeringTag = whole(vectorControl.steeringTag, 0xffff, 'vectorControl.steeringTag')
  view.setBigUint64(at, address, true)
  view.setUint32(at + 8, whole(data, 0xffffffff, 'data'), true)
  view.setUint32(at + 12, masked | reserved | (steeringTag << 16), true)
}

export function encodeEntry(entry) {
  const bytes = new Uint8Array(16)
  writeEntry(new DataView(bytes.buffer), 0, entry)
  return bytes
}

export function encodeTable({ entries }) {
  const bytes = new Uint8Array(entries.length * 16)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < entries.length; i++) writeEntry(view, i * 16, entries[i])
  return bytes
}

const DEVSEL = ['fast', 'medium', 'slow']
const PINS = ['none', 'INTA', 'INTB', 'INTC', 'INTD']

export function decodeHeader(input) {
  const view = viewOf(input, 64)
  const command = view.getUint16(4, true)
  const status = view.getUint16(6, true)
  const devsel = (status >>> 9) & 3
  const headerType = view.getUint8(14)
  const bist = view.getUint8(15)
  const bars = []
  for (let i = 0; i < 6; i++) bars.push(view.getUint32(16 + 4 * i, true))
  const pin = view.getUint8(61)
  return {
    vendorId: view.getUint16(0, true),
    deviceId: view.getUint16(2, true),
    command: {
      ioSpace: (command & 1) !== 0,
      memorySpace: (command & 2) !== 0,
      busMaster: (command & 4) !== 0,
      specialCycles: (command & 8) !== 0,
      memoryWriteInvalidate: (command & 0x10) !== 0,
      vgaPaletteSnoop: (command & 0x20) !== 0,
      parityErrorResponse: (command & 0x40) !== 0,
      stepping: (command & 0x80) !== 0,
      serrEnable: (command & 0x100) !== 0,
      fastBackToBack: (command & 0x200) !== 0,
      interruptDisable: (command & 0x400) !== 0,
      reserved: command & 0xf800,
    },
    status: {
      immediateReadiness: (status & 1) !== 0,
      reserved: status & 6,
      interruptStatus: (status & 8) !== 0,
      capabilityList: (status & 0x10) !== 0,
      capable66Mhz: (status & 0x20) !== 0,
      userDefinableFeatures: (status & 0x40) !== 0,
      fastBackToBack: (status & 0x80) !== 0,
      masterDataParityError: (status & 0x100) !== 0,
      deviceSelectTiming: DEVSEL[devsel] ?? devsel,
      signaledTargetAbort: (status & 0x800) !== 0,
      receivedTargetAbort: (status & 0x1000) !== 0,
      receivedMasterAbort: (status & 0x2000) !== 0,
      signaledSystemError: (status & 0x4000) !== 0,
      detectedParityError: (status & 0x8000) !== 0,
    },
    revision: view.getUint8(8),
    progIf: view.getUint8(9),
    subClass: view.getUint8(10),
    baseClass: view.getUint8(11),
    cacheLineSize: view.getUint8(12),
    latencyTimer: view.getUint8(13),
    headerType: { layout: headerType & 0x7f, multiFunction: (headerType & 0x80) !== 0 },
    bist: {
      completionCode: bist & 15,
      reserved: bist & 0x30,
      start: (bist & 0x40) !== 0,
      capable: (bist & 0x80) !== 0,
    },
    bars,
    cardbusCis: view.getUint32(40, true),
    subsystemVendorId: view.getUint16(44, true),
    subsystemId: view.getUint16(46, true),
    expansionRom: view.getUint32(48, true),
    capabilitiesPointer: view.getUint8(52),
    reserved: input.subarray(53, 60),
    interruptLine: view.getUint8(60),
    interruptPin: PINS[pin] ?? pin,
    minGrant: view.getUint8(62),
    maxLatency: view.getUint8(63),
  }
}

function named(value, names, max, path) {
  if (typeof value === 'number') return whole(value, max, path)
  const number = names.indexOf(value)
  if (number < 0) throw new HandError(`${path}: expected one of ${names.join(', ')}, found ${value}`)
  return number
}

function flags(value, names, path) {
  let word = 0
  for (const [name, mask] of names) if (flag(value[name], `${path}.${name}`)) word |= mask
  return word
}

const COMMAND = [
  'ioSpace',
  'memorySpace',
  'busMaster',
  'specialCycles',
  'memoryWriteInvalidate',
  'vgaPaletteSnoop',
  'parityErrorResponse',
  'stepping',
  'serrEnable',
  'fastBackToBack',
  'interruptDisable',
].map((name, bit) => [name, 1 << bit])
const STATUS = [
  ['immediateReadiness', 1],
  ['interruptStatus', 8],
  ['capabilityList', 0x10],
  ['capable66Mhz', 0x20],
  ['userDefinableFeatures', 0x40],
  ['fastBackToBack', 0x80],
  ['masterDataParityError', 0x100],
  ['signaledTargetAbort', 0x800],
  ['receivedTargetAbort', 0x1000],
  ['receivedMasterAbort', 0x2000],
  ['signaledSystemError', 0x4000],
  ['detectedParityError', 0x8000],
]

export function encodeHeader(value) {
  const bytes = new Uint8Array(64)
  const view = new DataView(bytes.buffer)
  const { command, status, bist, headerType, bars } = value
  view.setUint16(0, whole(value.vendorId, 0xffff, 'vendorId'), true)
  view.setUint16(2, whole(value.deviceId, 0xffff, 'deviceId'), true)
  view.setUint16(4, flags(command, COMMAND, 'command') | whole(command.reserved, 0xf800, 'command.reserved'), true)
  const devsel = named(status.deviceSelectTiming, DEVSEL, 3, 'status.deviceSelectTiming') << 9
  view.setUint16(6, flags(status, STATUS, 'status') | whole(status.reserved, 6, 'status.reserved') | devsel, true)
  view.setUint8(8, whole(value.revision, 0xff, 'revision'))
  view.setUint8(9, whole(value.progIf, 0xff, 'progIf'))
  view.setUint8(10, whole(value.subClass, 0xff, 'subClass'))
  view.setUint8(11, whole(value.baseClass, 0xff, 'baseClass'))
  view.setUint8(12, whole(value.cacheLineSize, 0xff, 'cacheLineSize'))
  view.setUint8(13, whole(value.latencyTimer, 0xff, 'latencyTimer'))
  const layout = whole(headerType.layout, 0x7f, 'headerType.layout')
  view.setUint8(14, layout | (flag(headerType.multiFunction, 'headerType.multiFunction') ? 0x80 : 0))
  const start = flag(bist.start, 'bist.start') ? 0x40 : 0
  const capable = flag(bist.capable, 'bist.capable') ? 0x80 : 0
  view.setUint8(
    15,
    whole(bist.completionCode, 15, 'bist.completionCode') |
      whole(bist.reserved, 0x30, 'bist.reserved') |
      start |
      capable,
  )
  if (bars.length !== 6) throw new HandError('bars: expected 6')
  for (let i = 0; i < 6; i++) view.setUint32(16 + 4 * i, whole(bars[i], 0xffffffff, `bars[${i}]`), true)
  view.setUint32(40, whole(value.cardbusCis, 0xffffffff, 'cardbusCis'), true)
  view.setUint16(44, whole(value.subsystemVendorId, 0xffff, 'subsystemVendorId'), true)
  view.setUint16(46, whole(value.subsystemId, 0xffff, 'subsystemId'), true)
  view.setUint32(48, whole(value.expansionRom, 0xffffffff, 'expansionRom'), true)
  view.setUint8(52, whole(value.capabilitiesPointer, 0xff, 'capabilitiesPointer'))
  if (value.reserved.length !== 7) throw new HandError('reserved: expected 7 bytes')
  bytes.set(value.reserved, 53)
  view.setUint8(60, whole(value.interruptLine, 0xff, 'interruptLine'))
  view.setUint8(61, named(value.interruptPin, PINS, 0xff, 'interruptPin'))
  view.setUint8(62, whole(value.minGrant, 0xff, 'minGrant'))
  view.setUint8(63, whole(value.maxLatency, 0xff, 'maxLatency'))
  return bytes
}
