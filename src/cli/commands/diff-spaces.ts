import { tryFunction } from '../../capture/function-dump/index.ts'
import {
  compareStates,
  diffFields,
  type Located,
  runField,
  type JudgedDifference as StateDifference,
  u8,
} from '../../layout/index.ts'
import {
  compareConfigSpaces,
  configSpaceFormat,
  type Observer,
  qemuMessage,
  type Reading,
  type RefusedByte,
  readConfigSpace,
  refusedBytes,
  toPciOptions,
} from '../../pci/index.ts'
import type { Document } from '../../registry/document.ts'

/** A difference with what a destination makes of it: QEMU by its own words for each byte that it refuses. */
export interface JudgedDifference extends StateDifference {
  /** Function that it stands in, for dumps. */
  readonly function?: string
}

/** Compares two documents of one format; dumps function by function. @throws DecodeError */
export function compareDocuments(a: Document, b: Document, observer: Observer | undefined): JudgedDifference[] {
  if (a.functions !== undefined && b.functions !== undefined) return compareDumps(a, b, observer)
  if (a.format.name === configSpaceFormat.name) return compareSpaces(spaceOf(a), spaceOf(b), observer)
  return compareStates(a.format, a, b)
}

/** A configuration space, undecoded where it was cut inside its header. */
interface Space {
  readonly bytes: Uint8Array
  readonly reading: Reading | undefined
}

function spaceOf({ bytes, options }: Document): Space {
  return { bytes, reading: readConfigSpace(bytes, toPciOptions(options)) }
}

/** Two configuration spaces that stand in something else; what cannot be read is compared whole. */
export function compareSpaceBytes(a: Uint8Array, b: Uint8Array, observer: Observer | undefined): JudgedDifference[] {
  const options = toPciOptions(undefined)
  const [source, destination] = [a, b].map((bytes) => ({ bytes, reading: readConfigSpace(bytes, options) }))
  return compareSpaces(source as Space, destination as Space, observer)
}

function compareSpaces(a: Space, b: Space, observer: Observer | undefined): JudgedDifference[] {
  const [source, destination] = [a.reading, b.reading]
  if (source === undefined || destination === undefined) return diffFields([wholeSpace(a)], [wholeSpace(b)])
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
function wholeSpace({ bytes }: Space): Located {
  return runField(['bytes'], 0, bytes)
}

function movedByte(byte: RefusedByte): JudgedDifference {
  const { offset, read, device } = byte
  const field = (value: number): Located => ({ path: [], offset, length: 1, type: u8, value })
  const key = `byte 0x${offset.toString(16)}`
  return { key, a: field(read), b: field(device), verdict: 'refused', refusals: [qemuMessage(byte)] }
}

/** Whether a refused bit lies in the field on either side. */
function touches({ a, b }: JudgedDifference, byte: RefusedByte): boolean {
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
  const [ours, theirs] = [spacesOf(a), spacesOf(b)]
  const differences: JudgedDifference[] = []
  for (const address of new Set([...ours.keys(), ...theirs.keys()])) {
    const [mine, other] = [ours.get(address), theirs.get(address)]
    if (mine !== undefined && other !== undefined) {
      for (const difference of compareSpaces(mine, other, observer)) {
        differences.push({ ...difference, function: address })
      }
    } else {
      const key = mine === undefined ? 'only in b' : 'only in a'
      differences.push({ key, a: undefined, b: undefined, function: address })
    }
  }
  return differences
}

/** The spaces of a dump by address; addresses count with their domain, whether it is written or not. */
function spacesOf({ functions = [], options }: Document): Map<string, Space> {
  const pci = toPciOptions(options)
  return new Map(
    functions.map((captured) => {
      const { address, bytes } = captured
      const full = /^.*:.*:/.test(address) ? address : `0000:${address}`
      return [full, { bytes, reading: tryFunction(captured, pci) }]
    }),
  )
}
