import { counted, type Finding } from '../../findings/index.ts'
import { containerCodes } from './codes.ts'

/** What stands around a stream in the same file. */
interface Surplus {
  /** Where it starts, and how long it is. */
  readonly offset: number
  readonly length: number
  /** Whether it is nothing but zero bytes. */
  readonly isZero: boolean
}

/** Bytes in front of a stream. */
export function leadingFinding({ offset, length, isZero }: Surplus): Finding {
  const message = `The stream starts behind ${counted(length, isZero ? 'zero byte' : 'other byte')}.`
  return containerCodes.finding('qemu/leading-bytes', message, { offset, length, path: ['leading'] })
}

/** Bytes behind a stream. */
export function trailingFinding({ offset, length, isZero }: Surplus): Finding {
  const message = `${counted(length, isZero ? 'zero byte' : 'other byte')} behind the end of the stream.`
  const place = { offset, length, path: ['trailing'] }
  return containerCodes.finding('qemu/trailing-bytes', message, isZero ? { ...place, severity: 'info' } : place)
}
