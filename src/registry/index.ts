export { allCodes, findFormat, formats } from './formats.ts'
