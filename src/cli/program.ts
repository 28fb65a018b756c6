import { Command, Option } from 'commander'
import { EXTRACT_HELP, PART_HELP } from './part-help.ts'
import { printable } from './render/printable.ts'
import { VERSION } from './version.ts'

const collect = (value: string, before: string[]): string[] => [...before, value]

const asOption = () => new Option('--as <format>', 'read the input as this format instead of detecting it')
const setOption = () =>
  new Option('--set <name=value>', 'an option of the format, see vfmig formats; may be given several times')
    .argParser(collect)
    .default([], 'none')

const snapshotOption = () =>
  new Option('--snapshot <name>', 'name or ID of the snapshot, where a qcow2 image has several with a migration stream')

/** Meanings of the exit status, by number. */
type ExitStatus = Readonly<Record<number, string>>

/** Text behind the help of a command: examples, and what its exit status means. */
const after = (exitStatus: ExitStatus, ...examples: string[]) => {
  const meanings = Object.entries(exitStatus).map(([status, meaning]) => `${status}  ${meaning}`)
  const list = (lines: readonly string[]) => lines.map((line) => `  ${line}`).join('\n')
  return `\nExamples:\n${list(examples)}\n\nExit status:\n${list(meanings)}`
}

const UNUSABLE = 'wrong use, or input that cannot be read or decoded'
const DONE: ExitStatus = { 0: 'done', 2: UNUSABLE }
const TOLD: ExitStatus = { 0: 'done', 2: 'wrong use' }
const JUDGED: ExitStatus = {
  0: 'no finding of severity error (--strict: nor warning)',
  1: 'such findings',
  2: 'wrong use, or a path that cannot be read',
}
const COMPARED: ExitStatus = { 0: 'no differences', 1: 'differences', 2: UNUSABLE }
const SIMULATED: ExitStatus = {
  0: 'the destination is equal, and no rule was broken',
  1: 'differences, or findings of severity error',
  2: 'wrong use',
}
const ANY: ExitStatus = {
  0: 'done',
  1: 'findings of severity error, or differences',
  2: UNUSABLE,
}

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

  program
    .command('decode')
    .description('show what the bytes mean: a readable tree, lossless JSON, or an annotated hex dump')
    .argument('<input>', 'a file, a sysfs function folder, or - for standard input')
    .addOption(asOption())
    .addOption(setOption())
    .addOption(snapshotOption())
    .option('--json', 'print JSON that `vfmig encode` turns back into the same bytes')
    .addOption(new Option('--hex', 'print each field beside its bytes').conflicts('json'))
    .addHelpText(
      'after',
      after(
        DONE,
        'vfmig decode config.bin',
        'vfmig decode --hex dump.txt',
        'vfmig decode --as msix-table --json table.bin',
        'vfmig decode --set capability14=migration-2015 guest-vf.bin',
      ),
    )
    .action(async (input, options) => setStatus(await (await import('./commands/decode.ts')).decode(input, options)))

  program
    .command('encode')
    .description('turn the JSON of `vfmig decode --json` back into bytes')
    .argument('<input>', 'a JSON file, or - for standard input')
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .addOption(
      new Option('--to <form>', 'form of the output; default: that of the capture that was decoded').choices([
        'raw',
        'xxd',
        'hexdump',
        'lspci',
      ]),
    )
    .option('--base <original>', 'the stream that was decoded: long runs of bytes are taken from it, and checked')
    .addHelpText(
      'after',
      after(
        DONE,
        'vfmig decode --json config.bin | vfmig encode - -o config.bin',
        'vfmig encode edited.json --to lspci | lspci -F /dev/stdin -vvv',
        'vfmig encode stream.json --base stream.vfms -o edited.vfms',
      ),
    )
    .action(async (input, options) => setStatus(await (await import('./commands/encode.ts')).encode(input, options)))

  program
    .command('validate')
    .description('report what is wrong or unusual; folders are walked')
    .argument(
      '<input...>',
      'files, folders, or - for standard input; the directions of a vfio-user connection, NAME.c2s.EXT (client to server) and NAME.s2c.EXT, are also judged together',
    )
    .addOption(asOption())
    .addOption(setOption())
    .addOption(snapshotOption())
    .addOption(
      new Option('--format <form>', 'form of the report').choices(['text', 'json', 'jsonl', 'sarif']).default('text'),
    )
    .option('--strict', 'exit with 1 for warnings too')
    .addOption(
      new Option('--ignore <code>', 'leave findings of this code out; may be given several times')
        .argParser(collect)
        .default([], 'none'),
    )
    .addHelpText(
      'after',
      after(
        JUDGED,
        'lspci -xxxx | vfmig validate -',
        'vfmig validate --strict --ignore pci/vf-identity dumps/',
        'vfmig validate --format jsonl fleet/*.txt',
        'vfmig validate device.c2s.bin device.s2c.bin',
        'vfmig validate --format sarif config.bin > report.sarif',
      ),
    )
    .action(async (inputs, options) => {
      setStatus(await (await import('./commands/validate.ts')).validate(inputs, options))
    })

  program
    .command('diff')
    .description(
      'compare two inputs field by field; of migration streams devices, records, pages and sets of dirty pages. The way in which a stream stores something (compression, chunks, encodings) is no difference, nor is a zero page that one side leaves out',
    )
    .argument('<a>', 'the source of the migration')
    .argument('<b>', 'the destination')
    .addOption(asOption())
    .addOption(setOption())
    .addOption(snapshotOption())
    .option('--json', 'print JSON')
    .option('--as-seen-by <observer>', 'say which differences this destination refuses: vfio-pci, or vfio-pci,MACHINE')
    .addHelpText(
      'after',
      after(
        COMPARED,
        'vfmig diff source.bin destination.bin',
        'vfmig diff source.bin destination.bin --as-seen-by vfio-pci,pc-q35-9.0',
        'vfmig diff before.txt after.txt --json',
        'vfmig diff stream.vfms other.vfms',
        'vfmig diff before.mig after.mig',
      ),
    )
    .action(async (a, b, options) => setStatus(await (await import('./commands/diff.ts')).diff(a, b, options)))

  program
    .command('explain')
    .description('say what a finding code means and what to do about it')
    .argument('[code]', 'a code such as pci/capability-loop; without it all codes are listed')
    .addHelpText('after', after(TOLD, 'vfmig explain pci/capability-loop', 'vfmig explain'))
    .action(async (code) => setStatus(await (await import('./commands/explain.ts')).explain(code)))

  program
    .command('dirty')
    .description(
      'say what dirty bitmaps, the numbers of a running migration, or the pages of a migration stream come to',
    )
    .argument(
      '<input...>',
      'bitmaps, one or a series; answers of query-migrate or virsh domjobinfo; or a migration stream of QEMU; - for a pipe',
    )
    .option(
      '--as <form>',
      'read the input as this instead of detecting it: raw, query-migrate, domjobinfo, qemu-migration, roaring, roaring-64, run-lengths, or a format with bitmaps such as kvm-dirty-ring',
    )
    .option('--bitmap <name>', 'which of several bitmaps in one input')
    .option('--page-size <size>', 'bytes of a page, such as 4096, 4K or 2M; default 4096')
    .option('--base <address>', 'address of the first page; default 0')
    .option('--pages <number>', 'number of pages; default: all that there are bits for')
    .addOption(
      new Option('--word-order <order>', 'byte order of the words of 64 bits that the bits stand in')
        .choices(['little', 'big'])
        .default('little'),
    )
    .option('--ranges', 'list the runs of dirty pages: first and last address, number of pages')
    .option('--regions <number>', 'how many of the densest regions are named', '5')
    .option('--top <number>', 'how many of the longest runs are named', '5')
    .option('--png <file>', 'draw the heat map as a PNG picture, too')
    .option('--width <columns>', 'columns of the heat map; default: those of the terminal')
    .option('--json', 'print JSON')
    .option('--bandwidth <rate>', 'forecast with this speed of the link, such as 10Gbit/s')
    .option('--downtime-limit <time>', 'forecast with this limit, such as 300ms; default: as set, or 300ms')
    .option('--stop-bytes <size>', 'forecast with so much state of devices that is sent while the guest stops')
    .option('--interval <time>', 'time from one bitmap of a series to the next, such as 2s')
    .addOption(
      new Option('--channel <file>', 'a multifd channel of the migration stream; may be given several times')
        .argParser(collect)
        .default([], 'none'),
    )
    .addHelpText(
      'after',
      after(
        DONE,
        'vfmig dirty dirty.bin',
        'vfmig dirty dirty.bin --base 0x100000000 --png dirty.png',
        'vfmig dirty dirty.bin --ranges | head',
        'vfmig dirty round*.bin --bandwidth 10Gbit/s --interval 2s',
        'vfmig dirty ring.bin --as kvm-dirty-ring --bitmap 0:1',
        'vfmig dirty migrate.jsonl --downtime-limit 500ms',
        'virsh domjobinfo guest | vfmig dirty -',
        'vfmig dirty stream.mig',
        'vfmig dirty main.mig --channel ch1.bin --channel ch2.bin --json',
      ),
    )
    .action(async (inputs, options) => setStatus(await (await import('./commands/dirty.ts')).dirty(inputs, options)))

  program
    .command('simulate')
    .description(
      'run a migration by one of the designs from 2015 to today, in memory, and compare source and destination',
    )
    .argument('[design]', 'the design, or all of them with all; --list names them')
    .option('--seed <number>', 'seed of everything that is random', '1')
    .option('--fault <name>', 'plant one of the faults of the design')
    .option('-o, --output <file>', 'write a migration stream: what the source sent, and every event in its place')
    .option('--raw', 'write what the source sent in the section framing of QEMU instead')
    .option('--trace <file>', 'write what happened, a line of JSON for each event')
    .option('--list', 'list the designs and their faults')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      after(
        SIMULATED,
        'vfmig simulate faked-capability',
        'vfmig simulate self-emulation --fault dummy-write-race --trace race.jsonl',
        'vfmig simulate vfio-v1 --seed 7 -o run.vfms',
        'vfmig simulate bridge --seed 7 -o stream.bin --raw',
        'vfmig simulate vfio-v2 --fault short-data',
        'vfmig simulate all --json',
        'vfmig simulate --list',
      ),
    )
    .action(async (design, options) => {
      setStatus(await (await import('./commands/simulate.ts')).simulateDesign(design, options))
    })

  program
    .command('pack')
    .description(
      'make a migration stream of the folder that `vfmig unpack` wrote, of a stream of QEMU, or of single parts',
    )
    .argument(
      '<part...>',
      'the folder or its manifest; or a migration stream of QEMU, of which the VFIO devices and the memory are taken; or files, as ROLE=FILE or ROLE:FORMAT=FILE where a file does not show what it is (see below); device=... begins a further device',
    )
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .option(
      '--device <facts>',
      'facts of the first device: address=..., vendor=..., device=..., driver=..., compatibility=..., pf=FILE (config space of the PF, which has the IDs of its VFs), with commas between; IDs are those of the config space where nobody says, and left out where that has 0xffff',
    )
    .option(
      '--design <name>',
      'the design that the devices were migrated by, such as vfio-v2; with its variant vendor-ops:v4',
    )
    .option('--page-size <size>', 'bytes of a page, of memory and bitmaps; default: 4096')
    .addOption(setOption())
    .option('--deflate', 'compress what becomes at least an eighth smaller')
    .option('--all-devices', 'of a stream of QEMU: emulated PCI devices, too')
    .option('--uuid <uuid>', 'name of the stream; default: random')
    .addHelpText('after', PART_HELP)
    .addHelpText(
      'after',
      after(
        DONE,
        'vfmig pack unpacked/ -o same.vfms',
        'vfmig pack before.mig -o before.vfms',
        'vfmig pack config.bin msix-table=table.bin -o vf.vfms --design vfio-v2',
        'vfmig pack config.bin -o vf.vfms --device address=0000:01:10.0',
        'vfmig pack config.bin device=address=0000:01:10.1 guest-vf.bin -o two.vfms',
        'vfmig pack config.bin memory=ram.bin@0 dirty-bitmap=log.bin@0 -o mem.vfms',
        'vfmig pack config.bin irq-events=irqs.jsonl -o events.vfms',
      ),
    )
    .action(async (parts, options) => setStatus(await (await import('./commands/pack.ts')).pack(parts, options)))

  program
    .command('unpack')
    .description('write the parts of a migration stream into a folder, with a manifest')
    .argument('<input>', 'a migration stream, or - for standard input')
    .requiredOption('-o, --output <folder>', 'a new or empty folder')
    .addHelpText('after', after(DONE, 'vfmig unpack stream.vfms -o parts', 'cat stream.vfms | vfmig unpack - -o piped'))
    .action(async (input, options) => setStatus(await (await import('./commands/unpack.ts')).unpack(input, options)))

  program
    .command('extract')
    .description('write one part of a migration stream, of QEMU or of `vfmig pack`')
    .argument('<input>', 'a migration stream, or - for standard input')
    .requiredOption('--what <part>', 'the part, see below')
    .option(
      '--device <name>',
      'of QEMU: name of the section, such as 0000:00:02.0/vfio, with #INSTANCE where several have it; of vfmig pack: number of the device',
    )
    .addOption(
      new Option('--channel <file>', 'a multifd channel of the same migration of QEMU; may be given several times')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--region <number>', 'number of the region of memory; needed where there are several')
    .option('--number <number>', 'which of several such parts, from 1; default: the last')
    .option(
      '--max-fill <size>',
      'of an image of memory: most bytes that are written and not in the stream, for pages of one byte other than zero and, into a pipe, for zeros; default: 1G',
    )
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .addOption(snapshotOption())
    .addHelpText('after', EXTRACT_HELP)
    .addHelpText(
      'after',
      after(
        DONE,
        'vfmig extract stream.mig --what vfio --device 0000:00:02.0/vfio -o state.bin',
        'vfmig extract stream.mig --what config-space | vfmig decode -',
        'vfmig extract stream.mig --what device:cpu -o cpu.bin',
        'vfmig extract stream.mig --what ram:pc.ram -o ram.bin',
        'vfmig extract main.mig --what vfio --channel ch1.bin --channel ch2.bin -o all',
        'vfmig extract stream.vfms --what config-space | vfmig decode -',
        'vfmig extract stream.vfms --what msix-table -o msix.bin',
        'vfmig extract stream.vfms --what device-state --number 1 -o blob.bin',
        'vfmig extract stream.vfms --what memory --max-fill 8G | xxd',
      ),
    )
    .action(async (input, options) => setStatus(await (await import('./commands/extract.ts')).extract(input, options)))

  program
    .command('formats')
    .description('list the formats, their options and sources')
    .option('--json', 'print JSON')
    .addHelpText('after', after(TOLD, 'vfmig formats', 'vfmig formats --json'))
    .action(async (options) => setStatus(await (await import('./commands/formats.ts')).listFormats(options)))

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
    .action(async (output) => setStatus(await (await import('./commands/schema.ts')).schema(output)))

  program
    .command('ksy')
    .description('print a Kaitai Struct description')
    .argument('[name]', 'a format or one of its structures; without it the names are listed')
    .addHelpText('after', after(TOLD, 'vfmig ksy msix-table > msix_table.ksy', 'vfmig ksy pci-cap-msix', 'vfmig ksy'))
    .action(async (name) => setStatus(await (await import('./commands/ksy.ts')).ksy(name)))

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
