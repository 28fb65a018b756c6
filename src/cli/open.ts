import { asDecodeError } from '../capture/function-dump/index.ts'
import { CaptureError, detectContainer, isGzip, readSysfs } from '../capture/index.ts'
import { counted, DecodeError } from '../findings/index.ts'
import { detectFormats } from '../registry/detect.ts'
import {
  type Document,
  KNOWN_FORMAT,
  notRecognised,
  openDocument,
  requireFormat,
  sysfsDocument,
} from '../registry/document.ts'
import { probeOf } from '../registry/probe.ts'
import { undecoded } from './complain.ts'
import { Complaint } from './complaint.ts'
import { streamContainer, withoutContainer } from './container/index.ts'
import { plainHead, withoutGzip } from './plain-source.ts'
import { isSysfsFolder, openSource, readAll, type Source, sysfsFiles } from './source.ts'

/** How the command line says what an input is. */
export interface InputOptions {
  readonly as?: string
  readonly set?: readonly string[]
  /** Which of several snapshots of a disk image is meant. */
  readonly snapshot?: string
}

/** Runs a step on an input; what does not decode becomes a complaint that names the input. */
export async function naming<R>(path: string, step: () => R | Promise<R>): Promise<R> {
  try {
    return await step()
  } catch (error) {
    const problem = error instanceof CaptureError ? asDecodeError(error) : error
    throw problem instanceof DecodeError ? new Complaint(`${path}: ${undecoded(problem)}`) : error
  }
}

/** Opens one input to its format. @throws DecodeError, Complaint or a system error */
export async function openInput(path: string, options: InputOptions): Promise<Document> {
  if (isSysfsFolder(path)) {
    if (options.as !== undefined && options.as !== 'lspci-dump') {
      throw new Complaint(`${path} is a folder of functions, not ${options.as}; name a file in it, such as config.`)
    }
    return sysfsDocument(readSysfs(sysfsFiles(path)), options.set === undefined ? {} : { set: options.set })
  }
  const source = await openSource(path)
  try {
    return await openRead(source, options)
  } finally {
    source.close()
  }
}

/** Opens a source that has been looked at. */
export async function openRead(source: Source, options: InputOptions): Promise<Document> {
  const isStream = options.as === undefined || requireFormat(options.as).reader !== undefined
  const container = isStream ? streamContainer((await plainHead(source)).head) : undefined
  if (container !== undefined) {
    const { snapshot, ...others } = options
    const inner = await withoutContainer(await withoutGzip(source), snapshot)
    return { ...(await openDocument(await readAll(inner), { name: inner.name, ...others })), container }
  }
  refuseLarge(source, options.as)
  const { name, head } = source
  const more = isGzip(head) ? await import('./inflater.ts') : {}
  return openDocument(await readAll(source), { name, ...more, ...options })
}

/** What is too large to be any known format is refused from its first bytes. */
function refuseLarge({ head, size, name }: Source, as: string | undefined): void {
  if (as !== undefined || size === undefined || size <= head.length) return
  const { container } = detectContainer({ head, size, name })
  if (container !== 'raw') return
  const candidates = detectFormats({ head: probeOf(head), size, name })
  if (candidates.length === 0) {
    const start = Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    throw notRecognised(KNOWN_FORMAT, `${counted(size, 'byte that starts', 'bytes that start')} ${start}`)
  }
}
