import type { FunctionSpace } from './space.ts'

/** One function of a dump. */
export interface DumpedFunction {
  /** As written: `bus:device.function`, with a domain or without. */
  address: string
  /** What follows the address in lspci's text; absent in other captures. */
  title?: string
  configSpace: FunctionSpace
}

/** Text of `lspci -x`, or a sysfs tree: any number of functions. */
export interface FunctionDump {
  functions: DumpedFunction[]
}
