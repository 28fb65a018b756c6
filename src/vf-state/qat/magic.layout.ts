import { u32 } from '../../layout/index.ts'

export const QAT_MAGIC = 0xadf5caea
export const qatMagic = u32.is(QAT_MAGIC).asHex()
