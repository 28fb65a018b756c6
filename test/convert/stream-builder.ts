import { joined } from '../../src/layout/index.ts'

/** Numbers as QEMU writes them. */
const number = (value: bigint | number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, at) => Number((BigInt(value) >> BigInt(8 * (size - 1 - at))) & 0xffn))
const text = (value: string, size: number) => [number(value.length, size), new TextEncoder().encode(value)]

export const u32 = (value: number) => number(value, 4)
export const u64 = (value: bigint | number) => number(value, 8)

const [ZERO, MEMORY_SIZE, PAGE, END_OF_SECTION] = [2, 4, 8, 16]
const PAGE_SIZE = 4096

/** Header and configuration of a stream. */
export const head = (machine = 'pc-q35-10.0') => [u32(0x5145564d), u32(3), Uint8Array.of(7), ...text(machine, 4)]

interface Section {
  readonly kind: 'START' | 'PART' | 'END' | 'FULL'
  readonly id: number
  readonly name?: string
  readonly version?: number
}

const KINDS = { START: 1, PART: 2, END: 3, FULL: 4 } as const

export function section({ kind, id, name = '', version = 1 }: Section, ...body: Uint8Array[]): Uint8Array[] {
  const identity = kind === 'START' || kind === 'FULL' ? [...text(name, 1), u32(0), u32(version)] : []
  return [Uint8Array.of(KINDS[kind]), u32(id), ...identity, ...body, Uint8Array.of(0x7e), u32(id)]
}

/** The START section of memory with one block. */
export const ramStart = (name: string, pages: number, id = 1) =>
  section(
    { kind: 'START', id, name: 'ram', version: 4 },
    ...[u64(pages * PAGE_SIZE + MEMORY_SIZE), ...text(name, 1), u64(pages * PAGE_SIZE), u64(END_OF_SECTION)],
  )

/** A record of a page of a block: bytes, or the byte that fills it. */
export const page = (block: string, index: number, content: Uint8Array | number) => [
  u64(index * PAGE_SIZE + (typeof content === 'number' ? ZERO : PAGE)),
  ...text(block, 1),
  typeof content === 'number' ? Uint8Array.of(content) : content,
]

export const ram = (kind: 'PART' | 'END', records: Uint8Array[][], id = 1) =>
  section({ kind, id }, ...records.flat(), u64(END_OF_SECTION))

const tag = (low: number) => u64(0xffffffffef100000n + BigInt(low))
export const setup = () => [tag(3), tag(1)]
export const data = (bytes: Uint8Array) => [tag(4), u64(bytes.length), bytes]
export const endOfState = () => tag(1)

/** PCI state without MSI-X. */
export const config = (space: Uint8Array) => [tag(2), u32(2), space, new Uint8Array(16), tag(1)]

export const end = () => Uint8Array.of(0)

export const streamOf = (...pieces: (Uint8Array | Uint8Array[])[]) => joined(pieces.flat())
