/** What a .ksy document is made of. */
export type Yaml = string | number | boolean | readonly Yaml[] | { readonly [key: string]: Yaml | undefined }

/** Block-style YAML; text that could be read as something else is quoted as JSON, which is YAML too. */
export function yaml(document: { readonly [key: string]: Yaml | undefined }): string {
  return `${block(document, '').join('\n')}\n`
}

function block(value: Yaml, indent: string): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: Yaml) => {
      const [first, ...others] = isLeaf(item) ? [`${indent}${leaf(item)}`] : block(item, `${indent}  `)
      return [`${indent}- ${(first ?? '').trimStart()}`, ...others]
    })
  }
  return Object.entries(value).flatMap(([key, member]) => {
    if (member === undefined) return []
    if (isLeaf(member)) return [`${indent}${key}: ${leaf(member)}`]
    return [`${indent}${key}:`, ...block(member, `${indent}  `)]
  })
}

function isLeaf(value: Yaml): boolean {
  return typeof value !== 'object' || Object.values(value).every((member) => member === undefined)
}

function leaf(value: Yaml): string {
  if (Array.isArray(value)) return '[]'
  if (typeof value === 'object') return '{}'
  if (typeof value !== 'string') return String(value)
  return PLAIN.test(value) && !OTHER_THAN_TEXT.test(value) ? value : JSON.stringify(value)
}

const PLAIN = /^[A-Za-z_(][A-Za-z0-9_.()/+ ><=*!,;%-]*[A-Za-z0-9_).]$|^[A-Za-z_]$/
const OTHER_THAN_TEXT = /^(true|false|yes|no|on|off|null|y|n)$/i
