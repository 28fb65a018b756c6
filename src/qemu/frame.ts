import * as generated from '../generated/qemu/frame.js'
import { codec } from '../layout/index.ts'
import * as layouts from './frame.layout.ts'

export const streamHeaderCodec = codec(layouts.streamHeader, generated.streamHeader)
export const sectionHeaderCodec = codec(layouts.sectionHeader, generated.sectionHeader)
export const sectionFooterCodec = codec(layouts.sectionFooter, generated.sectionFooter)
export const ramRecordWordCodec = codec(layouts.ramRecordWord, generated.ramRecordWord)
export const ramBlockNameCodec = codec(layouts.ramBlockName, generated.ramBlockName)
