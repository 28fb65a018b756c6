import type { Path } from '../../findings/index.ts'
import type { PageKind, RamBlock } from './blocks.ts'

/** Who judges, while guest memory comes in, what no record of it says by itself. */
export interface RamUse {
  /** A page of a block that is listed came. @param address offset in the block, in bytes; @param offset of its record */
  page(block: string, address: number, kind: PageKind, offset: number): void
  /** A record tells to wait for other channels. */
  synchronised(): void
  /** A block of the list was read, and may be there already. */
  block(block: RamBlock, offset: number, path: Path): void
}
