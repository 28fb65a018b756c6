import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { channel, pagesHeader, pagesPacket } from '../qemu/multifd/sample.ts'
import * as s from '../qemu/stream/small.ts'
import { bytesOf, expectComplaint, Folder, vfmig } from './support.ts'

const folder = new Folder()
/** Plain files of compressed fixtures: what is there can be looked at ahead. */
const plain = (path: string) =>
  folder.file(path.replaceAll('/', '-').replace(/\.gz$/, ''), gunzipSync(bytesOf(`fixtures/${path}`)))

const E1000E = 'fixtures/qemu/o2-e1000e-vnet-16m-q10'
const stream = plain('qemu/o2-e1000e-vnet-16m-q10/stream.bin.gz')
const vfio = (name: string) => plain(`vfio-v2/streams/${name}.gz`)
const extract = (file: string, ...args: string[]) => vfmig(['extract', file, '--what', ...args])
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

interface VfioRecord {
  readonly flag: string
  readonly data?: string
  readonly implicit_length?: number
  readonly decoded?: { readonly config_bytes: number; readonly config_first_64: string }
}
interface Expected {
  readonly vfio_sections: readonly { readonly type: string; readonly idstr: string; readonly records: VfioRecord[] }[]
  readonly multifd_channels?: readonly {
    readonly device_state_packets: readonly { readonly idx_be32: number; readonly flags_be32: number; data?: string }[]
  }[]
}
const expectedOf = (name: string): Expected =>
  JSON.parse(readFileSync(`fixtures/vfio-v2/expected/${name}.json`, 'utf8')) as Expected
const dataOf = ({ vfio_sections }: Expected, device?: string) =>
  vfio_sections
    .filter(({ idstr }) => device === undefined || idstr === device)
    .flatMap(({ records }) => records.map(({ data = '' }) => data))
    .join('')

describe('--what vfio gives the data of all records', () => {
  it.each(['q100-1port', 'q100-2port', 'q100-v-shortreads', 'q100-v-stopcopyonly', 'q100-mapped-ram'])('%s', (name) => {
    const { status, bytes } = extract(vfio(`${name}.mig`), 'vfio')
    expect(status).toBe(0)
    expect(Buffer.from(bytes).toString('hex')).toBe(dataOf(expectedOf(name)))
  })

  it('of one of two devices', () => {
    const file = vfio('q100-2dev-live.mig')
    expectComplaint(extract(file, 'vfio'), 'pick one with --device: 0000:00:02.0/vfio, 0000:00:03.0/vfio.')
    expectComplaint(extract(file, 'vfio', '--device', 'x'), 'No VFIO device is called x; there are 0000:00:02.0/vfio')
    const device = '0000:00:03.0/vfio'
    const { bytes } = extract(file, 'vfio', '--device', device)
    expect(Buffer.from(bytes).toString('hex')).toBe(dataOf(expectedOf('q100-2dev-live'), device))
  })

  it('with what came over multifd, by index', () => {
    const [main, one, two] = ['mig', 'chan1.bin', 'chan2.bin'].map((end) => vfio(`q100-v-shortreads-multifd.${end}`))
    const channels = ['--channel', `${two}`, '--channel', `${one}`]
    const expected = expectedOf('q100-v-shortreads-multifd')
    const packets = (expected.multifd_channels ?? [])
      .flatMap(({ device_state_packets }) => device_state_packets)
      .filter(({ flags_be32 }) => flags_be32 === 0)
      .sort((a, b) => a.idx_be32 - b.idx_be32)
    const { bytes } = extract(`${main}`, 'vfio', ...channels)
    expect(Buffer.from(bytes).toString('hex')).toBe(dataOf(expected) + packets.map(({ data }) => data).join(''))
    const config = extract(`${main}`, 'config-space', ...channels).bytes
    expect(config).toHaveLength(4096)
    expect(Buffer.from(config.subarray(0, 16)).toString('hex')).toBe('48435332010000021002000700000000')
    expectComplaint(extract(`${main}`, 'vfio'), 'give them with --channel')
    expectComplaint(extract(`${main}`, 'vfio', '--channel', `${one}`), 'is not whole: Index 1 is missing')
  })

  it('of a stream that ends before the state does it gives nothing', () => {
    expectComplaint(extract(vfio('q100-v-shortreads-nop2p.mig'), 'vfio'), 'is not whole')
    expectComplaint(extract(stream, 'vfio'), 'has no VFIO device')
  })
})

