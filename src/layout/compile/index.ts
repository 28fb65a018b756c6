export { compile, compileRoutines } from './compile.ts'
export { moduleText } from './module.ts'
