import { EventJson } from '../../layout/index.ts'
import type { Output } from '../output.ts'
import type { DecodedChannels } from '../qemu/decode-channels.ts'
import { envelope, writeFindings } from '../render/document-json.ts'
import { countText, findingLines } from '../render/findings.ts'
import { messageNote } from '../render/notes.ts'
import { palette } from '../render/palette.ts'
import { StreamTree } from '../render/stream-tree.ts'
import { textWidth, wrap } from '../render/wrap.ts'
import { GatheredFindings } from './findings.ts'
import type { Stream } from './stream.ts'

/** Prints the lossless JSON of a stream as it is read. */
export async function streamJson(
  { format, options, container, batches }: Stream,
  out: Output,
  channels?: DecodedChannels,
): Promise<void> {
  const findings = new GatheredFindings()
  const json = new EventJson()
  let isBegun = false
  for await (const batch of batches('all')) {
    if (!isBegun) await out.write(`${envelope(container, format.name, options)}"value":`)
    isBegun = true
    for (const event of batch) {
      channels?.follow(event)
      if (event.kind === 'finding') {
        if (channels?.answers(event.finding) !== true) findings.add(event.finding)
      } else await out.write(json.text(event))
    }
  }
  await out.write(`${json.end()},\n`)
  if (channels !== undefined) {
    const { channelsJson } = await import('../qemu/decode-channels.ts')
    await out.write(`"channels":${JSON.stringify(channelsJson(await channels.read()))},\n`)
  }
  await writeFindings(findings.all(), out)
}

/** Prints a readable tree of a stream as it is read: each part under its own heading. */
export async function streamText(
  { format, container, batches }: Stream,
  path: string,
  out: Output,
  channels?: DecodedChannels,
): Promise<void> {
  const colours = palette(process.stdout.isTTY)
  const style = { palette: colours, width: textWidth(process.stdout) }
  const tree = new StreamTree({ ...style, note: messageNote })
  const findings = new GatheredFindings()
  let isBegun = false
  for await (const batch of batches('all')) {
    if (!isBegun)
      await out.line(`${colours.bold(format.name)}  ${format.title}${container === null ? '' : `, from ${container}`}`)
    isBegun = true
    for (const event of batch) {
      channels?.follow(event)
      if (event.kind === 'finding') {
        if (channels?.answers(event.finding) !== true) findings.add(event.finding)
      } else await out.lines(tree.lines(event))
    }
  }
  if (channels !== undefined) {
    const { channelsLines } = await import('../qemu/decode-channels.ts')
    for (const line of channelsLines(await channels.read())) await out.lines(wrap(line, 0, style.width))
  }
  const all = findings.all()
  await out.line('')
  await out.lines(findingLines(path, all, style))
  await out.line(countText(all, colours))
}
