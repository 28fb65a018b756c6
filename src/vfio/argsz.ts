import type { Finding } from '../findings/index.ts'
import { infoCodes } from './codes.ts'

/** Every VFIO argument starts with its size. */
const PLACE = { offset: 0, length: 4, path: ['argsz'] } as const

/** What a stated size says against the bytes that are there; undefined where they agree. */
export function judgeArgsz(argsz: number, size: number, least: number): Finding | undefined {
  if (argsz < least) {
    const message = `The field argsz is ${argsz}; the structure has at least ${least} bytes.`
    return infoCodes.finding('vfio/argsz-too-small', message, PLACE)
  }
  if (argsz <= size) return undefined
  return infoCodes.finding('vfio/argsz-past-end', `The field argsz is ${argsz}; there are ${size} bytes.`, PLACE)
}
