export * from './frame.ts'
export * from './vfio/index.ts'
