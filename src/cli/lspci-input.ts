import { detectContainer, type LspciFunction, LspciReader } from '../capture/index.ts'
import type { InputOptions } from './open.ts'
import type { Source } from './source.ts'

// Apart from what opens all formats: the text of a fleet is judged without loading them.

/** Whether a source is lspci text that can be read function by function. */
export function isLspciText({ head, size, name }: Source, { as }: InputOptions): boolean {
  if (as !== undefined && as !== 'lspci-dump') return false
  return detectContainer({ head, size, name }).container === 'lspci'
}

/** Functions of lspci text as they are read, in constant memory. @throws CaptureError */
export async function* lspciFunctions(source: Source): AsyncGenerator<LspciFunction[]> {
  const reader = new LspciReader()
  for await (const chunk of source.chunks()) {
    const functions = reader.push(chunk)
    if (functions.length > 0) yield functions
  }
  yield reader.end()
}
