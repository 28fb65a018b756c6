export * from './frame.ts'
export * from './vfio-record.ts'
