import { DecodeError, type Finding } from '../../findings/index.ts'
import { errorFinding } from '../../layout/index.ts'
import {
  type ConfigSpace,
  configSpaceOf,
  judgeConfigSpace,
  type PciOptions,
  type Reading,
  readConfigSpace,
  type Surroundings,
  vpdFormat,
} from '../../pci/index.ts'
import type { CapturedFunction } from '../function.ts'
import type { LineMap } from '../line-map.ts'
import type { DumpedFunction } from './value.ts'

/** A captured function, from whichever container. */
export type AnyFunction = CapturedFunction & {
  readonly title?: string
  readonly lines?: LineMap
  /** Vital product data, where the capture has it. */
  readonly vpd?: Uint8Array | undefined
}

/** What the capture says of a function besides its bytes. */
function surroundingsOf({ bus, barSizes }: CapturedFunction): Surroundings {
  return barSizes === undefined ? { bus } : { bus, barSizes: barSizes.bars, vfBarSizes: barSizes.vfBars }
}

/** @throws DecodeError for a function of fewer than 64 bytes */
export function readFunction(captured: AnyFunction, options: PciOptions): Reading {
  return readConfigSpace(captured.bytes, options, surroundingsOf(captured))
}

/** The same, undefined where the capture was cut inside the header: the rest of a dump is still good. */
export function tryFunction(captured: AnyFunction, options: PciOptions): Reading | undefined {
  try {
    return readFunction(captured, options)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

/** A function with its decoded space. */
export function functionOf(captured: AnyFunction, reading: Reading): DumpedFunction & { configSpace: ConfigSpace } {
  return withSpace(captured, configSpaceOf(reading))
}

/** A function that was cut inside its header. */
export function cutFunction(captured: AnyFunction): DumpedFunction {
  return withSpace(captured, { opaque: captured.bytes })
}

function withSpace<S>({ address, title }: AnyFunction, configSpace: S) {
  return title === undefined ? { address, configSpace } : { address, title, configSpace }
}

/** One function decoded and judged; its findings count in the function's own configuration space. */
export function inspectFunction(
  captured: AnyFunction,
  index: number,
  options: PciOptions,
): { readonly value: DumpedFunction; readonly findings: Finding[] } {
  let value = cutFunction(captured)
  const findings = judgeFunction(captured, index, options, (reading) => {
    value = functionOf(captured, reading)
  })
  return { value, findings }
}

/** The findings of one function alone, without making its value. */
export function judgeFunction(
  captured: AnyFunction,
  index: number,
  options: PciOptions,
  onReading?: (reading: Reading) => void,
): Finding[] {
  try {
    const reading = readFunction(captured, options)
    onReading?.(reading)
    const findings = placed(judgeConfigSpace(reading), index, captured.lines)
    for (const finding of judgeVpd(captured.vpd, index)) findings.push(finding)
    return findings
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return placed([errorFinding(error, captured.bytes.length)], index, captured.lines)
  }
}

/** Findings about the vital product data of a function; offsets count in it. */
function judgeVpd(vpd: Uint8Array | undefined, index: number): Finding[] {
  if (vpd === undefined || vpd.length === 0) return []
  const space = `functions[${index}].vpd`
  const below = ['functions', index, 'vpd']
  return vpdFormat
    .inspect(vpd)
    .findings.map((finding) => ({ ...finding, path: [...below, ...finding.path], in: space }))
}

/** Name of the space that offsets of a function's findings count in. */
function functionSpace(index: number): string {
  return `functions[${index}].configSpace`
}

function placed(findings: readonly Finding[], index: number, lines: LineMap | undefined): Finding[] {
  if (findings.length === 0) return []
  const space = functionSpace(index)
  const below = ['functions', index, 'configSpace']
  return findings.map((finding) => {
    const line = lines?.at(finding.offset)?.line
    const moved = { ...finding, path: below.concat(finding.path), in: space }
    return line === undefined ? moved : { ...moved, line }
  })
}
