/** A class of density: how much of a stretch of pages is dirty. The same ones in words, on terminals and in pictures. */
export interface DensityClass {
  /** Parts of 1 that are below this are in this class, unless in one before. */
  readonly below: number
  readonly label: string
  /** In plain text. */
  readonly ascii: string
  /** On terminals that show more: higher with the density, also where there are no colours. */
  readonly block: string
  /** In pictures. */
  readonly colour: readonly [red: number, green: number, blue: number]
}

/** The classes, clean first. Steps of about ten: sparse maps are the usual ones. */
export const DENSITIES: readonly DensityClass[] = [
  { below: 0, label: 'clean', ascii: '.', block: '·', colour: [0xe9, 0xec, 0xef] },
  { below: 0.001, label: '<0.1 %', ascii: '-', block: '▁', colour: [0x7c, 0xc4, 0xe8] },
  { below: 0.01, label: '<1 %', ascii: '=', block: '▂', colour: [0x2b, 0x8c, 0xc4] },
  { below: 0.1, label: '<10 %', ascii: '+', block: '▃', colour: [0x1f, 0x8a, 0x4c] },
  { below: 0.5, label: '<50 %', ascii: '*', block: '▅', colour: [0xf0, 0xb4, 0x29] },
  { below: 1, label: '<100 %', ascii: '#', block: '▆', colour: [0xe0, 0x5a, 0x1c] },
  { below: Number.POSITIVE_INFINITY, label: 'all', ascii: '@', block: '█', colour: [0x8f, 0x10, 0x2b] },
]

/** Number of the class of so many dirty pages among so many. */
export function densityClass(dirty: number, pages: number): number {
  if (dirty === 0) return 0
  const part = dirty / pages
  return DENSITIES.findIndex(({ below }, at) => at > 0 && part < below)
}
