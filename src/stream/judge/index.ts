import type { Catalogue } from '../../findings/index.ts'
import { defineCodes } from '../../findings/index.ts'
import type { Format, Report } from '../../layout/index.ts'
import type { PlacedRecord } from '../integrity.ts'

/** Formats by name: those of state that a stream may carry. */
export type KnownFormats = (name: string) => Format | undefined

/** What judging depends on besides the stream. */
export interface JudgeOptions {
  /** Formats by which state is judged; without them it is opaque. */
  readonly known?: KnownFormats
}

export const judgeCodes: Catalogue<string> = defineCodes({})

export class Judge {
  constructor(
    readonly report: Report,
    readonly options: JudgeOptions,
  ) {}
  see(_placed: PlacedRecord, _bytes: Uint8Array): void {}
  end(): void {}
}
