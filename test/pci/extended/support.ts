import type { Finding } from '../../../src/findings/index.ts'
import { type Codec, type CodeEntries, fromHex } from '../../../src/layout/index.ts'
import type { Capability, CapabilityContext, CapabilityReport, FunctionFacts } from '../../../src/pci/capability.ts'
import { extendedCapabilities } from '../../../src/pci/extended/index.ts'

/** Bytes of hexadecimal text with blanks. */
export const hex = (text: string): Uint8Array => fromHex(text.replaceAll(/\s+/g, '')) as Uint8Array

export function capabilityById(id: number): Capability {
  const found = extendedCapabilities.find((capability) => capability.id === id)
  if (found === undefined) throw new Error(`There is no extended capability ${id}.`)
  return found
}

interface Around {
  /** Legacy PCI Express capability; without it the function has none. */
  readonly express?: string
  /** Bytes from the start of the capability to the next one. */
  readonly room?: number
  readonly barSizes?: readonly (number | undefined)[]
}

/** Where the capability under test stands. */
const OFFSET = 0x100

/** A configuration space with one extended capability (head included) at 0x100. */
export function contextOf(bytes: Uint8Array, { express, room, barSizes }: Around = {}): CapabilityContext {
  const space = new Uint8Array(4096)
  if (express !== undefined) {
    space[0x34] = 0x40
    space.set(hex(express), 0x40)
  }
  space.set(bytes, OFFSET)
  const facts: FunctionFacts = {
    size: space.length,
    headerLayout: 0,
    vendorId: 0x8086,
    deviceId: 0x10c9,
    command: { memorySpace: true, busMaster: true },
    bars: [0, 0, 0, 0, 0, 0],
    barSizes,
    vfBarSizes: undefined,
    bus: undefined,
  }
  const options = { capability14: 'auto', bridgeMigration: false } as const
  return { options, facts, offset: OFFSET, space, nextHigher: OFFSET + (room ?? space.length - OFFSET) }
}

export interface Read {
  readonly codec: Codec
  readonly value: Record<string, unknown>
  /** Bytes with the head. */
  readonly length: number
  /** Findings of the capability's own rules. */
  readonly findings: Pick<Finding, 'code' | 'severity' | 'message'>[]
  readonly paths: string[]
}

/** Reads a capability as the walker does: the description that fits, then its rules. */
export function read(text: string, around?: Around): Read {
  const bytes = hex(text)
  const capability = capabilityById((bytes[0] as number) | ((bytes[1] as number) << 8))
  const context = contextOf(bytes, around)
  const registers = context.space.subarray(OFFSET + 4)
  const codec = capability.select(registers, context) as Codec
  const reach = capability.extent?.(context) ?? registers.length
  const { value, length } = codec.decodePrefix(registers.subarray(0, reach))
  const findings: Read['findings'] = []
  const paths: string[] = []
  const entries: CodeEntries = capability.codes?.entries ?? {}
  const report: CapabilityReport<string> = (code, message, path, more) => {
    const severity = more?.severity ?? entries[code]?.severity
    if (severity === undefined) throw new Error(`The code ${code} is not declared.`)
    findings.push({ code, severity, message })
    paths.push(path.join('.'))
  }
  capability.check?.(value, report, context)
  return { codec, value, length: length + 4, findings, paths }
}
