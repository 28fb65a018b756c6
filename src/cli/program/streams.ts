import type { Command } from 'commander'
import { EXTRACT_HELP, PART_HELP } from '../part-help.ts'
import { after, channelOption, DONE, SIMULATED, setOption, snapshotOption } from './shared.ts'

/** Commands that make migration streams and take them apart. */
export function addStreamsCommands(program: Command, setStatus: (status: number) => void): void {
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
      setStatus(await (await import('../commands/simulate.ts')).simulateDesign(design, options))
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
    .addOption(channelOption())
    .addOption(snapshotOption())
    .option('--all-devices', 'of a stream of QEMU: emulated PCI devices, too')
    .option('--uuid <uuid>', 'name of the stream; default: random')
    .addHelpText('after', PART_HELP)
    .addHelpText(
      'after',
      after(
        DONE,
        'vfmig pack unpacked/ -o same.vfms',
        'vfmig pack before.mig -o before.vfms',
        'vfmig pack main.mig --channel ch1.bin --channel ch2.bin -o whole.vfms',
        'vfmig pack config.bin msix-table=table.bin -o vf.vfms --design vfio-v2',
        'vfmig pack config.bin -o vf.vfms --device address=0000:01:10.0',
        'vfmig pack config.bin device=address=0000:01:10.1 guest-vf.bin -o two.vfms',
        'vfmig pack config.bin memory=ram.bin@0 dirty-bitmap=log.bin@0 -o mem.vfms',
        'vfmig pack config.bin irq-events=irqs.jsonl -o events.vfms',
      ),
    )
    .action(async (parts, options) => setStatus(await (await import('../commands/pack.ts')).pack(parts, options)))

  program
    .command('unpack')
    .description('write the parts of a migration stream into a folder, with a manifest')
    .argument('<input>', 'a migration stream, or - for standard input')
    .requiredOption('-o, --output <folder>', 'a new or empty folder')
    .addHelpText('after', after(DONE, 'vfmig unpack stream.vfms -o parts', 'cat stream.vfms | vfmig unpack - -o piped'))
    .action(async (input, options) => setStatus(await (await import('../commands/unpack.ts')).unpack(input, options)))

  program
    .command('extract')
    .description('write one part of a migration stream, of QEMU or of `vfmig pack`')
    .argument('<input>', 'a migration stream, or - for standard input')
    .requiredOption('--what <part>', 'the part, see below')
    .option(
      '--device <name>',
      'of QEMU: name of the section, such as 0000:00:02.0/vfio, with #INSTANCE where several have it; of vfmig pack: number of the device',
    )
    .addOption(channelOption())
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
        'vfmig extract disks.mig --what bitmap:vd1/bm-64k -o bits.bin',
        'vfmig extract main.mig --what vfio --channel ch1.bin --channel ch2.bin -o all',
        'vfmig extract stream.vfms --what config-space | vfmig decode -',
        'vfmig extract stream.vfms --what msix-table -o msix.bin',
        'vfmig extract stream.vfms --what device-state --number 1 -o blob.bin',
        'vfmig extract stream.vfms --what memory --max-fill 8G | xxd',
      ),
    )
    .action(async (input, options) => setStatus(await (await import('../commands/extract.ts')).extract(input, options)))
}
