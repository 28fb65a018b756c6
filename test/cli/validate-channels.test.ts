import { cpSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fixture } from '../qemu/fixture.ts'
import { expectComplaint, Folder, json, vfmig } from './support.ts'

const NONE = 'fixtures/qemu/o4-multifd-none-q10'
const [MAIN, ...CHANNELS] = [0, 1, 2, 3].map((number) => `${NONE}/stream.ch${number}.bin.gz`) as [string, ...string[]]
const VFIO = 'fixtures/vfio-v2/streams/q100-multifd-devstate'

const folder = new Folder()
for (const path of [MAIN, ...CHANNELS]) cpSync(path, folder.at(`whole/${path.split('/').at(-1)}`))
for (const [at, path] of [MAIN, ...CHANNELS].entries()) {
  if (at !== 2) folder.file(`part/run.ch${at}.bin`, fixture(path.replace('fixtures/', '')))
}

interface Entry {
  readonly path: string
  readonly format: string | null
  readonly findings: { readonly code: string; readonly severity: string }[]
}

/** Codes above info by the end of the path of each file, in the order of the report. */
const codes = (args: readonly string[]) => {
  const { files } = json(['validate', '--format', 'json', ...args]) as { files: Entry[] }
  return files.map(({ path, format, findings }) => [
    path.split('/').at(-1),
    format,
    findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code),
  ])
}
const channelOptions = (paths: readonly string[]) => paths.flatMap((path) => ['--channel', path])
const given = (paths: readonly string[]) => codes([MAIN, ...channelOptions(paths)])
const channel = (number: number, ...found: string[]) => [`stream.ch${number}.bin.gz`, 'qemu-multifd-channel', found]

