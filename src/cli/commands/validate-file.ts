import { asDecodeError, functionDumpFormat, judgeFunction } from '../../capture/function-dump/index.ts'
import { CaptureError, captureCodes, type LspciFunction } from '../../capture/index.ts'
import { DecodeError, type Finding } from '../../findings/index.ts'
import { completeOptions, errorFinding, parseOptions } from '../../layout/index.ts'
import { toPciOptions } from '../../pci/index.ts'
import type { Document } from '../../registry/document.ts'
import type { Stream } from '../big/stream.ts'
import { systemProblem } from '../complain.ts'
import { isLspciText, lspciFunctions } from '../lspci-input.ts'
import type { InputOptions } from '../open.ts'
import { type Addresses, addressesIn } from '../render/findings.ts'
import { isSysfsFolder, openSource } from '../source.ts'

/** One input to validate. */
export interface Task {
  readonly path: string
  /** Found below a folder: not an entry where nobody recognises it, and an entry where it cannot be read. */
  readonly walked: boolean
  /** Why the walk could not read it. */
  readonly problem?: string
  /** The other direction of the connection of which this is one. */
  readonly peer?: string
  /** Multifd channels of the migration of which this is the main stream; they have entries behind its own. */
  readonly channels?: readonly string[]
}

/** What validation found in one input. */
export interface FileReport {
  readonly path: string
  /** Null when no format was recognised. */
  readonly format: string | null
  readonly findings: readonly Finding[]
  /** Of the functions of a dump that have findings. */
  readonly addresses?: Addresses
}

/** Codes of inputs that are not ours at all, as opposed to damaged ones. */
const FOREIGN: ReadonlySet<string> = new Set([
  'registry/not-recognised',
  'capture/unknown-text',
  'capture/utf16-text',
  'capture/byte-order-unknown',
  // What lspci prints without -x: of a device, but no bytes of it.
  'capture/no-rows',
  // A disk image without a machine in it.
  'capture/qcow2-no-state',
])

/** Whether nobody recognised the input: in a walked folder it is skipped. */
export function isForeign({ findings }: FileReport): boolean {
  return findings.length > 0 && findings.every(({ code }) => FOREIGN.has(code))
}

/**
 * Validates one input, and the channels that belong to it. What cannot be decoded is an entry like any other, and so is what cannot be read below a folder;
 * only a named path that cannot be read, and wrong options, throw.
 */
export async function validateTask(task: Task, options: InputOptions): Promise<FileReport[]> {
  const { path, walked, problem, peer, channels } = task
  if (problem !== undefined) return [unreadable(path, problem)]
  try {
    if (channels !== undefined) {
      const { validateWithChannels } = await import('./validate-channels.ts')
      return await validateWithChannels(path, channels, options)
    }
    const report = await validateFile(path, options)
    if (peer === undefined) return [report]
    const { judgeWithPeer } = await import('./validate-pair.ts')
    return [await judgeWithPeer(report, peer, options)]
  } catch (error) {
    const failure = walked ? systemProblem(error) : undefined
    if (failure === undefined) throw error
    return [path, ...(channels ?? [])].map((each) => unreadable(each, failure))
  }
}

function unreadable(path: string, problem: string): FileReport {
  const message = `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`
  const finding = captureCodes.finding('capture/unreadable', message, { offset: 0, length: 0, path: [] })
  return { path, format: null, findings: [finding] }
}

async function validateFile(path: string, options: InputOptions): Promise<FileReport> {
  if (isSysfsFolder(path)) {
    const { openInput } = await import('../open.ts')
    return judged(path, () => openInput(path, options), { format: functionDumpFormat.name, size: 0 })
  }
  const source = await openSource(path)
  try {
    if (isLspciText(source, options)) return await validateDump(path, lspciFunctions(source), options)
    const guess = { format: options.as ?? null, size: source.size }
    return await judging(path, guess, async () => {
      const stream = await (await import('../big/stream.ts')).openStream(source, options)
      if (stream === undefined) {
        const { openRead } = await import('../open.ts')
        return judged(path, () => openRead(source, options), guess)
      }
      return judging(path, { ...guess, format: stream.format.name }, () => judgeStream(path, stream))
    })
  } finally {
    source.close()
  }
}

/** What an input may be, and how long it is, before it is read. */
interface Guess {
  readonly format: string | null
  readonly size: number | undefined
}

/** Opens an input and judges it. */
function judged(path: string, open: () => Promise<Document>, guess: Guess): Promise<FileReport> {
  return judging(path, guess, async () => {
    const document = await open()
    const { value, findings } = document.inspect()
    return { path, format: document.format.name, findings, addresses: addressesIn(value) }
  })
}

/** Reads a stream to its end and keeps what is said of it. */
async function judgeStream(path: string, { format, batches }: Stream): Promise<FileReport> {
  const { GatheredFindings } = await import('../big/findings.ts')
  const findings = new GatheredFindings()
  for await (const batch of batches('findings')) {
    for (const event of batch) if (event.kind === 'finding') findings.add(event.finding)
  }
  return { path, format: format.name, findings: findings.all() }
}

/** What does not decode is an error of the best guess. */
async function judging(path: string, guess: Guess, judge: () => Promise<FileReport>): Promise<FileReport> {
  try {
    return await judge()
  } catch (failure) {
    const error = failure instanceof CaptureError ? asDecodeError(failure) : failure
    if (!(error instanceof DecodeError)) throw error
    return { path, format: guess.format, findings: [errorFinding(error, guess.size ?? error.offset)] }
  }
}

/** Functions of lspci text, each judged as soon as it is read. */
async function validateDump(
  path: string,
  batches: AsyncIterable<LspciFunction[]>,
  { set }: InputOptions,
): Promise<FileReport> {
  const format = functionDumpFormat
  const values = set === undefined ? completeOptions(format.options) : parseOptions(format.options, set)
  const pci = toPciOptions(values)
  const findings: Finding[] = []
  const addresses = new Map<number, string>()
  let index = 0
  try {
    for await (const functions of batches) {
      for (const captured of functions) {
        const own = judgeFunction(captured, index, pci)
        for (const finding of own) findings.push(finding)
        if (own.length > 0) addresses.set(index, captured.address)
        index += 1
      }
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    // Where no function has any bytes, once is enough.
    if (error.code === 'capture/no-rows') findings.length = 0
    findings.push(errorFinding(asDecodeError(error), error.offset ?? 0))
  }
  return { path, format: format.name, findings, addresses }
}
