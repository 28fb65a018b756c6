export {
  asDecodeError,
  decodeFunctions,
  functionDumpFormat,
  functionFields,
  functionToJson,
  inspectFunctions,
} from './format.ts'
export {
  type AnyFunction,
  functionOf,
  inspectFunction,
  judgeFunction,
  readFunction,
  tryFunction,
} from './read.ts'
export { type FunctionSpace, spaceBytes } from './space.ts'
export type { DumpedFunction, FunctionDump } from './value.ts'
