import { EXTENDED_SIZE, LEGACY_SIZE } from './value.ts'

/** The head of a capability, before its registers are looked at. */
export interface Head {
  readonly offset: number
  readonly id: number
  /** Raw pointer to the next head, low bits included. */
  readonly next: number
  /** Extended list only. */
  readonly version?: number
}

/** Why a list ended other than with a zero pointer, or what is odd about it. */
export interface ListIssue {
  readonly code:
    | 'pci/capability-loop'
    | 'pci/capability-pointer-in-header'
    | 'pci/capability-pointer-unaligned'
    | 'pci/capability-id-ff'
    | 'pci/capability-not-captured'
    | 'pci/capability-list-off'
    | 'pci/capability-list-empty'
    | 'pci/capability-too-many'
    | 'pci/extended-pointer-in-legacy'
    | 'pci/extended-ends-in-void'
    | 'pci/extended-without-express'
  readonly message: string
  readonly list: 'capabilities' | 'extendedCapabilities'
  /** Bytes that show it. */
  readonly offset: number
  readonly length: number
}

export interface HeadList {
  readonly heads: Head[]
  readonly issues: ListIssue[]
}

const FIRST_LEGACY = 0x40
const FIRST_EXTENDED = 0x100
/** The kernel's bound on hops in the extended list: (4096 - 256) / 8. */
const MOST_EXTENDED = 480

/**
 * Walks the legacy list as the kernel and lspci agree on: only with Status.CapList, low two bits of a pointer
 * cleared, ended by 0, by a pointer into the header, by ID 0xFF, by a head seen before, or by the end of the capture.
 */
export function walkLegacy(space: Uint8Array, headerLayout: number, capabilityList: boolean): HeadList {
  const list = 'capabilities'
  const heads: Head[] = []
  const issues: ListIssue[] = []
  const start = headerLayout === 2 ? 0x14 : 0x34
  let pointerAt = start
  let pointer = headerLayout > 2 ? 0 : (space[start] as number)
  if (!capabilityList) {
    if (pointer !== 0) {
      const message = `The capabilities pointer is ${hex(pointer)}, but Status says that there is no list.`
      issues.push({ code: 'pci/capability-list-off', message, list, offset: start, length: 1 })
    }
    return { heads, issues }
  }
  if (pointer === 0 && headerLayout <= 2) {
    const message = 'Status says that there is a capability list, but the pointer to it is 0.'
    issues.push({ code: 'pci/capability-list-empty', message, list, offset: start, length: 1 })
  }
  // Every place is visited once and there are 48 of them: the kernel's bound on hops needs no counter of its own.
  while (pointer !== 0) {
    const at = pointer & 0xfc
    if (at !== pointer) {
      const message = `The pointer ${hex(pointer)} is not a multiple of 4; ${hex(at)} is used.`
      issues.push({ code: 'pci/capability-pointer-unaligned', message, list, offset: pointerAt, length: 1 })
    }
    if (at === 0) break
    if (at < FIRST_LEGACY) {
      const message = `The pointer ${hex(pointer)} leads into the header; the list ends here.`
      issues.push({ code: 'pci/capability-pointer-in-header', message, list, offset: pointerAt, length: 1 })
      break
    }
    if (isVisited(heads, at)) {
      const message = `The list leads back to ${hex(at)}: ${cycle(heads, at)}.`
      issues.push({ code: 'pci/capability-loop', message, list, offset: pointerAt, length: 1 })
      break
    }
    if (at + 2 > space.length) {
      issues.push(notCaptured(at, space.length, list, pointerAt, 1))
      break
    }
    const id = space[at] as number
    const next = space[at + 1] as number
    heads.push({ offset: at, id, next })
    if (id === 0xff) {
      const message = `The capability at ${hex(at)} has the ID 0xff: the chain is broken.`
      issues.push({ code: 'pci/capability-id-ff', message, list, offset: at, length: 1 })
      break
    }
    pointer = next
    pointerAt = at + 1
  }
  return { heads, issues }
}

/**
 * Walks the extended list: from 0x100 while a head is neither all zeros nor all ones. A head with ID 0 is normal in
 * what VFIO shows and does not end the list.
 */
