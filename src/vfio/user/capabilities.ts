/** What a peer says of itself in the JSON of its version message. */
export interface VfioUserCapabilities {
  /** Most file descriptors that it takes in one message; 1 unless stated. */
  readonly maxMsgFds: number
  /** Most bytes that it lets others move in one message; 1 MiB unless stated. */
  readonly maxDataXferSize: number
  /** Every capability that stands in the JSON, by name. */
  readonly stated: Readonly<Record<string, unknown>>
}

export const CAPABILITY_DEFAULTS: VfioUserCapabilities = { maxMsgFds: 1, maxDataXferSize: 1 << 20, stated: {} }

/** A problem of a version text: its code without the area, and one sentence. */
export interface VersionProblem {
  readonly code: 'version-not-terminated' | 'version-json' | 'version-capability'
  readonly message: string
}

/**
 * The capabilities in the text of a version message, and what is wrong with it. Defaults stand where nothing is stated
 * or nothing can be read.
 *
 * @param text a character per byte, as the message has it
 */
export function readCapabilities(text: string): {
  readonly capabilities: VfioUserCapabilities
  readonly problems: readonly VersionProblem[]
} {
  const problems: VersionProblem[] = []
  const say = (code: VersionProblem['code'], message: string) => problems.push({ code, message })
  if (text === '') return { capabilities: CAPABILITY_DEFAULTS, problems }
  const end = text.indexOf('\0')
  if (end < 0 || end < text.length - 1) {
    const last = end < 0 ? 'has no NUL' : `has NUL at character ${end} of ${text.length}`
    say('version-not-terminated', `The text ${last}.`)
  }
  const json = parsed(end < 0 ? text : text.slice(0, end))
  if (!isObject(json)) {
    say('version-json', 'The text is not a JSON object.')
    return { capabilities: CAPABILITY_DEFAULTS, problems }
  }
  const stated = json.capabilities ?? {}
  if (!isObject(stated)) {
    say('version-capability', 'The capabilities are no object.')
    return { capabilities: CAPABILITY_DEFAULTS, problems }
  }
  for (const [name, value] of Object.entries(stated)) {
    const expected = KINDS.get(name)
    if (expected !== undefined && !fits(value, expected)) {
      say('version-capability', `The capability ${name} is not ${wanted(expected)}.`)
    }
  }
  const { max_msg_fds: fds, max_data_xfer_size: size } = stated
  const capabilities = {
    maxMsgFds: isCount(fds) ? fds : CAPABILITY_DEFAULTS.maxMsgFds,
    maxDataXferSize: isCount(size) ? size : CAPABILITY_DEFAULTS.maxDataXferSize,
    stated,
  }
  return { capabilities, problems }
}

type Kind = 'count' | 'switch' | { readonly [member: string]: 'count' | 'switch' }

/** What the known capabilities have to be; others are free. */
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['max_msg_fds', 'count'],
  ['max_data_xfer_size', 'count'],
  ['pgsizes', 'count'],
  ['max_dma_maps', 'count'],
  ['migration', { pgsize: 'count', max_bitmap_size: 'count' }],
  ['write_multiple', 'switch'],
  ['twin_socket', { supported: 'switch', fd_index: 'count' }],
])

function fits(value: unknown, kind: Kind): boolean {
  if (kind === 'count') return isCount(value)
  if (kind === 'switch') return typeof value === 'boolean'
  if (!isObject(value)) return false
  return Object.entries(kind).every(([name, inner]) => value[name] === undefined || fits(value[name], inner))
}

function wanted(kind: Kind): string {
  if (kind === 'count') return 'a whole number'
  if (kind === 'switch') return 'true or false'
  return `an object with ${Object.entries(kind)
    .map(([name, inner]) => `${name} ${wanted(inner)}`)
    .join(' and ')}`
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** UTF-8 JSON of which each character is a byte; undefined where it is none. */
function parsed(text: string): unknown {
  try {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
