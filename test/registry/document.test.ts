import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { writeHexdump, writeLspci, writeXxd } from '../../src/capture/index.ts'
import { DecodeError } from '../../src/findings/index.ts'
import { OptionError } from '../../src/layout/index.ts'
import { configSpaceFormat } from '../../src/pci/index.ts'
import { type OpenOptions, openDocument, sysfsDocument } from '../../src/registry/index.ts'
import { configs, encode, fixture } from '../capture/support.ts'
import { tarOf } from './tar.ts'

const SPACES = configs('g1-igb-q10')
const VF = SPACES.get('0000:01:10.0') as Uint8Array
const PORT = SPACES.get('0000:00:02.0') as Uint8Array
const ISA = SPACES.get('0000:00:1f.0') as Uint8Array

/** `od -A x -t x1` of bytes. */
function od(bytes: Uint8Array): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  let text = ''
  for (let at = 0; at < bytes.length; at += 16)
    text += `${hex(at, 6)} ${[...bytes.subarray(at, at + 16)].map((byte) => hex(byte, 2)).join(' ')}\n`
  return `${text}${hex(bytes.length, 6)}\n`
}

describe('one configuration space in every container', () => {
  const plain = [...VF].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const cases: readonly (readonly [name: string, input: Uint8Array | string, container: string | null])[] = [
    ['raw', VF, null],
    ['xxd', writeXxd(VF), 'xxd'],
    ['hexdump -C', writeHexdump(VF), 'hexdump'],
    ['od', od(VF), 'od'],
    ['xxd -p', plain.replaceAll(/.{60}/g, '$&\n'), 'hex'],
    ['gzip', gzipSync(VF), null],
    ['xxd in gzip', gzipSync(writeXxd(VF)), 'xxd'],
  ]
  test.each(cases)('%s', async (_, input, container) => {
    const bytes = typeof input === 'string' ? encode(input) : Uint8Array.from(input)
    const document = await openDocument(bytes)
    expect(document).toMatchObject({ container, options: { capability14: 'auto', bridgeMigration: false } })
    expect(document.format.name).toBe('pci-config-space')
    expect(document.bytes).toEqual(VF)
    expect(document.decode()).toEqual(configSpaceFormat.decode(VF))
    expect(document.inspect().value).toEqual(document.decode())
    expect(document.fields()).toEqual(configSpaceFormat.fields(VF))
  })

  test.each([64, 256, 4096])('the first %i bytes of every function are detected', async (size) => {
    for (const [address, bytes] of SPACES) {
      if (bytes.length < size) continue
      const { format } = await openDocument(bytes.subarray(0, size), { name: 'config' })
      expect(format.name, address).toBe('pci-config-space')
    }
  })
})

describe('functions', () => {
  const dump = writeLspci([
    { address: '00:02.0', bytes: PORT },
    { address: '01:10.0', bytes: VF },
  ])
  const cases: readonly (readonly [name: string, input: Uint8Array, container: string])[] = [
    ['lspci', encode(dump), 'lspci'],
    ['lspci in gzip', Uint8Array.from(gzipSync(dump)), 'lspci'],
    [
      'a tar of sysfs',
      tarOf([
        ['devices/0000:00:02.0/config', PORT],
        ['devices/0000:01:10.0/config', VF],
      ]),
      'sysfs-tar',
    ],
  ]
  test.each(cases)('%s', async (_, input, container) => {
    const document = await openDocument(input)
    expect(document.container).toBe(container)
    expect(document.format.name).toBe('lspci-dump')
    const { functions } = document.decode() as { functions: { address: string; configSpace: unknown }[] }
    expect(functions.map(({ address }) => address.slice(-7))).toEqual(['00:02.0', '01:10.0'])
    expect(functions.map(({ configSpace }) => configSpace)).toEqual(
      [PORT, VF].map((bytes) => configSpaceFormat.decode(bytes)),
    )
    for (const finding of document.inspect().findings) expect(finding.in).toMatch(/^functions\[[01]\]\.configSpace$/)
    expect(document.fields().map(({ path }) => path[1])).toContain(1)
  })

  test('the captures of a guest', async () => {
    const document = await openDocument(fixture('g3-zoo-q10', 'lspci-xxxx.txt.gz'))
    expect((document.decode() as { functions: unknown[] }).functions.length).toBe(51)
  })

  test('the one function of a dump is also bytes of whatever the caller says', async () => {
    const one = encode(writeLspci([{ address: '01:10.0', bytes: VF }]))
    const document = await openDocument(one, { as: 'pci-config-space' })
    expect(document.decode()).toEqual(configSpaceFormat.decode(VF))
    await expect(openDocument(encode(dump), { as: 'pci-config-space' })).rejects.toMatchObject({
      code: 'registry/not-recognised',
      expected: 'pci-config-space',
      found: '2 functions in lspci form',
    })
  })

  test('a sysfs tree that the caller has read', () => {
    const functions = [{ address: '0000:01:10.0', domain: 0, bus: 1, device: 16, function: 0, bytes: VF }]
    const unknown = { vendorId: undefined, deviceId: undefined, barSizes: undefined }
    const document = sysfsDocument(functions.map((one) => ({ ...one, ...unknown })))
    expect(document).toMatchObject({ container: 'sysfs' })
    expect(document.decode()).toEqual({
      functions: [{ address: '0000:01:10.0', configSpace: configSpaceFormat.decode(VF) }],
    })
  })
})

