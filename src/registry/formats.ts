import type { Format } from '../layout/index.ts'
import { configSpaceFormat, msixEntryFormat, msixTableFormat } from '../pci/index.ts'

/** Every format, in the order of the documentation. A new format is one line here. */
export const formats: readonly Format[] = [configSpaceFormat, msixEntryFormat, msixTableFormat] as readonly Format[]
