export * from './device-state-regions-2019/index.ts'