describe('lines', () => {
  const looped = VF.with(0xa1, 0xa0)
  test.each([
    ['xxd', writeXxd(looped), 11],
    ['hexdump -C', writeHexdump(looped), undefined],
    ['od', od(looped), 11],
  ])('a finding in %s names the line of its first byte', async (_, text, line) => {
    const { findings } = (await openDocument(encode(text), { as: 'pci-config-space' })).inspect()
    const loop = findings.find(({ code }) => code === 'pci/capability-loop')
    expect(loop?.offset).toBe(0xa1)
    const shown = text.split('\n')[(loop?.line ?? 0) - 1] ?? ''
    expect(shown).toMatch(/^0*a0[: ]/)
    if (line !== undefined) expect(loop?.line).toBe(line)
  })

  test('raw bytes have no lines', async () => {
    const { findings } = (await openDocument(looped)).inspect()
    for (const finding of findings) expect(finding).not.toHaveProperty('line')
  })
})

describe('what cannot be opened', () => {
  const cases: readonly (readonly [name: string, input: Uint8Array, options: OpenOptions, error: object])[] = [
    ['nothing', new Uint8Array(0), {}, { code: 'registry/not-recognised', found: 'an empty input' }],
    ['zeros', new Uint8Array(300), {}, { code: 'registry/not-recognised', found: '300 zero bytes' }],
    [
      'other bytes',
      Uint8Array.of(1, 2, 3),
      {},
      {
        code: 'registry/not-recognised',
        expected: 'the bytes of a known format (--as unknown-blob shows what any bytes look like)',
        found: '3 bytes that start 01 02 03',
      },
    ],
    ['prose', encode('The quick brown fox.\n'), {}, { code: 'capture/unknown-text' }],
    ['damaged gzip', Uint8Array.from(gzipSync(VF).subarray(0, 40)), {}, { name: 'DecodeError' }],
    ['a format that does not exist', VF, { as: 'pci' }, { code: 'registry/not-recognised', found: '"pci"' }],
  ]
  test.each(cases)('%s', async (_, input, options, error) => {
    const opened = openDocument(input, options)
    await expect(opened).rejects.toBeInstanceOf(DecodeError)
    await expect(opened).rejects.toMatchObject(error)
  })

  test('the message about a format lists those that there are', async () => {
    await expect(openDocument(VF, { as: 'pci' })).rejects.toThrow(/one of the formats pci-config-space, lspci-dump, /)
  })

  test('the wrong format opens, and says what is wrong when it decodes', async () => {
    const document = await openDocument(VF.subarray(0, 63), { as: 'pci-config-space' })
    expect(() => document.decode()).toThrow(DecodeError)
    expect(document.inspect()).toMatchObject({ value: undefined, findings: [{ code: 'layout/ended-early' }] })
    const entry = await openDocument(VF, { as: 'msix-entry' })
    expect(() => entry.decode()).toThrow(/trailing|end of the input/)
  })

  test('text of no known form stays bytes where a format is named', async () => {
    const document = await openDocument(encode('The quick brown fox jumps over the lazy dog, as it always has.\n\n'), {
      as: 'pci-config-space',
    })
    expect(document.container).toBeNull()
  })
})

describe('options', () => {
  test('as values and as texts', async () => {
    const expected = { capability14: 'migration-2015', bridgeMigration: true }
    expect((await openDocument(ISA, { options: expected })).options).toEqual(expected)
    const set = ['capability14=migration-2015', 'bridgeMigration=true']
    expect((await openDocument(ISA, { set })).options).toEqual(expected)
    const pba = await openDocument(new Uint8Array(8), { as: 'msix-pba', set: ['vectors=0x3'] })
    expect(pba.options).toMatchObject({ vectors: 3 })
  })

  const cases: readonly (readonly [set: string, message: string])[] = [
    ['capability14=maybe', 'capability14 is one of auto, enhanced-allocation, migration-2015, not "maybe".'],
    ['bridgeMigration=1', 'bridgeMigration is true or false, not "1".'],
    ['pageSize=1', 'There is no option pageSize; there are capability14, bridgeMigration.'],
    ['capability14', 'An option is set as name=value, not as "capability14".'],
  ]
  test.each(cases)('%s', async (set, message) => {
    const opened = openDocument(ISA, { set: [set] })
    await expect(opened).rejects.toBeInstanceOf(OptionError)
    await expect(opened).rejects.toThrow(message)
  })

  test('they change what is decoded', async () => {
    const bytes = new Uint8Array(256)
    bytes.set([0x86, 0x80, 0xca, 0x10, 0, 0, 0x10, 0])
    bytes[0x34] = 0x40
    bytes.set([0x14, 0, 0, 0, 1, 0, 0, 0], 0x40)
    const nameOf = async (set: string[]) => {
      const value = (await openDocument(bytes, { set })).decode() as { capabilities: { name: string }[] }
      return value.capabilities[0]?.name
    }
    expect(await nameOf([])).toBe('EA')
    expect(await nameOf(['capability14=migration-2015'])).toBe('Migration-2015')
  })
})
