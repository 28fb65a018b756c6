import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { forms, guestText, vf, xxd } from './captures.ts'
import { bytesOf, Folder, IGB, json, VF, vfmig } from './support.ts'

const folder = new Folder()
const isDump = (container: string | null) => container !== null && /^(lspci|sysfs)/.test(container)

describe.each(forms)('one configuration space as $name', ({ container, name, content }) => {
  const path = folder.file(name, content)

  it('decodes to the same value, and says what it came in', () => {
    const document = json(['decode', '--json', path])
    expect(document).toMatchObject({ vfmig: 1, container })
    const space = isDump(container) ? document.value.functions[0].configSpace : document.value
    expect(document.format).toBe(isDump(container) ? 'lspci-dump' : 'pci-config-space')
    expect(space).toEqual(json(['decode', '--json', VF]).value)
  })

  it('comes back as the same bytes', () => {
    const { stdout } = vfmig(['decode', '--json', path])
    expect(vfmig(['encode', '-', '--to', 'raw'], { input: stdout }).bytes).toEqual(vf)
  })

  it('prints as a tree and beside its bytes', () => {
    const tree = vfmig(['decode', path])
    expect(tree).toMatchObject({ status: 0, stderr: '' })
    expect(tree.stdout).toContain('0x02c  subsystemVendorId    0x1af4')
    expect(tree.stdout).toContain('[1] MSI-X')
    const dump = vfmig(['decode', '--hex', path])
    expect(dump).toMatchObject({ status: 0, stderr: '' })
    expect(dump.stdout).toMatch(/^0000002c {2}f4 1a +header\.subsystemVendorId {2}0x1af4$/m)
    expect(dump.stdout).toMatch(/^000000a0 {2}10 +capabilities\[0\]\.id {2}0x10$/m)
  })

  it('is judged the same from a pipe', () => {
    const piped = json(['validate', '--format', 'json', '-'], { input: content })
    const named = json(['validate', '--format', 'json', path])
    expect(piped.files).toEqual([{ ...named.files[0], path: '-' }])
    expect(named.files[0].findings.map(({ code }: { code: string }) => code)).toEqual(['pci/vf-identity'])
  })
})

it('gzip of several members is one input', () => {
  const text = xxd(vf)
  const path = folder.file(
    'members.gz',
    Buffer.concat([text.slice(0, 999), text.slice(999)].map((part) => gzipSync(part))),
  )
  expect(json(['decode', '--json', path]).value).toEqual(json(['decode', '--json', VF]).value)
})

describe('text captures', () => {
  it('say the line of each finding', () => {
    for (const { name, line } of [
      { name: 'xxd.txt', line: 1 },
      { name: 'hexdump.txt', line: 1 },
      { name: 'dmesg.txt', line: 2 },
      { name: 'lspci.txt', line: 2 },
      { name: 'verbose.txt', line: 4 },
    ]) {
      const { files } = json(['validate', '--format', 'json', folder.at(name)])
      expect(files[0].findings[0], name).toMatchObject({ code: 'pci/vf-identity', line })
    }
  })

  it('hold every function of a guest, in order', () => {
    const path = folder.file('guest.txt', guestText)
    const titles = guestText.match(/^[0-9a-f:.]+ .*$/gim)?.filter((line) => /^\S+\.\d /.test(line))
    const { functions } = json(['decode', '--json', path]).value
    expect(functions.map(({ address, title }: Record<string, string>) => `${address} ${title}`)).toEqual(titles)
  })
})

describe('sysfs folders', () => {
  const devices = folder.at('devices')
  const own = join(devices, '0000:01:10.0')
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'config'), vf)
  writeFileSync(join(own, 'vendor'), '0x8086\n')
  symlinkSync(own, folder.at('device'))

  it.each([
    { what: 'the folder of a function', path: own, cwd: folder.path },
    { what: 'a folder of functions', path: devices, cwd: folder.path },
    { what: 'a link to a function', path: folder.at('device'), cwd: folder.path },
    { what: 'the working folder', path: '.', cwd: own },
  ])('are read from $what', ({ path, cwd }) => {
    const document = json(['decode', '--json', path], { cwd })
    expect(document).toMatchObject({ container: 'sysfs', format: 'lspci-dump' })
    expect(document.value.functions[0].address).toBe('0000:01:10.0')
    const { bytes } = vfmig(['encode', '-', '--to', 'raw'], { input: JSON.stringify(document) })
    expect(bytes).toEqual(vf)
  })

  it('have a name like a function: any other folder with a config in it is none', () => {
    expect(vfmig(['validate', '--format', 'json', IGB]).stdout).toContain('config/0000-01-10.0.bin')
  })

  it('are not taken for another format', () => {
    expect(vfmig(['decode', own, '--as', 'msix-table']).status).toBe(2)
  })
})

const VPD = Uint8Array.of(0x82, 3, 0, 0x4e, 0x49, 0x43, 0x90, 5, 0, 0x53, 0x4e, 2, 0x31, 0x32, 0x78)
const STATES = '0100000000000000'

