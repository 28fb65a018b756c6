import type { Value } from '../../layout/index.ts'
import type { sectionHeader } from '../frame.layout.ts'

/** Kinds of sections. */
export type SectionKind = 'START' | 'PART' | 'END' | 'FULL'

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
