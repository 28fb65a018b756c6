import type { Command } from 'commander'
import { after, TOLD } from './shared.ts'

/** Commands that tell what vfmig knows. */
export function addKnowledgeCommands(program: Command, setStatus: (status: number) => void): void {
  program
    .command('explain')
    .description('say what a finding code means and what to do about it')
    .argument('[code]', 'a code such as pci/capability-loop; without it all codes are listed')
    .addHelpText('after', after(TOLD, 'vfmig explain pci/capability-loop', 'vfmig explain'))
    .action(async (code) => setStatus(await (await import('../commands/explain.ts')).explain(code)))

  program
    .command('formats')
    .description('list the formats, their options and sources')
    .option('--json', 'print JSON')
    .addHelpText('after', after(TOLD, 'vfmig formats', 'vfmig formats --json'))
    .action(async (options) => setStatus(await (await import('../commands/formats.ts')).listFormats(options)))

  program
    .command('schema')
    .description('print the JSON Schema of an output')
    .argument(
      '[output]',
      'decode, validate, diff, dirty, simulate or formats, or the name of a format for its value alone',
      'decode',
    )
    .addHelpText(
      'after',
      after(TOLD, 'vfmig schema > decode.schema.json', 'vfmig schema validate', 'vfmig schema msix-table'),
    )
    .action(async (output) => setStatus(await (await import('../commands/schema.ts')).schema(output)))

  program
    .command('ksy')
    .description('print a Kaitai Struct description')
    .argument('[name]', 'a format or one of its structures; without it the names are listed')
    .addHelpText('after', after(TOLD, 'vfmig ksy msix-table > msix_table.ksy', 'vfmig ksy pci-cap-msix', 'vfmig ksy'))
    .action(async (name) => setStatus(await (await import('../commands/ksy.ts')).ksy(name)))
}
