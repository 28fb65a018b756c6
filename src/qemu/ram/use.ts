import type { Path } from '../../findings/index.ts'
import type { PageKind, RamBlock } from './blocks.ts'

/** Who judges, while guest memory comes in, what no record of it says by itself. */
export interface RamUse {
  /**
   * Pages of a block that is listed came.
   *
   * @param address of the first, offset in the block in bytes
   * @param offset of its record
   * @param count of pages that follow one another; one of XBZRLE comes alone
   */
  pages(block: string, address: number, kind: PageKind, offset: number, count: number): void
  /** A record tells to wait for other channels. */
  synchronised(): void
  /** A block of the list was read, and may be there already. */
  block(block: RamBlock, offset: number, path: Path): void
}
