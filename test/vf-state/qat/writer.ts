// A small writer of QAT states after the reference's table; it knows nothing of ours.

export type Content = Uint8Array | readonly Section[]

export interface Section {
  readonly id: string
  readonly content: Content
  /** What is stated instead of what is there. */
  readonly size?: number
  readonly count?: number
}

export interface Preamble {
  readonly magic?: number
  readonly version?: number
  readonly length?: number
  readonly count?: number
  readonly size?: number
}

export const section = (id: string, content: Content, stated: { size?: number; count?: number } = {}): Section => ({
  id,
  content,
  ...stated,
})

export function number(value: number | bigint, size: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, BigInt(value), true)
  return new Uint8Array(view.buffer, 0, size)
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]))
}

function bytesOf({ id, content, size, count }: Section): Uint8Array {
  const isList = !(content instanceof Uint8Array)
  const body = isList ? concat(content.map(bytesOf)) : content
  const name = new Uint8Array(8)
  name.set(new TextEncoder().encode(id))
  return concat([name, number(size ?? body.length, 4), number(count ?? (isList ? content.length : 0), 4), body])
}

export function image(sections: readonly Section[], preamble: Preamble = {}): Uint8Array {
  const body = concat(sections.map(bytesOf))
  const { magic = 0xadf5caea, version = 1, length = 16, count = sections.length, size = body.length } = preamble
  const head = [number(magic, 4), number(version, 4), number(length, 2), number(count, 2), number(size, 4)]
  return concat([...head, new Uint8Array(Math.max(0, length - 16)), body])
}

/** Images in a buffer of 4096 bytes. */
export function state(images: readonly Uint8Array[], length = 4096): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes.set(concat(images))
  return bytes
}

export const config = (changes: Partial<Record<'gencap' | 'svcmap' | 'extdc', Uint8Array>> = {}) =>
  section('CONFIG', [
    section('gencap', changes.gencap ?? number(0x0003ff17, 4)),
    section('svcmap', changes.svcmap ?? number(0x0249, 2)),
    section('extdc', changes.extdc ?? number(3, 4)),
  ])

export const sla = (service: number, rings: bigint, cir: number, pir: number) =>
  concat([number(service, 4), number(0, 4), number(rings, 8), number(cir, 4), number(pir, 4)])

export const general = (changes: Partial<Record<'iovinit' | 'compver' | 'sla', Uint8Array>> = {}) =>
  section('GENER', [
    section('iovinit', changes.iovinit ?? number(1, 1)),
    section('compver', changes.compver ?? number(4, 1)),
    section('sla', changes.sla ?? new Uint8Array()),
  ])

export const miscellaneous = () =>
  section(
    'MISCBAR',
    ['visrc', 'vimsk', 'vispv', 'vimpv', 'pf2vm', 'vm2pf'].map((id, index) => section(id, number(0x100 + index, 4))),
  )

export function registers(): Uint8Array {
  const words = Array.from({ length: 22 }, (_, index) => number(index === 21 ? 0 : 0x1000 + index, 4))
  const rings = Array.from({ length: 16 }, (_, ring) =>
    concat([
      number(0x1_0000_0000n + BigInt(ring), 8),
      number(ring, 4),
      number(64 * ring, 4),
      number(128 * ring, 4),
      number(0, 4),
    ]),
  )
  return concat([...words, ...rings])
}

export const bank = (index: number) => section(`bnk${index.toString(16)}`, [section('mregs', registers())])
export const banks = (count = 4) =>
  section(
    'ETRBAR',
    Array.from({ length: count }, (_, index) => bank(index)),
  )

/** What is restored, some sections replaced or left out. */
export const device = (
  changes: { general?: Section; misc?: Section; banks?: Section; more?: readonly Section[] } = {},
) => [changes.general ?? general(), changes.misc ?? miscellaneous(), changes.banks ?? banks(), ...(changes.more ?? [])]
