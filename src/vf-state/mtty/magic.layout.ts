import { u64 } from '../../layout/index.ts'

export const mttyMagic = u64.is(0x7e9d09898c3e2c4en).asHex()
