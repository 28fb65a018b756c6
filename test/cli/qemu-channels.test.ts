import { createHash } from 'node:crypto'
import { symlinkSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { facts, fixture } from '../qemu/fixture.ts'
import { violations } from './json-schema.ts'
import { bytesOf, expectComplaint, Folder, json, shell, vfmig } from './support.ts'

// pack and diff of a migration with the files of its multifd channels.

const folder = new Folder()
const plain = (path: string) =>
  folder.file(path.replaceAll('/', '-').replace(/\.gz$/, ''), gunzipSync(bytesOf(`fixtures/${path}`)))
interface Migration {
  readonly main: string
  readonly channels: readonly string[]
}
const o4 = (method: string): Migration => {
  const [main, ...channels] = [0, 1, 2, 3].map((at) => plain(`qemu/o4-multifd-${method}-q10/stream.ch${at}.bin.gz`))
  return { main: `${main}`, channels }
}
const migrations = { none: o4('none'), zlib: o4('zlib'), zstd: o4('zstd') }
const devstate: Migration = {
  main: plain('vfio-v2/streams/q100-multifd-devstate.mig.gz'),
  channels: [1, 2].map((at) => plain(`vfio-v2/streams/q100-multifd-devstate.chan${at}.bin.gz`)),
}
const old: Migration = {
  main: plain('qemu/multifd-zlib-q7/stream.ch0.bin.gz'),
  channels: [1, 2].map((at) => plain(`qemu/multifd-zlib-q7/stream.ch${at}.bin.gz`)),
}
const given = ({ channels }: Migration, option = '--channel') => channels.flatMap((path) => [option, path])

function packed(name: string, migration: Migration): string {
  const path = folder.at(`${name}.vfms`)
  const { status, stderr } = vfmig(['pack', migration.main, ...given(migration), '-o', path])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return path
}

describe('pack with multifd channels', () => {
  it.each(Object.entries({ ...migrations, old }))('%s has the memory that extract puts together', (name, migration) => {
    const path = packed(name, migration)
    expect(vfmig(['validate', '--strict', path]).status).toBe(0)
    const region = json(['decode', '--json', path]).value.records.findIndex(
      ({ payload }: { payload: { name?: string } }) => payload.name === 'pc.ram',
    )
    expect(region).toBeGreaterThan(0)
    const own = vfmig(['extract', path, '--what', 'memory', '--region', '0']).bytes
    const theirs = vfmig(['extract', migration.main, '--what', 'ram:pc.ram', ...given(migration)]).bytes
    expect(own.length).toBe(2 ** 24)
    expect(Buffer.compare(own, theirs)).toBe(0)
  })

  it('has the ROM that was given to QEMU', () => {
    const rom = fixture('qemu/firmware/quiet.rom.gz')
    const path = folder.at('zstd.vfms')
    const regions = json(['decode', '--json', path]).value.records.flatMap(
      ({ payload }: { payload: { name?: string } }) => payload.name ?? [],
    )
    const region = `${regions.indexOf('pc.bios')}`
    const { bytes } = vfmig(['extract', path, '--what', 'memory', '--region', region])
    expect(Buffer.compare(bytes.subarray(-rom.length), rom)).toBe(0)
  })

  interface Expected {
    readonly vfio_sections: readonly {
      readonly idstr: string
      readonly records: readonly { readonly data?: string }[]
    }[]
    readonly multifd_channels: readonly {
      readonly device_state_packets: readonly { idstr: string; idx_be32: number; flags_be32: number; data?: string }[]
    }[]
  }

  it('has the state of the devices, in order, and their config spaces', () => {
    const path = packed('devstate', devstate)
    expect(vfmig(['validate', '--strict', path]).status).toBe(0)
    const expected = facts<Expected>('vfio-v2/expected/q100-multifd-devstate.json')
    for (const [device, slot] of ['02', '03'].entries()) {
      const name = `0000:00:${slot}.0/vfio`
      const take = (what: string) => vfmig(['extract', path, '--what', what, '--device', `${device}`]).bytes
      const theirs = (what: string) =>
        vfmig(['extract', devstate.main, '--what', what, '--device', name, ...given(devstate)]).bytes
      expect(Buffer.compare(take('device-state'), theirs('vfio'))).toBe(0)
      expect(Buffer.compare(take('config-space'), theirs('config-space'))).toBe(0)
      const main = expected.vfio_sections.filter(({ idstr }) => idstr === name).flatMap(({ records }) => records)
      const first = main.map(({ data = '' }) => data).join('')
      expect(first).not.toBe('')
      expect(Buffer.from(take('device-state')).toString('hex').startsWith(first)).toBe(true)
      // 24 bytes of the header and 36 for each port.
      expect(take('device-state')).toHaveLength(device === 0 ? 96 : 60)
    }
    const isState = ({ payload }: { payload: { format?: string } }) => payload.format !== undefined
    const states = json(['decode', '--json', path]).value.records.filter(isState)
    expect(states.map(({ payload }: { payload: { format: string } }) => payload.format)).toEqual([
      'mtty-state',
      'mtty-state',
    ])
  })

  it('refuses what is not whole', () => {
    const one = ['--channel', devstate.channels[0] as string]
    expectComplaint(vfmig(['pack', devstate.main, ...one, '-o', folder.at('x')]), 'part 0 of 0000:00:02.0/vfio')
    const damaged = folder.file('damaged.bin', bytesOf(migrations.zlib.channels[0] as string).subarray(0, -1))
    expectComplaint(vfmig(['pack', migrations.zlib.main, '--channel', damaged, '-o', folder.at('x')]), 'damaged.bin')
    const config = 'fixtures/guests/g1-igb-q10/config/0000-01-10.0.bin'
    expectComplaint(vfmig(['pack', config, '--channel', damaged]), '--channel is for a migration stream of QEMU.')
  })
})

describe('decode with multifd channels', () => {
  const { main } = devstate
  const args = ['decode', main, ...given(devstate)]

  it('tells what they carry, and what the state of each device comes to', () => {
    const document = json([...args, '--json'])
    expect(violations(json(['schema']), document)).toEqual([])
    const { files, vfio } = document.channels
    expect(files).toMatchObject([
      { path: devstate.channels[0], channelId: 0, packets: 25, syncs: 3, deviceStates: 2 },
      { path: devstate.channels[1], channelId: 1, packets: 22, syncs: 3, deviceStates: 2 },
    ])
    for (const { name, deviceState, configSpace } of vfio) {
      const { bytes } = vfmig(['extract', main, '--what', 'vfio', '--device', name, ...given(devstate)])
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      expect(deviceState).toEqual({ format: 'mtty-state', size: bytes.length, sha256 })
      expect(configSpace.size).toBe(4096)
    }
    expect(vfio).toHaveLength(2)
    // Which of that the main stream lacks is no news.
    const elsewhere = /elsewhere/
    expect(document.findings.map(({ code }: { code: string }) => code)).not.toContainEqual(
      expect.stringMatching(elsewhere),
    )
    expect(vfmig(['decode', main]).stdout).toMatch(elsewhere)
    const { stdout } = vfmig(args)
    expect(stdout).not.toMatch(elsewhere)
    expect(stdout).toContain('25 packets, 17 pages, 2208 zero pages, 3 synchronisations, 2 parts of device state')
    expect(stdout).toContain('0000:00:02.0/vfio, with the channels: 96 bytes of state, mtty-state')
  })

  it('encodes back to the main stream', () => {
    const { stdout } = vfmig([...args, '--json'])
    const { bytes, status } = vfmig(['encode', '-', '--base', main], { input: stdout })
    expect(status).toBe(0)
    expect(Buffer.compare(bytes, bytesOf(main))).toBe(0)
  })

  it('refuses channels that are none, or of what has none', () => {
    const note = folder.file('note.txt', 'not a channel\n'.repeat(10))
    expectComplaint(vfmig(['decode', main, '--channel', note]), 'note.txt is no multifd channel of QEMU: it is')
    expectComplaint(
      vfmig(['decode', devstate.channels[0] as string, '--channel', main]),
      '--channel is for migration streams',
    )
    expectComplaint(vfmig([...args, '--hex']), '--channel is for the tree and for --json.')
  })
})

describe('decode of a migration that broke off', () => {
  const { main, channels } = devstate
  const [first, second] = channels as [string, string]
  const cut = folder.file('cut.bin', bytesOf(first).subarray(0, 5000))

  it('tells what came, and what is not whole', () => {
    const given = ['decode', main, '--channel', cut, '--channel', second]
    const document = json([...given, '--json'])
    expect(violations(json(['schema']), document)).toEqual([])
    const { files, vfio, problems } = document.channels
    expect(files).toMatchObject([{ packets: 3 }, { packets: 22, deviceStates: 2 }])
    expect(vfio).toEqual([])
    expect(problems[0]).toBe(`${cut}: The channel ends 904 bytes into a packet.`)
    expect(problems).toHaveLength(3)
    const { status, stdout } = vfmig(given)
    expect(status).toBe(0)
    expect(stdout).toContain('What the channels have of 0000:00:02.0/vfio cannot be told: ')
    expect(stdout).toContain('found that the channel ends 904 bytes into a packet')
  })

  it('is said by dirty, too', () => {
    expect(json(['dirty', '--json', main, '--channel', second]).whole).toBe(true)
    expect(json(['dirty', '--json', main, '--channel', cut]).whole).toBe(false)
    expect(vfmig(['dirty', main, '--channel', cut]).stdout).toContain('cut.bin is damaged: The channel ends 904 bytes')
  })
})

describe('channels that are said wrongly', () => {
  const { main, channels } = migrations.none
  const [first] = channels as [string]
  const link = folder.at('link.bin')
  symlinkSync(first, link)
  const empty = folder.file('empty.bin', '')
  const zipped = folder.file('note.gz', gzipSync('a note'))
  const many = (option: string) => Array.from({ length: 256 }, () => [option, first]).flat()

  it.each([
    ['validate', '--channel', []],
    ['decode', '--channel', []],
    ['decode', '--channel', ['--json']],
    ['dirty', '--channel', []],
    ['pack', '--channel', ['-o', folder.at('x')]],
    ['extract', '--channel', ['--what', 'ram:pc.ram', '-o', folder.at('x')]],
    ['diff', '--channel-a', [main]],
    ['diff', '--channel-b', [main]],
  ] as const)('are refused by %s %s %j before anything is written', (command, option, more) => {
    const run = (...paths: string[]) => vfmig([command, main, ...more, ...paths.flatMap((path) => [option, path])])
    expectComplaint(run(first, first), `The channel ${first} is given twice; give each channel once.`)
    expectComplaint(run(first, link), `The channel ${link} is given twice (${first} is the same file)`)
    expectComplaint(run(main), `${main} is the main stream of the migration; its channels are other files.`)
    expectComplaint(run('-'), 'A channel is a file; standard input (-) can only be the main stream')
    expectComplaint(run(folder.path), 'is a folder')
    expectComplaint(run(folder.at('nothing')), 'there is no such file')
    expectComplaint(vfmig([command, main, ...more, ...many(option)]), 'at most 255 multifd channels, and 256 are given')
    if (command === 'validate') return
    expectComplaint(run(empty), `${empty} is no multifd channel of QEMU: it is not recognised.`)
    expectComplaint(run(zipped), `${zipped} is no multifd channel of QEMU: it is not recognised.`)
    expectComplaint(run(devstate.main), `${devstate.main} is no multifd channel of QEMU: it is the main stream`)
  })

  it('pipes are refused where channels are read more than once', () => {
    const run = (words: string) => shell(`vfmig ${words} --channel <(cat ${first})`)
    for (const words of [`decode ${main}`, `pack ${main} -o ${folder.at('x')}`]) {
      expectComplaint(run(words), 'is no plain file, and channels are read more than once here; copy it to a file.')
    }
    expect(run(`dirty ${main}`)).toMatchObject({ status: 0, stderr: '' })
    expect(run(`validate ${main}`).stderr).toBe('')
  })

  it('a channel as the main stream', () => {
    const words = 'is a multifd channel; name the main stream of its migration, and this file with --channel.'
    expectComplaint(vfmig(['extract', first, '--what', 'vfio']), words)
    const folderWords = 'is a folder; with --channel give the main stream'
    expectComplaint(vfmig(['validate', folder.path, '--channel', first]), folderWords)
    const packs = '--channel is for a migration stream of QEMU; a manifest says it itself.'
    expectComplaint(vfmig(['pack', folder.path, '--channel', first]), packs)
  })

  it('pages that begin nowhere are not packed', () => {
    const bytes = Buffer.from(bytesOf(first))
    // The first offset of the first packet with pages.
    bytes.writeBigUInt64BE(7n, 64 + 1344 + 320)
    const crooked = folder.file('crooked.bin', bytes)
    const words = 'The page at 0x7 of pc.ram cannot be packed: no page of 4096 bytes begins there.'
    expectComplaint(vfmig(['pack', main, '--channel', crooked, '-o', folder.at('x')]), words)
  })
})

describe('diff with multifd channels', () => {
  it('finds none between a migration and what was packed of it', () => {
    for (const [name, migration] of [
      ['none', migrations.none],
      ['devstate', devstate],
    ] as const) {
      const { stdout, status } = vfmig([
        'diff',
        migration.main,
        folder.at(`${name}.vfms`),
        ...given(migration, '--channel-a'),
      ])
      expect({ name, stdout, status }).toMatchObject({ status: 0 })
    }
  })

  it('compares memory that came in different ways', () => {
    const { none, zstd } = migrations
    const { differences } = json2([
      'diff',
      '--json',
      none.main,
      zstd.main,
      ...given(none, '--channel-a'),
      ...given(zstd, '--channel-b'),
    ])
    expect(differences.filter(({ pages }) => pages !== undefined && pages !== null)).toEqual([])
    const without = vfmig(['diff', none.main, zstd.main, ...given(none, '--channel-a')])
    expect(without.stdout).toMatch(/only in a/)
  })

  it('refuses channels of what has none', () => {
    const { none } = migrations
    const words = '--channel-a and --channel-b are for migration streams of QEMU'
    expectComplaint(vfmig(['diff', none.main, folder.at('none.vfms'), ...given(none, '--channel-b')]), words)
  })
})

/** JSON of a command that ends with 0 or 1. */
function json2(args: readonly string[]): { differences: readonly { pages?: unknown }[] } {
  return JSON.parse(vfmig(args).stdout)
}