describe('validate with multifd channels', () => {
  it('gives each its own entry, behind that of the main stream', () => {
    expect(given(CHANNELS)).toEqual([['stream.ch0.bin.gz', 'qemu-migration', []], channel(1), channel(2), channel(3)])
    const { status, stdout } = vfmig(['validate', '--strict', MAIN, ...channelOptions(CHANNELS)])
    expect(status).toBe(0)
    expect(stdout).not.toContain('qemu/ram-elsewhere')
  })

  it('says of a main stream alone that pages are elsewhere, and how they are given', () => {
    expect(vfmig(['validate', MAIN]).stdout).toContain('info qemu/ram-elsewhere')
    expect(vfmig(['explain', 'qemu/ram-elsewhere']).stdout).toContain('--channel')
    expect(vfmig(['explain', 'qemu/vfio-state-elsewhere']).stdout).toContain('--channel')
  })

  it('sees that one is missing, cut, or of another migration', () => {
    expect(given(CHANNELS.slice(1))[0]?.[2]).toEqual([
      'qemu/multifd-channel-missing',
      'qemu/multifd-packet-numbers',
      'qemu/ram-not-complete',
    ])
    const whole = fixture(`${CHANNELS[2]?.replace('fixtures/', '')}`)
    const cut = folder.file('cut.bin', whole.subarray(0, -1344))
    expect(given([...CHANNELS.slice(0, 2), cut])[3]?.[2]).toEqual(['qemu/multifd-sync-count'])
    const other = 'fixtures/qemu/o4-multifd-zlib-q10/stream.ch3.bin.gz'
    expect(given([...CHANNELS.slice(0, 2), other])[3]?.[2]).toContain('qemu/multifd-methods')
  })

  it('sees parts of device state that are missing', () => {
    expect(codes([`${VFIO}.mig.gz`, ...channelOptions([`${VFIO}.chan1.bin.gz`, `${VFIO}.chan2.bin.gz`])])).toEqual([
      ['q100-multifd-devstate.mig.gz', 'qemu-migration', []],
      ['q100-multifd-devstate.chan1.bin.gz', 'qemu-multifd-channel', []],
      ['q100-multifd-devstate.chan2.bin.gz', 'qemu-multifd-channel', []],
    ])
    const { status, stdout } = vfmig(['validate', `${VFIO}.mig.gz`, '--channel', `${VFIO}.chan1.bin.gz`])
    expect(status).toBe(1)
    expect(stdout).toContain('Index 0 is missing of 0000:00:02.0/vfio.')
  })

  it('finds the connections of a migration by their names', () => {
    expect(codes([folder.at('whole')])).toEqual([
      ['stream.ch0.bin.gz', 'qemu-migration', []],
      channel(1),
      channel(2),
      channel(3),
    ])
    const inPieces = codes([
      folder.at('part/run.ch3.bin'),
      folder.at('part/run.ch0.bin'),
      folder.at('part/run.ch1.bin'),
    ])
    expect(inPieces).toEqual([
      [
        'run.ch0.bin',
        'qemu-migration',
        ['qemu/multifd-channel-missing', 'qemu/multifd-packet-numbers', 'qemu/ram-not-complete'],
      ],
      ['run.ch3.bin', 'qemu-multifd-channel', []],
      ['run.ch1.bin', 'qemu-multifd-channel', []],
    ])
  })

  it('finds those that are named beside their main stream', () => {
    const found = (...names: string[]) => codes(names.map((name) => `${VFIO}.${name}.gz`))
    const whole = [
      ['q100-multifd-devstate.mig.gz', 'qemu-migration', []],
      ['q100-multifd-devstate.chan1.bin.gz', 'qemu-multifd-channel', []],
      ['q100-multifd-devstate.chan2.bin.gz', 'qemu-multifd-channel', []],
    ]
    expect(found('mig', 'chan1.bin', 'chan2.bin')).toEqual(whole)
    expect(found('chan1.bin', 'chan2.bin', 'mig')).toEqual(whole)
    expect(found('chan1.bin', 'mig')[0]?.[2]).toContain('qemu/multifd-packet-numbers')
    expect(found('chan1.bin', 'chan2.bin')).toEqual(whole.slice(1))
    const names = ['mig', 'chan1.bin', 'chan2.bin']
    const bytes = names.map((name) => fixture(`${VFIO.replace('fixtures/', '')}.${name}.gz`)) as [Uint8Array]
    for (const [at, name] of names.entries()) folder.file(`beside/vm.1.${name}`, bytes[at] as Uint8Array)
    expect(codes([folder.at('beside')]).map(([path]) => path)).toEqual(names.map((name) => `vm.1.${name}`))
    // Two of them: nobody knows which one it is.
    folder.file('beside/vm.1.old', bytes[0])
    expect(codes([folder.at('beside')]).map(([path]) => path)).toEqual([
      'vm.1.chan1.bin',
      'vm.1.chan2.bin',
      'vm.1.mig',
      'vm.1.old',
    ])
  })

  it('judges them one by one where the main stream is not there, or the format is said', () => {
    expect(codes(CHANNELS.slice(0, 2))).toEqual([channel(1), channel(2)])
    expect(codes(['--as', 'qemu-multifd-channel', ...CHANNELS.slice(0, 2)])).toEqual([channel(1), channel(2)])
  })

  it('reports what is no channel, and what is damaged gzip, as its error', () => {
    const text = folder.file(
      'note.txt',
      'some text that is longer than the first packet of a channel would be, and more\n',
    )
    const zipped = folder.file('cut.gz', new Uint8Array(Buffer.from('1f8b0800', 'hex')))
    const found = given([text, zipped])
    expect(found[1]?.[2]).toEqual(['layout/wrong-magic'])
    expect(found[2]?.[2]).toHaveLength(1)
  })

  it('refuses channels without a main stream of QEMU', () => {
    expectComplaint(vfmig(['validate', MAIN, MAIN, '--channel', MAIN]), 'With --channel give one input')
    expectComplaint(
      vfmig(['validate', CHANNELS[0] as string, '--channel', MAIN]),
      '--channel is for migration streams of QEMU',
    )
    expectComplaint(vfmig(['validate', MAIN, '--channel', 'nothing.bin']), 'nothing.bin: there is no such file')
  })
})
