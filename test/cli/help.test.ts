import { mkdirSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { guestText, lspci, vf } from './captures.ts'
import { CONVERGING, DIVERGING, domjobinfoTexts, queryMigrateLines, roundBitmap } from './dirty-recipes.ts'
import { STREAM } from './streams.ts'
import { bytesOf, changed, expectComplaint, Folder, IGB, shell, VF, vfmig } from './support.ts'

const folder = new Folder()
mkdirSync(folder.at('dumps'))
const streamPath = folder.file('stream.vfms', STREAM)
vfmig(['unpack', streamPath, '-o', folder.at('unpacked')])
const vmStream = bytesOf('fixtures/vfio-v2/streams/q100-1port.mig.gz')
const documentText = vfmig(['decode', '--json', VF]).stdout
/** The files that the examples speak of. */
const FILES: Readonly<Record<string, Uint8Array | string>> = {
  'config.bin': vf,
  'guest-vf.bin': vf,
  'dump.txt': lspci(vf),
  'table.bin': bytesOf(`${IGB}/msix/0000-01-10.0.table.bin`),
  'edited.json': documentText,
  'other.vfms': STREAM,
  'before.mig': gunzipSync(bytesOf('fixtures/vfio-v2/streams/q100-1port.mig.gz')),
  'after.mig': gunzipSync(bytesOf('fixtures/vfio-v2/streams/q100-2port.mig.gz')),
  'stream.json': vfmig(['decode', '--json', streamPath]).stdout,
  'vm.mig.gz': vmStream,
  'vm.json': vfmig(['decode', '--json', '-'], { input: vmStream }).stdout,
  'disk.qcow2': gunzipSync(bytesOf('fixtures/qemu/snapshots-two.qcow2.gz')),
  'source.bin': vf,
  'destination.bin': changed({ 44: 0 }),
  'before.txt': guestText,
  'after.txt': guestText,
  'dumps/a.bin': vf,
  'fleet/a.txt': lspci(vf),
  'fleet/b.txt': guestText,
  'device.c2s.bin': bytesOf('fixtures/vfio-user/libvfio-user-sample/src.c2s.bin'),
  'device.s2c.bin': bytesOf('fixtures/vfio-user/libvfio-user-sample/src.s2c.bin'),
  'lspci.txt': guestText,
  'ram.bin': new Uint8Array(8192),
  'log.bin': Uint8Array.of(1),
  'irqs.jsonl': '{"time":6,"side":"source","what":"raised","vector":1}\n',
  'dirty.bin': bytesOf('fixtures/dirty/recved-pc.ram.bin'),
  // Page 7 of slot 1, and room for three more entries.
  'ring.bin': Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 7, ...new Array(55).fill(0)),
  'round1.bin': roundBitmap(1),
  'round2.bin': roundBitmap(2),
  'migrate.jsonl': queryMigrateLines(DIVERGING),
  'domjobinfo.txt': domjobinfoTexts(CONVERGING),
  'stream.mig': bytesOf('fixtures/vfio-v2/streams/q100-1port.mig.gz'),
  'disks.mig': gunzipSync(bytesOf('fixtures/qemu/o8-dirty-bitmaps-q10/stream.bin.gz')),
  'main.mig': bytesOf('fixtures/vfio-v2/streams/q100-v-shortreads-multifd.mig.gz'),
  'ch1.bin': bytesOf('fixtures/vfio-v2/streams/q100-v-shortreads-multifd.chan1.bin.gz'),
  'ch2.bin': bytesOf('fixtures/vfio-v2/streams/q100-v-shortreads-multifd.chan2.bin.gz'),
  'sys/bus/pci/devices/0000:01:10.0/config': vf,
}
for (const [name, content] of Object.entries(FILES)) folder.file(name, content)
folder.file('disk.json', vfmig(['decode', '--json', '--snapshot', 'before', folder.at('disk.qcow2')]).stdout)

const main = vfmig(['--help']).stdout
const commands = Array.from(main.matchAll(/^ {2}([a-z]+) .*[[<]/gm), ([, name]) => name as string).filter(
  (name) => name !== 'help',
)
const examplesOf = (help: string): string[] =>
  /\nExamples:\n((?: {2}.*\n)+)/
    .exec(help)?.[1]
    ?.trimEnd()
    .split('\n')
    .map((line) => line.trim()) ?? []

describe('vfmig --help', () => {
  it('names the commands', () => {
    expect(commands).toEqual(
      expect.arrayContaining([
        'decode',
        'encode',
        'validate',
        'diff',
        'dirty',
        'explain',
        'pack',
        'unpack',
        'extract',
        'simulate',
        'formats',
        'schema',
        'ksy',
      ]),
    )
  })

  it('says the version', () => {
    const { version } = JSON.parse(Buffer.from(bytesOf('package.json')).toString())
    for (const flag of ['--version', '-V']) {
      expect(vfmig([flag])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' })
    }
  })
})

describe.each(['', ...commands])('vfmig %s --help', (command) => {
  const args = command === '' ? ['--help'] : [command, '--help']
  const run = vfmig(args)

  it('says how it is used and what its exit status means', () => {
    expect(run).toMatchObject({ status: 0, stderr: '' })
    expect(run.stdout).toMatch(new RegExp(`^Usage: vfmig ?${command} `))
    expect(run.stdout).toMatch(/\nExit status:\n {2}0 {2}\S.*\n( {2}1 {2}\S.*\n)? {2}2 {2}wrong use.*\n$/)
    expect(run.stdout).toMatch(/\n\n[A-Z][^\n]+(\n[^\n]+)*\.\n\n/)
    for (const line of run.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  })

  it.each(examplesOf(run.stdout))('%s', (example) => {
    const line = example.replaceAll(' /sys/', ' sys/')
    const lspciCommand = 'lspci() { case " $* " in *" -F "*) cat > /dev/null;; *) cat lspci.txt;; esac; }'
    const virshCommand = 'virsh() { cat domjobinfo.txt; }'
    const { status, stderr } = shell(`set -o pipefail; shopt -s globstar; ${lspciCommand}; ${virshCommand}\n${line}`, {
      cwd: folder.path,
    })
    expect(stderr).toBe('')
    expect(status).toBe(/\bdiff (source|before\.mig)|--fault/.test(example) ? 1 : 0)
  })

  it('has examples', () => {
    expect(examplesOf(run.stdout).length).toBeGreaterThan(1)
  })
})

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  unpack: ['-o', 'folder'],
  extract: ['--what', 'config-space'],
}

it('an unknown option says where the help is', () => {
  for (const command of commands) {
    // What a command cannot do without is asked for first.
    expectComplaint(
      vfmig([command, '--bogus', ...(NEEDED[command] ?? [])]),
      `unknown option '--bogus'; vfmig ${command} --help shows the use.`,
    )
  }
})
