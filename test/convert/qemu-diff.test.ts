import { describe, expect, it } from 'vitest'
import { facts, fixture } from '../qemu/fixture.ts'
import { compared, comparedStreams, partsOf, refusedOf } from './compared.ts'
import { end as endMark, endOfState, head, page, ram, ramStart, section, setup, streamOf } from './stream-builder.ts'

type Said = string | boolean | Said[] | { [name: string]: Said }

interface Analyzed {
  readonly ramBlocks: Readonly<Record<string, { readonly sha256: string }>>
}

const stream = (name: string) => fixture(`qemu/${name}/stream.bin.gz`)
const vfio = (name: string) => fixture(`vfio-v2/streams/${name}.mig.gz`)

/** What QEMU's own analyzer says of the devices of a stream: every value by device and path. */
function said(name: string): Map<string, Map<string, string>> {
  const state = facts<Readonly<Record<string, Said>>>(`qemu/${name}/stream.state.json.gz`)
  const { devices } = facts<{ devices: { name: string; instance_id: number }[] }>(`qemu/${name}/stream.desc.json.gz`)
  const instances = new Map<string, number[]>()
  for (const { name: own, instance_id } of devices) instances.set(own, [...(instances.get(own) ?? []), instance_id])
  const all = new Map<string, Map<string, string>>()
  for (const [title, value] of Object.entries(state)) {
    const own = title.replace(/ \(\d+\)$/, '')
    const instance = instances.get(own)?.shift()
    if (instance === undefined) continue
    const leaves = new Map<string, string>()
    for (const [path, leaf] of leavesOf(value, [])) leaves.set(JSON.stringify(path), leaf)
    all.set(instance === 0 ? own : `${own}#${instance}`, leaves)
  }
  return all
}

function* leavesOf(value: Said, path: (string | number)[]): Generator<[(string | number)[], string]> {
  if (typeof value !== 'object') yield [path, String(value)]
  else if (Array.isArray(value)) for (const [at, one] of value.entries()) yield* leavesOf(one, [...path, at])
  else for (const [name, one] of Object.entries(value)) yield* leavesOf(one, [...path, name])
}

/** Where the analyzer has other values, with PCI config space and MSI-X state in one word. */
function saidDifferences(a: string, b: string): Set<string> {
  const [ours, theirs] = [said(a), said(b)]
  const found = new Set<string>()
  for (const device of new Set([...ours.keys(), ...theirs.keys()])) {
    const [mine, other] = [ours.get(device), theirs.get(device)]
    if (mine === undefined || other === undefined) {
      found.add(`${device} alone`)
      continue
    }
    // A field that has another name, and nothing else, is the same content.
    if ([...mine.values()].join('|') === [...other.values()].join('|')) continue
    for (const path of new Set([...mine.keys(), ...other.keys()])) {
      if (mine.get(path) === other.get(path)) continue
      const last = /"(config|msix)(\[\d\])?"\]$/.exec(path)?.[1]
      const isPci = device.startsWith('0000:') && last !== undefined
      found.add(`${device} ${isPci ? last : path}`)
    }
  }
  return found
}

const KINDS: Readonly<Record<string, string>> = {
  'pci-config': 'config',
  'pci-msix-table': 'msix',
  'pci-msix-pba': 'msix',
}

