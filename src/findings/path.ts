/**
 * A path names a value inside a decoded document: member names and array indices, outermost first.
 * Parts stay typed and become text only when someone reads them, so that the decoding of healthy input
 * never pays for diagnostics.
 */
export type PathPart = string | number
export type Path = readonly PathPart[]

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Prints `['functions', 3, 'configSpace']` as `functions[3].configSpace`; the empty path prints as `value`. */
export function printPath(path: Path): string {
  if (path.length === 0) return 'value'
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else if (!PLAIN_NAME.test(part)) text += `[${JSON.stringify(part)}]`
    else text += text === '' ? part : `.${part}`
  }
  return text
}

/** Follows a path into a value; `undefined` where a part does not exist. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const part of path) {
    if (value === null || typeof value !== 'object') return undefined
    value = (value as Record<PathPart, unknown>)[part]
  }
  return value
}
