import { isOpaque, type Value } from '../../layout/index.ts'
import { ICE_TYPES } from './state.layout.ts'
import type { IceTlv } from './state.ts'
import type { iceHeader, iceMsixRegisters, iceRxQueue, iceTxQueue } from './tlv.layout.ts'
import type { iceVfInfo } from './vf-info.layout.ts'

/** Content of the parts that are looked into. */
interface Parts {
  header: Value<typeof iceHeader>
  'vf-info': Value<typeof iceVfInfo>
  'tx-queue': Value<typeof iceTxQueue>
  'rx-queue': Value<typeof iceRxQueue>
  'msix-regs': Value<typeof iceMsixRegisters>
}

/** Content of the first part of a type; undefined where there is none, or it is damaged. */
export function partOf<T extends keyof Parts>(tlvs: readonly IceTlv[], type: T): Parts[T] | undefined {
  const data = tlvs.find((tlv) => tlv.type === type)?.data
  if (data === undefined || isOpaque(data) || data instanceof Uint8Array) return undefined
  return data as Parts[T]
}

const NUMBERS = new Map(Object.entries(ICE_TYPES).map(([number, name]): [string, number] => [name, Number(number)]))

/** The type of a part as it is in the bytes. */
export function numberOfType({ type }: IceTlv): number {
  return typeof type === 'number' ? type : (NUMBERS.get(type) as number)
}
