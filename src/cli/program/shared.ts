import { Option } from 'commander'

export const collect = (value: string, before: string[]): string[] => [...before, value]

export const asOption = () => new Option('--as <format>', 'read the input as this format instead of detecting it')
export const setOption = () =>
  new Option('--set <name=value>', 'an option of the format, see vfmig formats; may be given several times')
    .argParser(collect)
    .default([], 'none')

export const snapshotOption = () =>
  new Option('--snapshot <name>', 'name or ID of the snapshot, where a qcow2 image has several with a migration stream')

export const channelOption = (flag = '--channel', whose = 'the same migration') =>
  new Option(`${flag} <file>`, `a multifd channel of ${whose} of QEMU; may be given several times`)
    .argParser(collect)
    .default([], 'none')

/** Meanings of the exit status, by number. */
type ExitStatus = Readonly<Record<number, string>>

/** Text behind the help of a command: examples, and what its exit status means. */
export const after = (exitStatus: ExitStatus, ...examples: string[]) => {
  const meanings = Object.entries(exitStatus).map(([status, meaning]) => `${status}  ${meaning}`)
  const list = (lines: readonly string[]) => lines.map((line) => `  ${line}`).join('\n')
  return `\nExamples:\n${list(examples)}\n\nExit status:\n${list(meanings)}`
}

export const UNUSABLE = 'wrong use, or input that cannot be read or decoded'
export const DONE: ExitStatus = { 0: 'done', 2: UNUSABLE }
export const TOLD: ExitStatus = { 0: 'done', 2: 'wrong use' }
export const JUDGED: ExitStatus = {
  0: 'no finding of severity error (--strict: nor warning)',
  1: 'such findings',
  2: 'wrong use, or a path that cannot be read',
}
export const COMPARED: ExitStatus = { 0: 'no differences', 1: 'differences', 2: UNUSABLE }
export const SIMULATED: ExitStatus = {
  0: 'the destination is equal, and no rule was broken',
  1: 'differences, or findings of severity error',
  2: 'wrong use',
}
export const ANY: ExitStatus = {
  0: 'done',
  1: 'findings of severity error, or differences',
  2: UNUSABLE,
}
