import { asDecodeError, judgeFunction } from '../../capture/function-dump/index.ts'
import { CaptureError, type LspciFunction } from '../../capture/index.ts'
import { DecodeError, type Finding } from '../../findings/index.ts'
import { completeOptions, errorFinding, parseOptions } from '../../layout/index.ts'
import { toPciOptions } from '../../pci/index.ts'
import { requireFormat } from '../../registry/index.ts'
import { type InputOptions, isLspciText, lspciFunctions, openInput, openRead } from '../open.ts'
import { isSysfsFolder, openSource, type Source } from '../source.ts'

/** What validation found in one input. */
export interface FileReport {
  readonly path: string
  /** Null when no format was recognised. */
  readonly format: string | null
  readonly findings: readonly Finding[]
}

/** Codes of inputs that are not ours at all, as opposed to damaged ones. */
const FOREIGN: ReadonlySet<string> = new Set([
  'registry/not-recognised',
  'capture/unknown-text',
  'capture/utf16-text',
  'capture/byte-order-unknown',
])

/** Whether nobody recognised the input: in a walked folder it is skipped. */
export function isForeign({ format, findings }: FileReport): boolean {
  return format === null && findings.every(({ code }) => FOREIGN.has(code))
}

/**
 * Validates one input. What cannot be decoded is an entry like any other; only a path that cannot be read, and wrong
 * options, throw.
 */
export async function validateFile(path: string, options: InputOptions): Promise<FileReport> {
  if (isSysfsFolder(path)) {
    const document = await openInput(path, options)
    return { path, format: document.format.name, findings: document.inspect().findings }
  }
  const source = await openSource(path)
  try {
    return isLspciText(source, options)
      ? await validateDump(path, lspciFunctions(source), options)
      : await validateDocument(source, options)
  } finally {
    source.close()
  }
}

async function validateDocument(source: Source, options: InputOptions): Promise<FileReport> {
  const { path } = source
  try {
    const document = await openRead(source, options)
    return { path, format: document.format.name, findings: document.inspect().findings }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    const finding = errorFinding(error, source.size ?? error.offset)
    return { path, format: options.as ?? null, findings: [finding] }
  }
}

/** Functions of lspci text, each judged as soon as it is read. */
async function validateDump(
  path: string,
  batches: AsyncIterable<LspciFunction[]>,
  { set }: InputOptions,
): Promise<FileReport> {
  const format = requireFormat('lspci-dump')
  const values = set === undefined ? completeOptions(format.options) : parseOptions(format.options, set)
  const pci = toPciOptions(values)
  const findings: Finding[] = []
  let index = 0
  try {
    for await (const functions of batches) {
      for (const captured of functions) {
        for (const finding of judgeFunction(captured, index, pci)) findings.push(finding)
        index += 1
      }
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    // Where no function has any bytes, once is enough.
    if (error.code === 'capture/no-rows') findings.length = 0
    findings.push(errorFinding(asDecodeError(error), error.offset ?? 0))
  }
  return { path, format: format.name, findings }
}
