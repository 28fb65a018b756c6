import { type FunctionDump, type FunctionSpace, spaceBytes } from '../../capture/function-dump/index.ts'
import { type Difference, diffFields, isOpaque, type Located, u8 } from '../../layout/index.ts'
import {
  type ConfigSpace,
  compareConfigSpaces,
  type Observer,
  qemuMessage,
  type RefusedByte,
  readConfigSpace,
  refusedBytes,
  toPciOptions,
  writeConfigSpace,
} from '../../pci/index.ts'
import type { Document } from '../../registry/index.ts'

/** A difference with what an observer makes of it. */
export interface JudgedDifference extends Difference {
  /** Function that it stands in, for dumps. */
  readonly function?: string
  /** Absent without an observer: then nothing is said about refusal. */
  readonly verdict?: 'refused' | 'accepted'
  /** QEMU's own words for each byte that it refuses. */
  readonly refusals?: readonly string[]
}

/** Compares two documents of one format; dumps function by function. */
export function compareDocuments(a: Document, b: Document, observer: Observer | undefined): JudgedDifference[] {
  if (a.format.name === 'pci-config-space') {
    return compareSpaces(a.decode() as ConfigSpace, b.decode() as ConfigSpace, a, observer)
  }
  if (a.format.name === 'lspci-dump') return compareDumps(a, b, observer)
  return diffFields(a.fields(), b.fields())
}

function compareSpaces(
  a: FunctionSpace,
  b: FunctionSpace,
  { options }: Document,
  observer: Observer | undefined,
): JudgedDifference[] {
  if (isOpaque(a) || isOpaque(b)) return diffFields([wholeSpace(a)], [wholeSpace(b)])
  const pci = toPciOptions(options)
  const source = readConfigSpace(writeConfigSpace(a), pci)
  const destination = readConfigSpace(writeConfigSpace(b), pci)
  const differences = compareConfigSpaces(source, destination)
  if (observer === undefined) return differences
  const refused = refusedBytes(source, destination, observer)
  const left = new Set(refused)
  const judged = differences.map((difference): JudgedDifference => {
    const refusals = refused.filter((byte) => touches(difference, byte))
    for (const byte of refusals) left.delete(byte)
    const verdict = refusals.length === 0 ? 'accepted' : 'refused'
    return { ...difference, verdict, refusals: refusals.map(qemuMessage) }
  })
  // A capability that moved has the same fields, but QEMU compares byte by byte.
  return [...judged, ...Array.from(left, movedByte)]
}

/** All bytes of a space as one field: what was cut inside its header has no other. */
function wholeSpace(space: FunctionSpace): Located {
  const value = spaceBytes(space)
  return { path: ['bytes'], offset: 0, length: value.length, type: u8, value }
}

function movedByte(byte: RefusedByte): JudgedDifference {
  const { offset, read, device } = byte
  const field = (value: number): Located => ({ path: [], offset, length: 1, type: u8, value })
  const key = `byte 0x${offset.toString(16)}`
  return { key, a: field(read), b: field(device), verdict: 'refused', refusals: [qemuMessage(byte)] }
}

/** Whether a refused bit lies in the field on either side. */
function touches({ a, b }: Difference, byte: RefusedByte): boolean {
  return [a, b].some((field) => {
    if (field === undefined || byte.offset < field.offset || byte.offset >= field.offset + field.length) return false
    if (field.bits === undefined) return true
    const [low, high] = field.bits
    const changed = (byte.read ^ byte.device) & byte.cmask & ~byte.wmask & ~byte.w1cmask
    const shift = 8 * (byte.offset - field.offset)
    const mask = ((2 ** (high + 1) - 2 ** low) / 2 ** shift) % 256
    return (changed & Math.floor(Math.max(0, mask))) !== 0
  })
}

function compareDumps(a: Document, b: Document, observer: Observer | undefined): JudgedDifference[] {
  const [ours, theirs] = [functionsOf(a), functionsOf(b)]
  const differences: JudgedDifference[] = []
  for (const address of new Set([...ours.keys(), ...theirs.keys()])) {
    const [mine, other] = [ours.get(address), theirs.get(address)]
    if (mine !== undefined && other !== undefined) {
      for (const difference of compareSpaces(mine, other, a, observer))
        differences.push({ ...difference, function: address })
    } else {
      differences.push({
        key: mine === undefined ? 'only in b' : 'only in a',
        a: undefined,
        b: undefined,
        function: address,
      })
    }
  }
  return differences
}

function functionsOf(document: Document): Map<string, FunctionSpace> {
  const { functions } = document.decode() as FunctionDump
  // Addresses count with their domain, whether it is written or not.
  return new Map(
    functions.map(({ address, configSpace }) => [/^.*:.*:/.test(address) ? address : `0000:${address}`, configSpace]),
  )
}
