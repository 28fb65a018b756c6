import { u32 } from '../../layout/index.ts'

export const ICE_MAGIC = 0xe8000001
export const iceMagic = u32.is(ICE_MAGIC).asHex()
