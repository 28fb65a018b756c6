export * from './frame.ts'
export * from './multifd/index.ts'
export * from './return-path/index.ts'
export * from './vfio-record.ts'
