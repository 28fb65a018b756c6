export * from './container/index.ts'
export * from './frame.ts'
export * from './vfio-record.ts'
