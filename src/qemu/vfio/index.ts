export { configStateNeed } from './config-extent.ts'
export * from './config-state.ts'
export * from './record.ts'
