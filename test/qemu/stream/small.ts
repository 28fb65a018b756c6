/** Bytes of text. */
const text = (letters: string) => [...letters].map((letter) => letter.charCodeAt(0))

export const u32 = (number: number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff)
export const u64 = (number: number | bigint) => {
  const wide = BigInt(number)
  return [...u32(Number(wide >> 32n)), ...u32(Number(wide & 0xffffffffn))]
}
/** A text behind its length in one byte. */
export const named = (name: string) => [name.length, ...text(name)]

export const HEADER = [...text('QEVM'), ...u32(3)]
export const CONFIGURATION = [7, ...u32(2), ...text('pc')]
export const EOF = [0]

export const start = (id: number, name: string, kind = 1) => [
  kind,
  ...u32(id),
  ...named(name),
  ...u32(0),
  ...u32(name === 'ram' ? 4 : 1),
]
export const full = (id: number, name: string) => start(id, name, 4)
export const part = (id: number) => [2, ...u32(id)]
export const end = (id: number) => [3, ...u32(id)]
export const footer = (id: number) => [0x7e, ...u32(id)]
export const command = (number: number, content: readonly number[], length = content.length) => [
  ...[8, 0, number],
  ...[length >> 8, length & 0xff],
  ...content,
]

const tag = (low: number) => [0xff, 0xff, 0xff, 0xff, 0xef, 0x10, 0, low]
export const SETUP = tag(3)
export const END_OF_STATE = tag(1)
export const CONFIG = tag(2)
export const data = (bytes: readonly number[], length = bytes.length) => [...tag(4), ...u64(length), ...bytes]

/** A word of RAM: address or total, and flags. */
export const word = (address: number, flags: number) => u64(address + flags)
export const RAM_END = word(0, 0x10)
export const blocks = (total: number, ...entries: readonly (readonly number[])[]) => [
  ...word(total, 4),
  ...entries.flat(),
]
export const block = (name: string, length: number) => [...named(name), ...u64(length)]

/** The description of devices with one field of bytes each. */
export function description(...devices: readonly (readonly [name: string, size: number])[]): number[] {
  const list = devices.map(([name, size]) => ({
    ...{ name, instance_id: 0, vmsd_name: name, version: 1 },
    fields: [{ name: 'data', type: 'buffer', size }],
  }))
  return described(JSON.stringify({ page_size: 4096, devices: list }))
}

export const described = (json: string, length = json.length) => [6, ...u32(length), ...text(json)]

export const bytesOf = (...parts: readonly (readonly number[])[]) => Uint8Array.from(parts.flat())

/** RAM with one block of one zero page, its sections with footers. */
export const RAM = [
  ...start(1, 'ram'),
  ...blocks(4096, block('r', 4096)),
  ...RAM_END,
  ...footer(1),
  ...part(1),
  ...[...word(0, 2), ...named('r'), 0],
  ...RAM_END,
  ...footer(1),
  ...end(1),
  ...RAM_END,
  ...footer(1),
]

const CONFIG_SPACE = Array.from({ length: 256 }, (_, at) => [0x86, 0x80, 0xca, 0x10][at] ?? 0)

/** A VFIO device: setup, six bytes of data, config. */
export const VFIO = [
  ...[...start(2, 'a/vfio'), ...SETUP, ...END_OF_STATE, ...footer(2)],
  ...[...part(2), ...data([1, 2, 3]), ...END_OF_STATE, ...footer(2)],
  ...[...end(2), ...data([4, 5, 6]), ...END_OF_STATE, ...footer(2)],
]
const VFIO_STATE = [...CONFIG, ...u32(2), ...CONFIG_SPACE, ...u64(0), ...u64(0), ...END_OF_STATE]
export const VFIO_FULL = [...full(2, 'a/vfio'), ...VFIO_STATE, ...footer(2)]

/** Everything in a few hundred bytes. */
export const SMALL = bytesOf(
  HEADER,
  CONFIGURATION,
  command(1, []),
  command(2, u32(7)),
  RAM,
  VFIO,
  [...start(3, 'dirty-bitmap'), 1, ...footer(3), ...end(3), 1, ...footer(3)],
  VFIO_FULL,
  [...full(4, 'd'), 1, 2, 3, ...footer(4)],
  EOF,
  description(['a/vfio', VFIO_STATE.length], ['d', 3]),
)