describe('devices of two captures differ where the analyzer of QEMU says so', () => {
  it.each([
    ['o2-e1000e-vnet-16m-q7', 'o2-e1000e-vnet-16m-q10'],
    ['o2-e1000e-vnet-16m-q10', 'o1-igb-16m-q10'],
    ['o2-e1000e-vnet-16m-q10', 'o11-pc-i440fx-q10'],
    ['o1-igb-16m-q10', 'o13-pba-pending-q10'],
  ])('%s and %s', async (a, b) => {
    const { differences } = await comparedStreams(stream(a), stream(b))
    const found = new Set<string>()
    for (const { device, record, key, a: mine, b: other } of differences) {
      if (device === undefined) continue
      if (key.startsWith('only in')) found.add(`${device} alone`)
      else if (record !== 'section') {
        const path = JSON.stringify((mine ?? other)?.path)
        // The analyzer has the state of a virtio device as one field.
        const isVirtio = /\/virtio-\w+$/.test(device)
        found.add(`${device} ${isVirtio ? '["virtio"]' : (KINDS[record] ?? path)}`)
      }
    }
    const expected = saidDifferences(a, b)
    expect([...found].sort()).toEqual([...expected].sort())
    expect(expected.size).toBeGreaterThan(10)
  })

  it('memory differs in the blocks of which it has other hashes', async () => {
    const [a, b] = ['o2-e1000e-vnet-16m-q7', 'o2-e1000e-vnet-16m-q10'] as const
    const blocks = [a, b].map((name) => facts<Analyzed>(`qemu/${name}/stream.sections.json`).ramBlocks)
    const names = Object.keys(blocks[0] ?? {}).filter((name) => blocks[0]?.[name]?.sha256 !== blocks[1]?.[name]?.sha256)
    const { differences } = await comparedStreams(stream(a), stream(b))
    const found = new Set(differences.filter(({ pages }) => pages !== undefined).map(({ key }) => key))
    expect([...found].map((name) => name.replace(/^\//, '')).sort()).toEqual(names.sort())
    expect(names.length).toBeGreaterThan(0)
  })
})

it('a stream and itself are the same, in whatever pieces', async () => {
  for (const name of ['o13-pba-pending-q10', 'g1-igb-q10', 'o11-pc-i440fx-q10']) {
    expect(await comparedStreams(stream(name), stream(name))).toEqual({ differences: [], notes: [] })
  }
})

it('the state of VFIO devices is compared in its own format', async () => {
  const result = await comparedStreams(vfio('q100-1port'), vfio('q100-2port'))
  expect(refusedOf(result)).toEqual(['0000:00:02.0 device-state portCount'])
  const own = result.differences.filter(({ device }) => device === '0000:00:02.0')
  expect(new Set(own.map(({ record }) => record))).toEqual(new Set(['config-space', 'device-state']))
})

it('commands are a note', async () => {
  const { notes } = await comparedStreams(vfio('q100-1port'), vfio('q100-2dev-live-ack'))
  expect(notes).toContainEqual('Commands: SWITCHOVER_START in a, OPEN_RETURN_PATH, PING, SWITCHOVER_START in b.')
})

/** A whole stream with one block of four pages and one VFIO device. */
function made({
  machine = 'pc-q35-10.0',
  block = 'pc.ram',
  pages = 4,
  version = 1,
  device = '0000:00:02.0/vfio',
  records = [page('pc.ram', 0, new Uint8Array(4096).fill(7))],
} = {}): Uint8Array {
  return streamOf(
    head(machine),
    ramStart(block, pages),
    section({ kind: 'START', id: 2, name: device, version }, ...setup()),
    ram('PART', records),
    ram('END', []),
    section({ kind: 'END', id: 2 }, endOfState()),
    endMark(),
  )
}

describe('what a destination refuses', () => {
  it.each([
    ['another machine type', { machine: 'pc-q35-7.2' }, [' configuration machine'], [' configuration machine']],
    ['a newer section', { version: 2 }, ['0000:00:02.0 section version'], []],
    [
      'a RAM block of another length',
      { pages: 5 },
      [' ram-block[pc.ram] usedLength'],
      [' ram-block[pc.ram] usedLength'],
    ],
    [
      'a RAM block that is not there',
      { block: 'mem0' },
      [' ram-block[mem0] only in a'],
      [' ram-block[pc.ram] only in a'],
    ],
    [
      'a device that is not there',
      { device: '0000:00:03.0/vfio' },
      ['0000:00:03.0 section only in a'],
      ['0000:00:02.0 section only in a'],
    ],
  ])('%s', async (_, changes, refused, reversed) => {
    expect(refusedOf(await comparedStreams(made(changes), made()))).toEqual(refused.map((line) => line.trim()))
    expect(refusedOf(await comparedStreams(made(), made(changes)))).toEqual(reversed.map((line) => line.trim()))
  })

  it('a RAM block that may be resized', async () => {
    const [a, b] = [made({ block: '/rom@etc/acpi/tables', pages: 2 }), made({ block: '/rom@etc/acpi/tables' })]
    const { differences } = await comparedStreams(a, b)
    expect(differences).toMatchObject([{ record: 'ram-block[/rom@etc/acpi/tables]', key: 'usedLength' }])
    expect(differences[0]?.verdict).toBeUndefined()
  })
})

describe('memory', () => {
  const content = (byte: number) => new Uint8Array(4096).fill(byte, 1)

  it('the last content of a page counts; a page that nobody sent is zero', async () => {
    const a = made({ records: [page('pc.ram', 1, content(1)), page('pc.ram', 1, content(2)), page('pc.ram', 3, 0)] })
    const b = made({ records: [page('pc.ram', 1, content(2))] })
    expect((await comparedStreams(a, b)).differences).toEqual([])
  })

  it('pages that differ are told in runs', async () => {
    const a = made({ records: [page('pc.ram', 1, content(1)), page('pc.ram', 2, content(1))] })
    const b = made({ records: [page('pc.ram', 1, content(2)), page('pc.ram', 2, content(2))] })
    expect((await comparedStreams(a, b)).differences).toMatchObject([
      { record: 'memory-pages', key: 'pc.ram', pages: { address: 4096n, bytes: 8192n, in: 'both' } },
    ])
  })
})

it('a stream that is cut is damaged', async () => {
  const { notes } = await compared(partsOf(made().subarray(0, -8)), partsOf(made()))
  expect(notes[0]).toMatch(/^a is damaged in 1 place/)
})
