import type { Finding } from '../../findings/index.ts'
import type { Codec, CodeEntries, Opaque, StructType, Value } from '../../layout/index.ts'
import type { infoCapability } from '../capability-header.layout.ts'

/** What every fixed part has. */
export interface InfoHead {
  argsz: number
  flags: { caps: boolean }
  capOffset?: number | undefined
}

/** A capability and where it lies: chains may lead through the bytes in any order. */
export interface InfoCapability<B> {
  offset: number
  header: Value<typeof infoCapability>
  /** What the ID says it is; opaque where that is unknown or does not fit. */
  body: B | Opaque
  /** Bytes up to where the next capability is aligned. */
  padding?: Uint8Array
}

/** An information structure: the fixed part, the capabilities in chain order, and what lies between them. */
export type Info<H, B> = H & {
  capabilities: InfoCapability<B>[]
  /** Runs behind the fixed part that no capability covers. */
  gaps: { offset: number; bytes: Uint8Array }[]
  /** Room for capabilities that none were written to: all of what argsz counts behind the fixed part. */
  room?: Uint8Array
  /** What follows the bytes that argsz counts. */
  trailing?: Uint8Array
}

/** One information structure, as the walker needs to know it. */
export interface InfoSpec<H extends StructType = StructType, B = unknown> {
  readonly name: string
  readonly title: string
  /** The fixed part: argsz and flags first. */
  readonly head: Codec<H>
  /** Fewest bytes of the fixed part. */
  readonly least: number
  /** Where the offset of the first capability stands. */
  readonly capOffsetAt: number
  /** Descriptions of the capabilities' content, by ID. */
  readonly bodies: Readonly<Record<number, Codec>>
  /** What capabilities are aligned to; default 8, as kernels do since 2023. */
  readonly alignment?: number
  /** An argsz above what is there says nothing where no capabilities are. */
  readonly spareArgsz?: boolean
  /** Codes of `judge`. */
  readonly codes?: CodeEntries
  /** What is wrong or unusual besides what the chain and the descriptions say. */
  judge?(value: Info<Value<H>, B>, report: (finding: Finding) => void): void
}

/** What the capabilities of a structure are aligned to. */
export const alignmentOf = ({ alignment = 8 }: InfoSpec) => alignment
