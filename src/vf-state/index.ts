export * from './device-state-regions-2019/index.ts'
export * from './vendor-ops-2020/index.ts'
