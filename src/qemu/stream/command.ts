import { counted } from '../../findings/index.ts'
import { commandCodec } from '../frame.ts'
import { isTargetPageSize } from '../ram/page-size.ts'
import type { Context } from './context.ts'

/** Takes a command; false where it is cut. */
export function* takeCommand(context: Context): Generator<number, boolean, undefined> {
  const { window } = context.teller
  const { offset } = window
  const command = yield* context.teller.struct('command', commandCodec)
  if (command === undefined) return false
  const { content, length } = command
  if (typeof command.command === 'number') {
    context.note('qemu/command', `Command ${command.command} is unknown.`, offset)
  } else if (command.command === 'INVALID') {
    context.note('qemu/command', 'The command is 0, which is none.', offset)
  } else {
    const lengths = COMMAND_LENGTHS[command.command]
    if (lengths !== undefined && !lengths.includes(length)) {
      context.note(
        'qemu/command',
        `${command.command} has ${counted(length, 'byte')}, not ${lengths.join(' or ')}.`,
        offset,
      )
    }
  }
  if (command.command === 'POSTCOPY_ADVISE' && length === 16) {
    context.ram.postcopyAdvised = true
    const size = 'targetPageSize' in content ? Number(content.targetPageSize) : undefined
    if (isTargetPageSize(size)) context.ram.learnPageSize(size)
  }
  const { packageEnd, element } = context
  context.judge.seeCommand(command, { offset, length: window.offset - offset, element, packageEnd })
  if ('packagedLength' in content) context.packageEnd = window.offset + content.packagedLength
  return true
}

/** Bytes of content that a command takes; others take any number. */
const COMMAND_LENGTHS: Readonly<Record<string, readonly number[]>> = {
  OPEN_RETURN_PATH: [0],
  PING: [4],
  POSTCOPY_ADVISE: [0, 16],
  POSTCOPY_LISTEN: [0],
  POSTCOPY_RUN: [0],
  PACKAGED: [4],
  ENABLE_COLO: [0],
  POSTCOPY_RESUME: [0],
  SWITCHOVER_START: [0],
}
