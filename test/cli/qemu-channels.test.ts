import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { facts, fixture } from '../qemu/fixture.ts'
import { violations } from './json-schema.ts'
import { bytesOf, expectComplaint, Folder, json, vfmig } from './support.ts'

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
    const { stdout } = vfmig(args)
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
    expect(vfmig(['decode', main, '--channel', note]).stderr).toContain('note.txt: expected')
    expectComplaint(
      vfmig(['decode', devstate.channels[0] as string, '--channel', main]),
      '--channel is for migration streams',
    )
    expectComplaint(vfmig([...args, '--hex']), '--channel is for the tree and for --json.')
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
