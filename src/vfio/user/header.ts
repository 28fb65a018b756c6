import * as generated from '../../generated/vfio/user/header.js'
import { codec, type Value } from '../../layout/index.ts'
import { vfioUserHeader } from './header.layout.ts'

export { COMMANDS as VFIO_USER_COMMANDS, type CommandName, HEADER_SIZE } from './header.layout.ts'

export const vfioUserHeaderCodec = codec(vfioUserHeader, generated.vfioUserHeader)

export type VfioUserHeader = Value<typeof vfioUserHeader>
