export {
  asDecodeError,
  decodeFunctions,
  dumpText,
  functionDumpFormat,
  functionFields,
  functionToJson,
  inspectFunctions,
} from './format.ts'
export {
  type AnyFunction,
  functionOf,
  functionSpace,
  inspectFunction,
  judgeFunction,
  readFunction,
  tryFunction,
} from './read.ts'
export { type FunctionSpace, spaceBytes } from './space.ts'
export type { DumpedFunction, FunctionDump } from './value.ts'
