import * as generated from '../generated/qemu/frame.js'
import { codec } from '../layout/index.ts'
import * as layouts from './frame.layout.ts'

export const streamHeaderCodec = codec(layouts.streamHeader, generated.streamHeader)
export const sectionHeaderCodec = codec(layouts.sectionHeader, generated.sectionHeader)
export const sectionFooterCodec = codec(layouts.sectionFooter, generated.sectionFooter)
export const configurationCodec = codec(layouts.configuration, generated.configuration)
export const configurationPartCodec = codec(layouts.configurationPart, generated.configurationPart)
export const commandCodec = codec(layouts.command, generated.command)
export const descriptionHeaderCodec = codec(layouts.descriptionHeader, generated.descriptionHeader)
export const endOfStreamCodec = codec(layouts.endOfStream, generated.endOfStream)
export const ramRecordWordCodec = codec(layouts.ramRecordWord, generated.ramRecordWord)
export const ramBlockNameCodec = codec(layouts.ramBlockName, generated.ramBlockName)
export const ramBlockCodec = codec(layouts.ramBlock, generated.ramBlock)
