/** A capability as `lspci -vvv` prints it. */
export interface Section {
  readonly offset: number
  readonly version: number | undefined
  readonly title: string
  /** Text of each labelled register, continuation lines joined; lines without a label stand under their first word. */
  readonly registers: ReadonlyMap<string, string>
}

export interface PrintedFunction {
  readonly address: string
  readonly title: string
  /** Lines of the header by label: Control, Status, Region 0, BridgeCtl, ... */
  readonly header: ReadonlyMap<string, string>
  readonly sections: readonly Section[]
}

/** Reads the text of `lspci -vvv`, as far as the tests compare it. */
export function readVerbose(text: string): Map<string, PrintedFunction> {
  const functions = new Map<string, PrintedFunction>()
  for (const block of text.split(/\n\n+/)) {
    const [first, ...lines] = block.split('\n')
    const match = /^((?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) (.*)$/.exec(first ?? '')
    if (match === null) continue
    const [, address, title] = match as unknown as [string, string, string]
    functions.set(address, { address, title, ...partsOf(lines) })
  }
  return functions
}

const CAPABILITY = /^\tCapabilities: \[([0-9a-f]+)(?: v(\d+))?\] (.*)$/

function partsOf(lines: readonly string[]): Pick<PrintedFunction, 'header' | 'sections'> {
  const header = new Map<string, string>()
  const sections: (Section & { registers: Map<string, string> })[] = []
  let at: { map: Map<string, string>; label: string; depth: number } | undefined
  for (const line of lines) {
    const capability = CAPABILITY.exec(line)
    if (capability !== null) {
      const [, offset, version, title] = capability as unknown as [string, string, string | undefined, string]
      const number = version === undefined ? undefined : Number(version)
      sections.push({ offset: Number.parseInt(offset, 16), version: number, title, registers: new Map() })
      at = undefined
      continue
    }
    const depth = /^\t*/.exec(line)?.[0].length ?? 0
    const map = depth === 1 ? header : (sections.at(-1)?.registers ?? header)
    if (at !== undefined && depth > at.depth) {
      at.map.set(at.label, `${at.map.get(at.label)} ${line.trim()}`)
      continue
    }
    const label = /^\s*([A-Za-z][\w/ ]*?):(?=\s)/.exec(line)?.[1] ?? (line.trim().split(/[ =]/)[0] as string)
    at = { map, label, depth }
    map.set(label, line.trim())
  }
  return { header, sections }
}

/** Flags such as `Enable+` or `PME(D0-,D1+)` of a line, by name. */
export function flagsOf(text: string): Map<string, boolean> {
  const found = text.matchAll(/([^\s,;()]+?)([+-])(?=[\s,;)]|$)/g)
  return new Map([...found].map(([, name, sign]) => [name as string, sign === '+']))
}
