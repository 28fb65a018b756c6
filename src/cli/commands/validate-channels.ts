import { DecodeError, type Finding } from '../../findings/index.ts'
import { errorFinding } from '../../layout/index.ts'
import {
  descriptionAhead,
  judgeChannels,
  MainStream,
  multifdChannelFormat,
  qemuMigrationFormat,
  qemuStreamReader,
} from '../../qemu/index.ts'
import { GatheredFindings } from '../big/findings.ts'
import { openStream } from '../big/stream.ts'
import { Complaint } from '../complaint.ts'
import type { InputOptions } from '../open.ts'
import { ANSWERED, channelChunks } from '../qemu/channels.ts'
import { openSource } from '../source.ts'
import type { FileReport } from './validate-file.ts'

/**
 * Reports on the main stream of a migration and on its multifd channels, which are judged together.
 *
 * @throws Complaint where the main stream is something else
 */
export async function validateWithChannels(
  path: string,
  channels: readonly string[],
  options: InputOptions,
): Promise<FileReport[]> {
  const main = new MainStream()
  const findings = [path, ...channels].map(() => new GatheredFindings())
  const [own] = findings as [GatheredFindings]
  let isWhole = true
  const source = await openSource(path)
  try {
    const stream = await openStream(source, options)
    if (stream?.format !== qemuMigrationFormat)
      throw new Complaint(
        `--channel is for migration streams of QEMU; ${path} is none: give the main stream as the input.`,
      )
    const { listener, ram } = main
    const reader = (ahead: typeof stream.ahead) =>
      qemuStreamReader({
        ...{ wanted: 'findings', offset: stream.options.offset as number, listener, ram },
        description: ahead && descriptionAhead(ahead),
      })
    for await (const batch of stream.through(reader)) {
      for (const event of batch) {
        if (event.kind !== 'finding') continue
        isWhole &&= event.finding.severity !== 'error'
        if (!ANSWERED.has(event.finding.code)) own.add(event.finding)
      }
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    isWhole = false
    own.add(errorFinding(error, source.size ?? error.offset))
  } finally {
    source.close()
  }
  const tell = (finding: Finding, channel: number | undefined) =>
    (findings[channel === undefined ? 0 : channel + 1] as GatheredFindings).add(finding)
  await judgeChannels(main, channels.map(channelChunks), tell, { isWhole })
  return findings.map((each, index) => ({
    path: index === 0 ? path : (channels[index - 1] as string),
    format: index === 0 ? qemuMigrationFormat.name : multifdChannelFormat.name,
    findings: each.all(),
  }))
}
