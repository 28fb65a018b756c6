export { sameValue } from '../layout/index.ts'
