import type { Finding, Path } from '../findings/index.ts'
import { infoCodes } from './codes.ts'

/** What a stated size says against the bytes that are there; undefined where they agree. */
export function judgeArgsz(argsz: number, size: number, least: number, name = 'argsz'): Finding | undefined {
  // Every VFIO argument starts with its size.
  const place = { offset: 0, length: 4, path: [name] }
  if (argsz < least) {
    const message = `The field ${name} is ${argsz}; the structure has at least ${least} bytes.`
    return infoCodes.finding('vfio/argsz-too-small', message, place)
  }
  if (argsz <= size) return undefined
  return infoCodes.finding('vfio/argsz-past-end', `The field ${name} is ${argsz}; there are ${size} bytes.`, place)
}

interface Argument {
  readonly argsz: number
  readonly following?: Uint8Array | undefined
}

/** What follows an argument, where that is not what another finding misses. */
export function whole<A extends Argument>(value: A, isWhole: boolean): Argument {
  return isWhole ? value : { argsz: value.argsz }
}

/** The size of an argument, and what stands behind it. */
export function judgeArgument(
  { argsz, following }: Argument,
  least: number,
  locate: (path: Path) => { offset: number; length: number },
  report: (finding: Finding) => void,
  name = 'argsz',
): void {
  const finding = judgeArgsz(argsz, locate([]).length, least, name)
  if (finding !== undefined) report(finding)
  if (following === undefined || following.every((byte) => byte === 0)) return
  const message = `The ${following.length} bytes behind the argument are not all zero.`
  const path = ['following']
  report(infoCodes.finding('vfio/argument-longer', message, { ...locate(path), path }))
}
