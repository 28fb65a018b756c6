export { type RunResult, simulate } from './run.ts'
