import * as generated from '../../generated/simulate/guest/variables.js'
import { codec, type Value } from '../../layout/index.ts'
import { guestVariables } from './variables.layout.ts'

export const guestVariablesCodec = codec(guestVariables, generated.guestVariables)
export type GuestVariables = Value<typeof guestVariables>