export function walkExtended(space: Uint8Array, isExpress: boolean): HeadList {
  const list = 'extendedCapabilities'
  const heads: Head[] = []
  const issues: ListIssue[] = []
  const end = Math.min(space.length, EXTENDED_SIZE)
  if (end < FIRST_EXTENDED + 4) return { heads, issues }
  const first = word(space, FIRST_EXTENDED)
  if (first === 0 || first === 0xffffffff) return { heads, issues }
  if (!isExpress) {
    const message = 'There are extended capabilities, but neither a PCI Express nor a PCI-X capability.'
    issues.push({ code: 'pci/extended-without-express', message, list, offset: FIRST_EXTENDED, length: 4 })
    return { heads, issues }
  }
  let at = FIRST_EXTENDED
  let pointerAt = FIRST_EXTENDED
  while (true) {
    if (isVisited(heads, at)) {
      const message = `The extended list leads back to ${hex(at)}: ${cycle(heads, at)}.`
      issues.push({ code: 'pci/capability-loop', message, list, offset: pointerAt, length: 4 })
      break
    }
    if (heads.length === MOST_EXTENDED) {
      const message = `The extended list has more than ${MOST_EXTENDED} capabilities; the rest is not read.`
      issues.push({ code: 'pci/capability-too-many', message, list, offset: pointerAt, length: 4 })
      break
    }
    if (at + 4 > end) {
      issues.push(notCaptured(at, space.length, list, pointerAt, 4))
      break
    }
    const header = word(space, at)
    if (header === 0 || header === 0xffffffff) {
      const message = `The pointer to ${hex(at)} leads to a head that is ${header === 0 ? 'all zeros' : 'all ones'}.`
      issues.push({ code: 'pci/extended-ends-in-void', message, list, offset: pointerAt, length: 4 })
      break
    }
    const next = header >>> 20
    heads.push({ offset: at, id: header & 0xffff, version: (header >>> 16) & 0xf, next })
    const target = next & 0xffc
    if (target !== next) {
      const message = `The pointer ${hex(next)} is not a multiple of 4; ${hex(target)} is used.`
      issues.push({ code: 'pci/capability-pointer-unaligned', message, list, offset: at, length: 4 })
    }
    if (target === 0) break
    if (target < FIRST_EXTENDED) {
      const message = `The pointer ${hex(next)} leads back into the first 256 bytes; the list ends here.`
      issues.push({ code: 'pci/extended-pointer-in-legacy', message, list, offset: at, length: 4 })
      break
    }
    pointerAt = at
    at = target
  }
  return { heads, issues }
}

/** Lists are short: looking through what was found costs less than a set of it. */
function isVisited(heads: readonly Head[], offset: number): boolean {
  for (const head of heads) if (head.offset === offset) return true
  return false
}

function notCaptured(
  at: number,
  size: number,
  list: ListIssue['list'],
  pointerAt: number,
  pointerLength: number,
): ListIssue {
  const message = `The next capability is at ${hex(at)}, beyond the ${size} bytes captured.`
  return { code: 'pci/capability-not-captured', message, list, offset: pointerAt, length: pointerLength }
}

/** Start of the next higher head, or the end of the space of the list. */
export function nextHigher(heads: readonly Head[], offset: number): number {
  let nearest = offset < FIRST_EXTENDED ? LEGACY_SIZE : EXTENDED_SIZE
  for (const head of heads) if (head.offset > offset && head.offset < nearest) nearest = head.offset
  return nearest
}

function cycle(heads: readonly Head[], start: number): string {
  const from = heads.findIndex((head) => head.offset === start)
  const members = heads.slice(from).map((head) => hex(head.offset))
  return [...members.slice(0, 6), ...(members.length > 6 ? ['...'] : []), hex(start)].join(' -> ')
}

export function word(space: Uint8Array, at: number): number {
  const [a, b, c, d] = [space[at] ?? 0, space[at + 1] ?? 0, space[at + 2] ?? 0, space[at + 3] ?? 0]
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0
}

const hex = (value: number): string => `0x${value.toString(16)}`
