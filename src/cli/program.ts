import { Command } from 'commander'
import { addBytesCommands } from './program/bytes.ts'
import { addKnowledgeCommands } from './program/knowledge.ts'
import { ANY, after } from './program/shared.ts'
import { addStreamsCommands } from './program/streams.ts'
import { printable } from './render/printable.ts'
import { VERSION } from './version.ts'

/** The command line. Each command loads what it needs when it runs. */
export function buildProgram(setStatus: (status: number) => void): Command {
  const program = new Command('vfmig')
    .description('Decode, validate, compare and re-encode the bytes of SR-IOV VF live migration.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ commandDescription: (command) => asSentence(command.description()) })
    .addHelpText(
      'after',
      after(
        ANY,
        'lspci -xxxx | vfmig validate -',
        'vfmig decode /sys/bus/pci/devices/0000:01:10.0/config',
        'vfmig decode --json config.bin | vfmig encode - -o same.bin',
        'vfmig diff source.bin destination.bin --as-seen-by vfio-pci',
      ),
    )

  addBytesCommands(program, setStatus)
  addStreamsCommands(program, setStatus)
  addKnowledgeCommands(program, setStatus)

  for (const command of [program, ...program.commands]) complainInOneSentence(command)
  return program
}

/** A description as it stands in the list of commands, made a sentence. */
function asSentence(description: string): string {
  return `${description.charAt(0).toUpperCase()}${description.slice(1).replace(/\.$/, '')}.`
}

/** Wrong use is told as every other problem: one sentence with the way out. */
function complainInOneSentence(command: Command): void {
  command.exitOverride()
  const name = command.parent === null ? command.name() : `${command.parent.name()} ${command.name()}`
  command.configureOutput({
    outputError(text, write) {
      const problem = text
        .replace(/^error: /, '')
        .replace(/\n\(Did you mean (.*)\?\)/, ' (did you mean $1?)')
        .trim()
        .replace(/\.$/, '')
      write(`vfmig: ${printable(problem)}; ${name} --help shows the use.\n`)
    },
  })
}
