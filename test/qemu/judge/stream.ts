import { qemuMigrationFormat } from '../../../src/qemu/index.ts'

// Pieces of streams, written down after the table of elements in QEMU's migration/savevm.c and not by the library.

type Piece = readonly number[]

const big = (value: number, bytes: number): Piece =>
  Array.from({ length: bytes }, (_, at) => Number((BigInt(value) >> BigInt(8 * (bytes - 1 - at))) & 0xffn))
const be16 = (value: number) => big(value, 2)
export const be32 = (value: number): Piece => big(value, 4)
export const be64 = (value: number): Piece => big(value, 8)
export const text = (value: string): Piece => [...new TextEncoder().encode(value)]
export const counted = (value: string): Piece => [value.length, ...text(value)]
export const zeros = (length: number): Piece => new Array<number>(length).fill(0)

export const header: Piece = [...text('QEVM'), ...be32(3)]
export const configuration = (machine = 'pc-q35-10.0', ...parts: Piece[]): Piece => [
  7,
  ...be32(machine.length),
  ...text(machine),
  ...parts.flat(),
]
export const subsection = (name: string, ...content: Piece[]): Piece => [
  5,
  ...counted(name),
  ...be32(1),
  ...content.flat(),
]

const footer = (id: number): Piece => [0x7e, ...be32(id)]
const identified =
  (kind: number) =>
  (id: number, name: string, body: Piece, { version = 1, instance = 0 } = {}): Piece => [
    ...[kind, ...be32(id), ...counted(name), ...be32(instance), ...be32(version)],
    ...[...body, ...footer(id)],
  ]
export const start = identified(1)
export const full = identified(4)
export const part = (id: number, body: Piece): Piece => [2, ...be32(id), ...body, ...footer(id)]
export const end = (id: number, body: Piece): Piece => [3, ...be32(id), ...body, ...footer(id)]
export const command = (number: number, ...content: Piece[]): Piece => {
  const bytes = content.flat()
  return [8, ...be16(number), ...be16(bytes.length), ...bytes]
}
export const packaged = (...elements: Piece[]): Piece => {
  const bytes = elements.flat()
  return [...command(7, be32(bytes.length)), ...bytes]
}

const word = (address: number, flags: number): Piece => be64(address + flags)
export const eos = word(0, 0x10)
export const flush = word(0, 0x200)
export const blocks = (...list: (readonly [name: string, length: number])[]): Piece => [
  ...word(
    list.reduce((sum, [, length]) => sum + length, 0),
    4,
  ),
  ...list.flatMap(([name, length]) => [...counted(name), ...be64(length)]),
]
export const zero = (block: string, address: number): Piece => [...word(address, 2), ...counted(block), 0]
export const page = (block: string, address: number): Piece => [...word(address, 8), ...counted(block), ...zeros(4096)]
export const delta = (block: string, address: number): Piece => [
  ...[...word(address, 0x40), ...counted(block), 1],
  ...[...be16(3), 0, 1, 0xff],
]

/** A START of RAM of one page, its page, and its END. */
export const ramStart = start(1, 'ram', [...blocks(['r', 4096]), ...eos], { version: 4 })
export const ramPart = part(1, [...page('r', 0), ...eos])
export const ramEnd = end(1, eos)
export const ram: Piece = [...ramStart, ...ramPart, ...ramEnd]

/** A dirty-bitmap section: its body is one chunk with the flag EOS. */
export const bitmapsStart = start(2, 'dirty-bitmap', [1])
export const bitmapsEnd = end(2, [1])

/** Fields of a device as the description at the end lists them. */
export interface Described {
  readonly name: string
  readonly instance_id?: number
  readonly version?: number
  readonly fields?: readonly { readonly name: string; readonly type: string; readonly size: number }[]
}

export const description = (devices: readonly Described[] = [], pageSize = 4096): Piece => {
  const whole = devices.map((device) => ({ instance_id: 0, vmsd_name: device.name, version: 1, fields: [], ...device }))
  const json = text(JSON.stringify({ page_size: pageSize, devices: whole }))
  return [0, 6, ...be32(json.length), ...json]
}

/** A stream: header, configuration, elements, end mark and description. */
export const stream = (...elements: Piece[]): Piece => [
  ...[...header, ...configuration(), ...elements.flat()],
  ...description(),
]

export const found = (bytes: Piece | Uint8Array) => qemuMigrationFormat.inspect(Uint8Array.from(bytes)).findings

/** Codes of what is found, each once. */
export const codes = (bytes: Piece | Uint8Array): string[] => [...new Set(found(bytes).map(({ code }) => code))]
