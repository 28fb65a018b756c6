export { isQcow2, openQcow2, type Qcow2Image, type Qcow2Snapshot, type RandomAccess } from './image.ts'
export { pickSnapshot } from './snapshot.ts'
export { type InflateCluster, vmStateChunks } from './vm-state.ts'
