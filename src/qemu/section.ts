import type { Value } from '../layout/index.ts'
import type { sectionHeader } from './frame.layout.ts'

/** Kinds of sections, by QEMU's names: START, PART and END share a body, FULL is a device at once. */
export const SECTION_KINDS = ['START', 'PART', 'END', 'FULL'] as const

/** Kinds of sections. */
export type SectionKind = (typeof SECTION_KINDS)[number]

/** Kinds of sections of what comes bit by bit, such as guest memory. */
export type LiveSectionKind = Exclude<SectionKind, 'FULL'>

/** A section of a stream. */
export interface QemuSection {
  readonly kind: SectionKind
  readonly sectionId: number
  /** Of PART and END that of their START; empty where there was none. */
  readonly name: string
  readonly instanceId: number | undefined
  /** Version of the body. */
  readonly version: number | undefined
  /** Offset of the byte that says its kind. */
  readonly offset: number
  /** Index among the elements of the stream. */
  readonly element: number
}

/** What PART and END take over from their START. */
export interface Identity {
  readonly name: string
  readonly instanceId: number
  readonly version: number
}

/** Who a section is of. */
export function identityOf(header: Value<typeof sectionHeader>): Identity | undefined {
  const { name, instanceId, version } = header
  if (name === undefined || instanceId === undefined || version === undefined) return undefined
  return { name, instanceId, version }
}

const VFIO = '/vfio'

/** Whether the sections of such a name are of a VFIO device. */
export const isVfioSection = (name: string): boolean => name.endsWith(VFIO)

/** The address of a VFIO device by the name of its sections; another name as it is. */
export const vfioAddress = (name: string): string => (isVfioSection(name) ? name.slice(0, -VFIO.length) : name)

/** Whether a device with sections of such a name may tell QEMU to leave pages of memory out: a balloon, or virtio-mem. */
export const mayLeavePagesOut = (name: string): boolean =>
  name.endsWith('/virtio-balloon') || name.endsWith('/virtio-mem')