describe('formats chosen with --as', () => {
  const table = join(IGB, 'msix/0000-01-10.0.table.bin')
  const pba = join(IGB, 'msix/0000-01-10.0.pba.bin')
  const entry = folder.file('entry.bin', Uint8Array.from([0, 0, 0xe0, 0xfe, 0, 0, 0, 0, 0x27, 0, 0, 0, 1, 0, 0, 0]))
  const vpd = folder.file('vpd.bin', VPD)

  it.each([
    { format: 'msix-table', path: table, value: { entries: [{ address: '0xfee01000' }, {}, {}] } },
    {
      format: 'msix-entry',
      path: entry,
      value: { address: '0xfee00000', data: 0x27, vectorControl: { masked: true } },
    },
    { format: 'msix-pba', path: pba, value: { pending: '0000000000000000' } },
    {
      format: 'pci-vpd',
      path: vpd,
      value: { resources: [{ tag: 'product-name' }, { tag: 'read-only' }, { tag: 'end' }] },
    },
  ])('$format decodes and comes back', ({ format, path, value }) => {
    const { stdout } = vfmig(['decode', '--json', '--as', format, path])
    expect(JSON.parse(stdout)).toMatchObject({ format, container: null, value })
    expect(vfmig(['encode', '-'], { input: stdout }).bytes).toEqual(bytesOf(path))
    expect(vfmig(['encode', '-', '-o', folder.at('back')], { input: stdout }).status).toBe(0)
    expect(vfmig(['diff', '--as', format, path, folder.at('back')]).status).toBe(0)
    expect(vfmig(['decode', '--as', format, path]).stdout).toMatch(new RegExp(`^${format} `))
    expect(vfmig(['decode', '--hex', '--as', format, path]).stdout).toMatch(/^00000000 /m)
  })

  it('takes them out of text, too', () => {
    const path = folder.file('entry.hex', '0000e0fe000000002700000001000000\n')
    expect(json(['decode', '--json', '--as', 'msix-entry', path])).toMatchObject({
      container: 'hex',
      value: { data: 0x27 },
    })
  })

  it('vf-migration-states decodes and comes back', () => {
    const path = folder.file('states.hex', `${STATES}\n`)
    const { stdout, status } = vfmig(['decode', '--json', '--as', 'vf-migration-states', path])
    expect(status).toBe(0)
    expect(vfmig(['encode', '-', '--to', 'raw'], { input: stdout }).bytes).toEqual(
      Uint8Array.from(Buffer.from(STATES, 'hex')),
    )
  })
})

describe('messages in the tree', () => {
  // Addresses and data as lspci and the driver's own dump of the table print them: fee01000 goes to APIC ID 1.
  const to = (vector: string, apic: number) =>
    `message +x86: vector 0x${vector} to physical APIC ID ${apic}, fixed, edge`

  it.each([
    { of: 'MSI', args: [`${IGB}/config/0000-00-1f.2.bin`], messages: [to('25', 0)] },
    { of: 'MSI that is not programmed', args: [`${IGB}/config/0000-01-00.0.bin`], messages: [] },
    {
      of: 'a table',
      args: ['--as', 'msix-table', `${IGB}/msix/0000-01-10.0.table.bin`],
      messages: [to('28', 1), to('27', 0), to('2a', 1)],
    },
    {
      of: 'a table of another machine',
      args: ['--as', 'msix-table', '--set', 'x86=false', `${IGB}/msix/0000-01-10.0.table.bin`],
      messages: [],
    },
    {
      of: 'an entry',
      args: ['--as', 'msix-entry', folder.file('one.bin', bytesOf(`${IGB}/msix/0000-01-10.0.table.bin`).slice(16, 32))],
      messages: [to('27', 0)],
    },
  ])('are read: $of', ({ args, messages }) => {
    const lines = vfmig(['decode', ...args]).stdout.match(/^ *message .*$/gm) ?? []
    expect(lines).toEqual(messages.map((message) => expect.stringMatching(new RegExp(`^ +${message}$`))))
  })
})

describe('--set', () => {
  // Capability 0x14 with nothing behind its head: what it is, only the option tells.
  const bytes = vf.slice()
  bytes.set([0x14, 0x00, 0x00, 0x00], 0x40)
  bytes[0x71] = 0x40
  const path = folder.file('capability14.bin', bytes)

  it('chooses what capability 0x14 is, and travels with the JSON', () => {
    const layouts = ['enhanced-allocation', 'migration-2015'].map((choice) => {
      const { stdout } = vfmig(['decode', '--json', '--set', `capability14=${choice}`, path])
      expect(vfmig(['encode', '-'], { input: stdout }).bytes).toEqual(bytes)
      const document = JSON.parse(stdout)
      expect(document.options.capability14).toBe(choice)
      return document.value.capabilities.find(({ id }: { id: number }) => id === 0x14).layout
    })
    expect(new Set(layouts).size).toBe(2)
  })
})
