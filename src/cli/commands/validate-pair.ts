import { DecodeError, type Finding } from '../../findings/index.ts'
import type { ByteOrder } from '../../layout/index.ts'
import type { Document } from '../../registry/document.ts'
import { readConversation, type VfioUserDirection, vfioUserMessagesFormat } from '../../vfio/index.ts'
import { systemProblem } from '../complain.ts'
import { type InputOptions, openInput } from '../open.ts'
import type { FileReport } from './validate-file.ts'
import { directionOf } from './validate-peers.ts'

/**
 * The report on one direction of a connection with what its messages say together with those of the other direction;
 * as it is where one of the two is something else.
 *
 * @param peer path of the other direction
 */
export async function judgeWithPeer(report: FileReport, peer: string, options: InputOptions): Promise<FileReport> {
  if (report.format !== vfioUserMessagesFormat.name) return report
  const direction = directionOf(report.path)
  const [own, other] = [await openMessages(report.path, options), await openMessages(peer, options)]
  if (direction === undefined || own === undefined || other === undefined) return report
  return { ...report, findings: [...report.findings, ...findingsOf(own, other, direction)] }
}

async function openMessages(path: string, options: InputOptions): Promise<Document | undefined> {
  try {
    const document = await openInput(path, options)
    return document.format.name === vfioUserMessagesFormat.name ? document : undefined
  } catch (error) {
    // Its own entry says what is wrong with it.
    if (error instanceof DecodeError || systemProblem(error) !== undefined) return undefined
    throw error
  }
}

function findingsOf(own: Document, other: Document, direction: VfioUserDirection): readonly Finding[] {
  const isClient = direction === 'client-to-server'
  const { findings } = readConversation({
    clientToServer: isClient ? own.bytes : other.bytes,
    serverToClient: isClient ? other.bytes : own.bytes,
    byteOrder: own.options.byteOrder as ByteOrder,
  })
  return findings[direction]
}
