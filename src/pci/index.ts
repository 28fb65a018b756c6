export * from './as-seen-by/index.ts'
export * from './config-space/index.ts'
export { msixEntryFormat, msixTableFormat } from './msix.ts'
