import { CaptureError } from './errors.ts'
import { type BarSizes, NO_BARS } from './function.ts'

/** Numbers in the `sriov_*` attributes of a physical function. */
export interface SriovAttributes {
  /** Most VFs that the driver allows; may be below the TotalVFs of the hardware. */
  totalVfs?: number
  /** VFs that are enabled. */
  numVfs?: number
  /** Routing ID of the first VF, relative to the physical function. */
  offset?: number
  /** Distance between the routing IDs of VFs. */
  stride?: number
  /** Device ID of the VFs. */
  vfDevice?: number
}

export const SRIOV_ATTRIBUTES = {
  sriov_totalvfs: 'totalVfs',
  sriov_numvfs: 'numVfs',
  sriov_offset: 'offset',
  sriov_stride: 'stride',
  sriov_vf_device: 'vfDevice',
} as const satisfies Record<string, keyof SriovAttributes>

/** The kernel prints the device ID in hexadecimal without a prefix, the other numbers in decimal. */
export function sriovNumber(member: keyof SriovAttributes, text: string, path: string): number {
  const hex = member === 'vfDevice'
  if (!(hex ? /^[0-9a-f]{1,4}$/i : /^\d{1,10}$/).test(text))
    throw badAttribute(path, hex ? 'up to four hexadecimal digits' : 'a decimal number', JSON.stringify(text))
  return Number.parseInt(text, hex ? 16 : 10)
}

/** An ID such as `0x8086`. */
export function hexNumber(text: string | undefined, path: string): number | undefined {
  if (text === undefined) return undefined
  if (!/^0x[0-9a-f]{1,4}$/i.test(text)) throw badAttribute(path, 'an ID such as 0x8086', JSON.stringify(text))
  return Number.parseInt(text, 16)
}

const RESOURCE_ROW = /^0x([0-9a-f]{1,16}) 0x([0-9a-f]{1,16}) 0x[0-9a-f]{1,16}$/i
const ROM_ROW = 6
const FIRST_VF_ROW = 7
/** Rows before the windows of a bridge on a kernel with SR-IOV; without it the windows follow the ROM. */
const ROWS_WITH_VFS = 13

/**
 * Sizes from the `resource` attribute: one row `start end flags` for each BAR, the expansion ROM and, on a kernel with
 * SR-IOV, each VF BAR; rows of bridge windows follow.
 */
export function barSizesOf(text: string, path: string): BarSizes {
  const rows = text.split('\n').map((line, index) => {
    const match = RESOURCE_ROW.exec(line.trim())
    if (match === null)
      throw badAttribute(
        path,
        'rows of start, end and flags',
        `${JSON.stringify(line.slice(0, 80))} in row ${index + 1}`,
      )
    return sizeOf(BigInt(`0x${match[1]}`), BigInt(`0x${match[2]}`))
  })
  const six = (first: number): readonly (number | undefined)[] =>
    Array.from({ length: 6 }, (_, index) => rows[first + index])
  return { bars: six(0), rom: rows[ROM_ROW], vfBars: rows.length < ROWS_WITH_VFS ? NO_BARS : six(FIRST_VF_ROW) }
}

/** Bytes from start to end, both included; undefined for an unused row or what a number cannot hold exactly. */
function sizeOf(start: bigint, end: bigint): number | undefined {
  if (end === 0n || end < start) return undefined
  const size = end - start + 1n
  return BigInt(Number(size)) === size ? Number(size) : undefined
}

function badAttribute(path: string, expected: string, found: string): CaptureError {
  return new CaptureError({ code: 'capture/bad-attribute', expected: `${expected} in ${JSON.stringify(path)}`, found })
}
