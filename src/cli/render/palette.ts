import pc from 'picocolors'
import type { Severity } from '../../findings/index.ts'

/** The few colours that the command uses; none where NO_COLOR is set or the output is not a terminal. */
export interface Palette {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly severity: (severity: Severity, text: string) => string
  readonly added: (text: string) => string
  readonly removed: (text: string) => string
  /** From cold, 0, to hot, 1. */
  readonly heat: (degree: number, text: string) => string
}

/** The colours for a stream that is a terminal or not. */
export function palette(isTerminal: boolean | undefined): Palette {
  const colours = pc.createColors(isTerminal === true && pc.isColorSupported)
  const severities = { error: colours.red, warning: colours.yellow, info: colours.cyan }
  return {
    bold: colours.bold,
    dim: colours.dim,
    severity: (severity, text) => severities[severity](text),
    added: colours.green,
    removed: colours.red,
    heat: (degree, text) => {
      const shades = [
        colours.dim,
        colours.cyan,
        colours.blue,
        colours.green,
        colours.yellow,
        colours.red,
        colours.redBright,
      ]
      return shades[Math.round(degree * (shades.length - 1))]?.(text) ?? text
    },
  }
}
