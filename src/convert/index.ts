export type { Chunks, QemuSourceOptions } from './qemu-facts.ts'
export { qemuParts } from './qemu-parts.ts'
export { sharedParts } from './shared-parts.ts'
