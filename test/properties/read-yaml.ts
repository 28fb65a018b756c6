/** The YAML that an export may hold: nested maps and lists in block style, plain words, numbers, and JSON texts. */
export type YamlValue = string | number | boolean | YamlValue[] | YamlMap
export interface YamlMap {
  [key: string]: YamlValue
}

interface Line {
  readonly indent: number
  readonly text: string
}

/** Reads that YAML; whatever else stands in a line is an error. */
export function readYaml(text: string): YamlMap {
  const lines: Line[] = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ indent: line.length - line.trimStart().length, text: line.trimStart() }))
  const value = readBlock(lines)
  if (lines.length > 0 || typeof value !== 'object' || Array.isArray(value)) throw new Error('Not one map.')
  return value
}

function readBlock(lines: Line[]): YamlValue {
  const { indent, text } = lines[0] as Line
  return text.startsWith('- ') ? readList(lines, indent) : readMap(lines, indent)
}

function readList(lines: Line[], indent: number): YamlValue[] {
  const items: YamlValue[] = []
  while (lines[0]?.indent === indent && lines[0].text.startsWith('- ')) {
    const text = lines[0].text.slice(2)
    if (KEY.test(text)) {
      lines[0] = { indent: indent + 2, text }
      items.push(readBlock(lines))
    } else {
      lines.shift()
      items.push(scalar(text))
    }
  }
  return items
}

const KEY = /^([a-z0-9_-]+|_):(?: (.*))?$/

function readMap(lines: Line[], indent: number): YamlMap {
  const map: YamlMap = {}
  while (lines[0]?.indent === indent) {
    const [, key, rest] = KEY.exec(lines[0].text) ?? []
    if (key === undefined || key in map) throw new Error(`Not a new member: ${lines[0].text}`)
    lines.shift()
    if (rest !== undefined) map[key] = scalar(rest)
    else if ((lines[0]?.indent ?? 0) > indent) map[key] = readBlock(lines)
    else throw new Error(`Nothing below ${key}.`)
  }
  return map
}

function scalar(text: string): YamlValue {
  if (text.startsWith('"') || text === '[]' || text === '{}') return JSON.parse(text) as YamlValue
  if (/^-?\d+$/.test(text)) return Number(text)
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^[A-Za-z_(]/.test(text) && !/: | #|:$/.test(text)) return text
  throw new Error(`Not a plain word: ${text}`)
}
