import type { Finding } from '../../../src/findings/index.ts'
import { type Codec, type CodeEntries, fromHex } from '../../../src/layout/index.ts'
import type { Capability, CapabilityContext, FunctionFacts, PciOptions } from '../../../src/pci/capability.ts'
import { legacyCapabilities } from '../../../src/pci/legacy/index.ts'

/** Bytes of hexadecimal text with blanks. */
export const hex = (text: string): Uint8Array => fromHex(text.replaceAll(/\s+/g, '')) as Uint8Array

export function capabilityById(id: number): Capability {
  const found = legacyCapabilities.find((capability) => capability.id === id)
  if (found === undefined) throw new Error(`There is no legacy capability ${id}.`)
  return found
}

export interface Around {
  readonly facts?: Partial<FunctionFacts>
  readonly options?: Partial<PciOptions>
  /** Where the capability is; 0x40 unless told. */
  readonly offset?: number
  /** Bytes of an MSI-X capability that follows in the list, at 0xf0. */
  readonly msix?: string
  readonly subsystemVendor?: number
  /** Bytes from the start of the capability to the next higher one. */
  readonly room?: number
}

const MSIX_OFFSET = 0xf0

/** A configuration space with the capability under test at the head of its list. */
export function contextOf(bytes: Uint8Array, around: Around = {}): CapabilityContext {
  const { facts, options, offset = 0x40, msix, subsystemVendor = 0, room } = around
  const space = new Uint8Array(256)
  space[0x06] = 0x10
  space[0x0e] = facts?.headerLayout ?? 0
  space[0x2c] = subsystemVendor & 0xff
  space[0x2d] = subsystemVendor >>> 8
  space[0x34] = offset
  space.set(bytes.subarray(0, space.length - offset), offset)
  if (msix !== undefined) {
    space[offset + 1] = MSIX_OFFSET
    space.set(hex(msix), MSIX_OFFSET)
  }
  return {
    options: { capability14: 'auto', bridgeMigration: false, ...options },
    facts: {
      size: space.length,
      headerLayout: 0,
      vendorId: 0x8086,
      deviceId: 0x10ed,
      command: { memorySpace: true, busMaster: true },
      bars: [0, 0, 0, 0, 0, 0],
      barSizes: undefined,
      vfBarSizes: undefined,
      bus: undefined,
      ...facts,
    },
    offset,
    space,
    nextHigher: room === undefined ? (msix === undefined ? space.length : MSIX_OFFSET) : offset + room,
  }
}

export interface Read {
  readonly codec: Codec
  readonly name: string
  readonly value: Record<string, unknown>
  /** Bytes with the head. */
  readonly length: number
  /** Findings of the capability's own rules. */
  readonly findings: Pick<Finding, 'code' | 'severity' | 'message'>[]
  /** `severity code path` of each. */
  readonly found: string[]
}

/** Reads a capability, ID and pointer included, as the walker does; undefined where no description fits. */
export function tryRead(text: string, around?: Around): Read | undefined {
  const bytes = hex(text)
  const capability = capabilityById(bytes[0] as number)
  const context = contextOf(bytes, around)
  const registers = context.space.subarray(context.offset + 2)
  const codec = capability.select(registers, context) as Codec | undefined
  if (codec === undefined) return undefined
  const { value, length } = codec.decodePrefix(registers)
  const findings: Read['findings'] = []
  const found: string[] = []
  const entries: CodeEntries = capability.codes?.entries ?? {}
  capability.check?.(
    value,
    (code, message, path, more) => {
      const severity = more?.severity ?? entries[code]?.severity
      if (severity === undefined) throw new Error(`The code ${code} is not declared.`)
      findings.push({ code, severity, message })
      found.push(`${severity} ${code} ${path.join('.')}`.trim())
    },
    context,
  )
  const name = capability.nameOf?.(codec) ?? capability.name
  return { codec, name, value, length: length + 2, findings, found }
}

export function read(text: string, around?: Around): Read {
  const result = tryRead(text, around)
  if (result === undefined) throw new Error('No description fits.')
  return result
}
