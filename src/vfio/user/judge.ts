import { counted, type Finding, type Path } from '../../findings/index.ts'
import { movedFindings, toView } from '../../layout/index.ts'
import { messageCodes } from './codes.ts'
import { HEADER_SIZE, type VfioUserHeader, vfioUserHeaderCodec } from './header.ts'
import { type Framed, frameAt, type MessagesReading, payloadFindings } from './read.ts'

/** Everything that is wrong or unusual in the messages of one direction. */
export function judgeMessages(reading: MessagesReading): Finding[] {
  const { bytes, byteOrder, messages } = reading
  const view = toView(bytes)
  const findings: Finding[] = []
  const add = (found: readonly Finding[], by: number, path: Path) => {
    for (const finding of movedFindings(found, by, path)) findings.push(finding)
  }
  for (const [index, framed] of messages.entries()) {
    const { offset, header } = framed
    const path = ['messages', index]
    const region = { bytes, view, offset, end: offset + HEADER_SIZE }
    const described = vfioUserHeaderCodec.findingsAt(region, { byteOrder })
    // Command and type have findings of their own.
    const own = described.filter(({ code }) => code !== 'layout/unknown-value')
    add([...own, ...judgeHeader(header)], offset, [...path, 'header'])
    add(payloadFindings(framed, byteOrder), offset + HEADER_SIZE, [...path, 'payload'])
  }
  judgeDirection(messages, findings)
  judgeEnd(reading, findings)
  return findings
}

function judgeHeader({ command, flags, errno }: VfioUserHeader): Finding[] {
  const findings: Finding[] = []
  const say = (code: keyof typeof messageCodes.entries, message: string, offset: number, length: number, path: Path) =>
    findings.push(messageCodes.finding(code, message, { offset, length, path }))
  const { type, noReply, error } = flags
  const odd = (message: string) => say('vfio-user/header-flags', message, 8, 8, ['flags'])
  if (typeof command === 'number') {
    say('vfio-user/command-unknown', `The command ${command} is not known.`, 2, 2, ['command'])
  }
  if (typeof type === 'number') say('vfio-user/message-type', `The type is ${type}.`, 8, 4, ['flags', 'type'])
  if (type === 'command' && (error || errno !== 0)) odd('A command has an error flag or number.')
  if (type === 'reply' && noReply) odd('A reply wants no reply.')
  if (type === 'reply' && !error && errno !== 0) odd(`A reply without the error flag has error number ${errno}.`)
  return findings
}

/** Whether only a server sends such a command; undefined for replies and what is not known. */
function isServerCommand({ command, flags }: VfioUserHeader): boolean | undefined {
  if (flags.type !== 'command' || typeof command === 'number') return undefined
  return command === 'dma-read' || command === 'dma-write'
}

function judgeDirection(messages: readonly Framed[], findings: Finding[]): void {
  let first: boolean | undefined
  for (const [index, { offset, header }] of messages.entries()) {
    const isServer = isServerCommand(header)
    if (isServer === undefined) continue
    first ??= isServer
    if (isServer === first) continue
    const message = `The command ${header.command} of the ${isServer ? 'server' : 'client'} follows commands of the other.`
    const place = { offset: offset + 2, length: 2, path: ['messages', index, 'header', 'command'] }
    findings.push(messageCodes.finding('vfio-user/directions-mixed', message, place))
    return
  }
}

function judgeEnd({ bytes, byteOrder, end }: MessagesReading, findings: Finding[]): void {
  const left = bytes.length - end
  if (left === 0) return
  const place = { offset: end, length: left, path: ['trailing'] }
  const needed = frameAt(bytes, toView(bytes), end, byteOrder) as number
  if (needed === 0) {
    const size = toView(bytes).getUint32(end + 4, byteOrder === 'little')
    const message = `The message is said to have ${counted(size, 'byte')}; its header has ${HEADER_SIZE}.`
    findings.push(messageCodes.finding('vfio-user/message-size', message, place))
  } else {
    const message = `${counted(left, 'byte is', 'bytes are')} left of a message of at least ${needed}.`
    findings.push(messageCodes.finding('vfio-user/message-cut', message, place))
  }
}
