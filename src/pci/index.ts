export { msixEntryFormat, msixTableFormat } from './msix.ts'