describe('--what config-space and msix', () => {
  it.each([
    ['q100-v-cfg256', 256, 0],
    ['q100-v-msix256', 256, 65],
    ['q100-v-msix4096-ack', 4096, 65],
    ['q100-1port', 4096, 0],
  ])('of the VFIO device of %s', (name, size, msix) => {
    const file = vfio(`${name}.mig`)
    const full = expectedOf(name).vfio_sections.find(({ type }) => type === 'SECTION_FULL')
    const config = full?.records.find(({ flag }) => flag === 'DEV_CONFIG_STATE')
    const { bytes } = extract(file, 'config-space')
    expect(bytes).toHaveLength(size)
    expect(config?.decoded?.config_bytes).toBe(size)
    expect(Buffer.from(bytes.subarray(0, 64)).toString('hex')).toBe(config?.decoded?.config_first_64)
    expect(config?.implicit_length).toBe(4 + size + 16 + msix)
    if (msix === 0) expectComplaint(extract(file, 'msix'), 'has no MSI-X table')
    else expect(extract(file, 'msix').bytes).toHaveLength(msix)
  })

  it.each([
    ['0000:00:02.0:00.0/e1000e', '0000-01-00.0', 5],
    // Its state is one field, which begins with those of a PCI device.
    ['0000:00:03.0:00.0/virtio-net', '0000-02-00.0', 3],
  ])('of %s are what the guest read', (name, file, vectors) => {
    const device = ['--device', name]
    const bytesAt = (path: string) => Buffer.from(bytesOf(`${E1000E}/${path}`))
    const space = Buffer.from(extract(stream, 'config-space', ...device).bytes)
    expect(space).toEqual(bytesAt(`config/${file}.bin`))
    const [table, pending] = ['table', 'pba'].map((part) => bytesAt(`msix/${file}.${part}.bin`))
    const msix = Buffer.from(extract(stream, 'msix', ...device).bytes)
    expect(msix).toEqual(Buffer.concat([table ?? [], pending?.subarray(0, 1) ?? []] as Buffer[]))
    expect(msix).toHaveLength(vectors * 16 + 1)
  })

  it('say which devices there are', () => {
    expectComplaint(extract(stream, 'config-space'), 'name a device with --device: 0000:00:02.0/pcie-root-port')
    expectComplaint(
      extract(stream, 'msix', '--device', 'dma'),
      'Several devices are called dma; pick one: dma#0, dma#1',
    )
    expectComplaint(extract(stream, 'msix', '--device', 'timer'), 'The state of timer has no MSI-X table')
  })
})

describe('--what device, vmdesc and ram', () => {
  interface Judged {
    readonly sections: readonly { name?: string; type: string; offset: number; length: number; instance?: number }[]
    readonly ramBlocks: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>
  }
  const judged = JSON.parse(readFileSync(`${E1000E}/stream.sections.json`, 'utf8')) as Judged
  const whole = readFileSync(stream)

  it.each(['cpu', 'dma#1', '0000:00:02.0:00.0/e1000e'])('the body of %s', (named) => {
    const [name, instance = '0'] = named.split('#')
    const section = judged.sections.find((one) => one.name === name && one.instance === Number(instance))
    const { offset = 0, length = 0 } = section ?? {}
    const head = 1 + 4 + 1 + `${name}`.length + 8
    const expected = whole.subarray(offset + head, offset + length)
    expect(Buffer.compare(extract(stream, `device:${named}`).bytes, expected)).toBe(0)
  })

  it('of a VFIO device the body has its tags', () => {
    const body = Buffer.from(extract(vfio('q100-1port.mig'), 'device:0000:00:02.0/vfio').bytes)
    expect(body).toHaveLength(8 + 4116 + 8)
    expect(body.subarray(0, 8).toString('hex')).toBe('ffffffffef100002')
    expect(body.subarray(-8).toString('hex')).toBe('ffffffffef100001')
  })

  it('the description as it stands', () => {
    const { bytes } = extract(stream, 'vmdesc')
    expect(Buffer.compare(whole.subarray(whole.length - bytes.length), bytes)).toBe(0)
    expect(JSON.parse(Buffer.from(bytes).toString())).toHaveProperty('devices')
  })

  it.each(Object.entries(judged.ramBlocks))('memory of %s', (name, { sha256: expected }) => {
    const block = name.startsWith('rom@') ? `/${name}` : name
    expect(sha256(extract(stream, `ram:${block}`).bytes)).toBe(expected)
  })

  it('an image in a file is sparse', () => {
    const output = folder.at('ram.bin')
    expect(extract(stream, 'ram:pc.ram', '-o', output).status).toBe(0)
    expect(sha256(readFileSync(output))).toBe(judged.ramBlocks['pc.ram']?.sha256)
    expect(512 * statSync(output).blocks).toBeLessThanOrEqual(6 * 4096 + 8192)
  })

  it.each(['none', 'zlib', 'zstd'])('memory that came over multifd (%s) is that of the same machine without', (how) => {
    const of = (channel: number) => plain(`qemu/o4-multifd-${how}-q10/stream.ch${channel}.bin.gz`)
    const channels = [1, 2, 3].flatMap((channel) => ['--channel', of(channel)])
    expect(sha256(extract(of(0), 'ram:pc.ram', ...channels).bytes)).toBe(judged.ramBlocks['pc.ram']?.sha256)
    expectComplaint(extract(of(0), 'ram:pc.ram'), 'Pages of pc.ram came over multifd channels')
  })

  it('memory of XBZRLE and compressed streams', () => {
    const { sha256: same } = judged.ramBlocks['pc.ram'] ?? {}
    expect(sha256(extract(plain('qemu/o10-compress-q7/stream.bin.gz'), 'ram:pc.ram').bytes)).toBe(same)
    expect(sha256(extract(plain('qemu/o5-xbzrle-q10/stream.bin.gz'), 'ram:pc.ram').bytes)).toBe(
      '373008297db66ac3a9658694f6c3f05def506df2c48a2c60864829522c3b4a25',
    )
  })

  it.each([
    ['ram:nix', [], 'No block of memory is called nix; there are pc.ram'],
    ['device:nix', [], 'No device is called nix; there are'],
    ['vmdesk', [], 'no part "vmdesk" (did you mean vmdesc?)'],
    ['ram', [], '--what ram needs a name: ram:NAME.'],
    ['vmdesc', ['--device', 'x'], '--device is for --what vfio, config-space, msix.'],
    ['vmdesc', ['--number', '1'], '--number is for streams that vfmig pack makes.'],
    ['ram:pc.ram', ['--max-fill', '1M'], 'more than 1 MiB; give a file with -o, or raise --max-fill.'],
  ])('%s %j is refused', (what, args, words) => {
    expectComplaint(extract(stream, what, ...args), words)
  })

  it('memory that the destination shares is not there', () => {
    expectComplaint(extract(plain('qemu/g1-igb-q10/stream.bin.gz'), 'ram:ram0'), 'has no page of ram0')
  })
})

