import { encode } from 'fast-png'
import { ADVANCE, GLYPH_HEIGHT, GLYPH_WIDTH, isDrawn } from './font.ts'

/** Red, green, blue, each 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number]

/** Dots of the picture for each dot of the font. */
const SCALE = 2

/** Width of a character and height of a line with the space around it, in dots of the picture. */
export const CHARACTER = ADVANCE * SCALE
export const LINE = (GLYPH_HEIGHT + 3) * SCALE
/** From the top of a character to the middle of its height. */
export const MIDDLE = 3.5 * SCALE

/** Width of a text. */
export function widthOf(text: string): number {
  return text.length * CHARACTER
}

/** A picture to draw on, at first all in the first colour of its palette. */
export class Canvas {
  readonly #dots: Uint8Array

  constructor(
    readonly width: number,
    readonly height: number,
    readonly palette: readonly Colour[],
  ) {
    this.#dots = new Uint8Array(width * height)
  }

  /** Fills a rectangle; what lies outside the picture is left out. */
  fill(x: number, y: number, width: number, height: number, colour: number): void {
    const right = Math.min(this.width, x + width)
    for (let row = Math.max(0, y); row < Math.min(this.height, y + height); row++) {
      this.#dots.fill(colour, row * this.width + Math.max(0, x), row * this.width + right)
    }
  }

  /** Writes a text from its upper left corner on. */
  text(text: string, x: number, y: number, colour: number, bold = false): void {
    for (const [at, character] of Array.from(text).entries()) {
      for (let row = 0; row < GLYPH_HEIGHT; row++) {
        for (let column = 0; column < GLYPH_WIDTH; column++) {
          if (!isDrawn(character, column, row)) continue
          const left = x + at * CHARACTER + column * SCALE
          this.fill(left, y + row * SCALE, SCALE + (bold ? 1 : 0), SCALE, colour)
        }
      }
    }
  }

  toPng(): Uint8Array {
    const { width, height } = this
    const palette = this.palette.map((colour) => [...colour])
    return encode({ width, height, data: this.#dots, depth: 8, channels: 1, palette })
  }
}
