import { type IntType, type Probe, toView } from '../layout/index.ts'

/** Whether the bytes start with the constant that a little-endian structure starts with. */
export function startsWithMagic({ head }: Probe, { magic, size }: IntType): boolean {
  if (head.length < size || magic === undefined) return false
  const view = toView(head)
  return size === 8 ? view.getBigUint64(0, true) === magic : view.getUint32(0, true) === magic
}