it('an edited config space and MSI-X entry are all that encode changes', () => {
  const file = vfio('q100-v-msix4096-ack.mig')
  const original = readFileSync(file)
  const document = JSON.parse(vfmig(['decode', '--json', file]).stdout)
  const [device] = document.value.vfio
  device.msix.table.entries[1].data += 1
  device.configSpace.header.cacheLineSize = 16
  const edited = folder.file('edited.json', JSON.stringify(document))
  const { status, bytes } = vfmig(['encode', edited, '--base', file])
  expect(status).toBe(0)
  expect(bytes).toHaveLength(original.length)
  const different = [...bytes.keys()].filter((at) => bytes[at] !== original[at])
  const config = original.indexOf(Buffer.from('ffffffffef100002', 'hex')) + 8 + 4
  // Cache line size at 0x0c; the data of entry 1 stands behind the config space and 16 bytes.
  expect(different).toEqual([config + 0x0c, config + 4096 + 16 + 16 + 8])
})

describe('memory of a machine type up to 8.0, whose channels wait behind each section and leave no mark', () => {
  const ram = (bytes: readonly number[]) => [...bytes, ...s.RAM_END, ...s.footer(1)]
  const zeroPage = [...s.word(0, 2), ...s.named('r'), 0]
  const sections = [...[s.part(1), s.part(1)].flatMap(ram), ...ram([...s.part(1), ...zeroPage]), ...ram(s.end(1))]
  const main = (length: number) => {
    const start = ram([...s.start(1, 'ram'), ...s.blocks(length, s.block('r', length))])
    return s.bytesOf(s.HEADER, s.CONFIGURATION, start, sections, s.EOF)
  }
  const sync = (packetNumber: number) => pagesHeader({ flags: 1, packetNumber, capacity: 128, block: '' })
  const page = pagesPacket(new Uint8Array(4096).fill(0xaa), { packetNumber: 1, block: 'r' })

  it('has the zero page that came after a page of a channel, though all sections between were empty', () => {
    const packets = [sync(0), page, sync(2), sync(3), sync(4), sync(5)]
    const from = folder.file('eight.ch1.bin', channel(...packets))
    const { status, bytes } = extract(folder.file('eight.mig', main(4096)), 'ram:r', '--channel', from)
    expect(status).toBe(0)
    expect(bytes).toEqual(new Uint8Array(4096))
  })

  it('is not given without the channels', () => {
    expectComplaint(extract(folder.file('alone.mig', main(8192)), 'ram:r'), 'Pages of r came over multifd channels')
  })
})
