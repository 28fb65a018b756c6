import { type Command, Option } from 'commander'
import { after, asOption, COMPARED, channelOption, collect, DONE, JUDGED, setOption, snapshotOption } from './shared.ts'

/** Commands that read bytes and say what they mean. */
export function addBytesCommands(program: Command, setStatus: (status: number) => void): void {
  program
    .command('decode')
    .description('show what the bytes mean: a readable tree, lossless JSON, or an annotated hex dump')
    .argument('<input>', 'a file, a sysfs function folder, or - for standard input')
    .addOption(asOption())
    .addOption(setOption())
    .addOption(snapshotOption())
    .addOption(channelOption())
    .option('--json', 'print JSON that `vfmig encode` turns back into the same bytes')
    .addOption(new Option('--hex', 'print each field beside its bytes').conflicts('json'))
    .addHelpText(
      'after',
      after(
        DONE,
        'vfmig decode config.bin',
        'vfmig decode --hex dump.txt',
        'vfmig decode --as msix-table --json table.bin',
        'vfmig decode main.mig --channel ch1.bin --channel ch2.bin',
        'vfmig decode --set capability14=migration-2015 guest-vf.bin',
      ),
    )
    .action(async (input, options) => setStatus(await (await import('../commands/decode.ts')).decode(input, options)))

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
    .option(
      '--base <original>',
      'the stream that was decoded: long runs of bytes are taken from it, and checked; it may be compressed or in a container, as it was for decode, and what is written is the stream alone',
    )
    .addOption(snapshotOption())
    .addHelpText(
      'after',
      after(
        DONE,
        'vfmig decode --json config.bin | vfmig encode - -o config.bin',
        'vfmig encode edited.json --to lspci | lspci -F /dev/stdin -vvv',
        'vfmig encode stream.json --base stream.vfms -o edited.vfms',
        'vfmig encode vm.json --base vm.mig.gz -o edited.mig',
        'vfmig encode disk.json --base disk.qcow2 --snapshot before -o edited.mig',
      ),
    )
    .action(async (input, options) => setStatus(await (await import('../commands/encode.ts')).encode(input, options)))

  program
    .command('validate')
    .description('report what is wrong or unusual; folders are walked')
    .argument(
      '<input...>',
      'files, folders, or - for standard input; the directions of a vfio-user connection, NAME.c2s.EXT (client to server) and NAME.s2c.EXT, are also judged together, and so are the connections of a migration with multifd, NAME.chN.EXT, or NAME.chanN.EXT beside NAME.EXT',
    )
    .addOption(asOption())
    .addOption(setOption())
    .addOption(snapshotOption())
    .addOption(channelOption())
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
        'vfmig validate main.mig --channel ch1.bin --channel ch2.bin',
        'vfmig validate --format sarif config.bin > report.sarif',
      ),
    )
    .action(async (inputs, options) => {
      setStatus(await (await import('../commands/validate.ts')).validate(inputs, options))
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
    .addOption(channelOption('--channel-a', 'migration a'))
    .addOption(channelOption('--channel-b', 'migration b'))
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
    .action(async (a, b, options) => setStatus(await (await import('../commands/diff.ts')).diff(a, b, options)))

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
    .option(
      '--bitmap <name>',
      'which of several bitmaps in one input; of a migration stream the dirty bitmap of a disk, NODE/NAME',
    )
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
    .addOption(channelOption())
    .addOption(snapshotOption())
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
        'vfmig dirty disks.mig --bitmap vd1/bm-64k --ranges',
        'vfmig dirty main.mig --channel ch1.bin --channel ch2.bin --json',
      ),
    )
    .action(async (inputs, options) => setStatus(await (await import('../commands/dirty.ts')).dirty(inputs, options)))
}
