import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { guestText, lspci, vf } from './captures.ts'
import { bytesOf, changed, GUESTS, IGB, json, VF, vfmig } from './support.ts'

// The names that scripts rely on.

interface Capability {
  readonly offset: number
  readonly id: number
  readonly name: string
  readonly next: number
  readonly version?: number
}

const word = (bytes: Uint8Array, at: number) => new DataView(bytes.buffer).getUint32(at, true)

/** The capability list as the bytes have it, walked by hand. */
function legacyList(bytes: Uint8Array): Omit<Capability, 'name'>[] {
  const list = []
  for (let at = bytes[0x34] as number; at >= 0x40; at = bytes[at + 1] as number)
    list.push({ offset: at, id: bytes[at] as number, next: bytes[at + 1] as number })
  return list
}

function extendedList(bytes: Uint8Array): Omit<Capability, 'name'>[] {
  const list = []
  for (let at = 0x100; at >= 0x100 && word(bytes, at) !== 0; at = word(bytes, at) >>> 20) {
    const head = word(bytes, at)
    list.push({ offset: at, id: head & 0xffff, version: (head >>> 16) & 0xf, next: head >>> 20 })
  }
  return list
}

describe('decode --json of a config space', () => {
  const { value } = json(['decode', '--json', VF])

  it('value.size is the captured length', () => {
    for (const size of [64, 256, 4095, 4096]) {
      const document = json(['decode', '--json', '--as', 'pci-config-space', '-'], { input: vf.slice(0, size) })
      expect(document.value.size).toBe(size)
    }
  })

  it('value.header has the registers under their names', () => {
    expect(value.header).toMatchObject({ vendorId: 0xffff, deviceId: 0xffff, revision: 1, subsystemVendorId: 0x1af4 })
    const port = json(['decode', '--json', join(IGB, 'config/0000-00-02.0.bin')]).value.header
    expect(port).toMatchObject({ vendorId: 0x1b36, deviceId: 0x000c })
  })

  it('value.capabilities has offset, id, name and next in chain order', () => {
    const short = value.capabilities.map(({ offset, id, next }: Capability) => ({ offset, id, next }))
    expect(short).toEqual(legacyList(vf))
    expect(value.capabilities.map(({ name }: Capability) => name)).toEqual(['PCIe', 'MSI-X'])
  })

  it('value.extendedCapabilities has offset, id, version, name and next', () => {
    const short = value.extendedCapabilities.map(({ offset, id, version, next }: Capability) => ({
      offset,
      id,
      version,
      next,
    }))
    expect(short).toEqual(extendedList(vf))
    expect(value.extendedCapabilities.map(({ name }: Capability) => name)).toEqual(['AER', 'ARI'])
  })

  it('value.gaps has every byte that nothing covers', () => {
    for (const { offset, bytes } of value.gaps) {
      expect(bytes).toBe(Buffer.from(vf.subarray(offset, offset + bytes.length / 2)).toString('hex'))
    }
    // PCI Express 2 takes 60 bytes, MSI-X 12, AER 72 with its reserved part, ARI 8.
    const covered = [
      [0, 64],
      [0x70, 12],
      [0xa0, 60],
      [0x100, 72],
      [0x150, 8],
    ] as const
    const gaps = value.gaps.map(({ offset, bytes }: { offset: number; bytes: string }) => [offset, bytes.length / 2])
    const all = [...covered.map(([offset]) => offset), ...gaps.map(([offset]: number[]) => offset)]
    expect(new Set(all).size).toBe(all.length)
    expect([...covered, ...gaps].reduce((sum, [, length]) => sum + length, 0)).toBeGreaterThanOrEqual(4096 - 8)
  })

  it('a loop ends the list with a finding', () => {
    const { value: looped, findings } = json(['decode', '--json', '-'], { input: changed({ 113: 0xa0 }) })
    expect(looped.capabilities.map(({ offset }: Capability) => offset)).toEqual([0xa0, 0x70])
    expect(findings.map(({ code }: { code: string }) => code)).toContain('pci/capability-loop')
  })
})

describe('decode --json of lspci text', () => {
  it('value.functions has address and configSpace', () => {
    const { value } = json(['decode', '--json', '-'], { input: guestText })
    const files = readdirSync(join(IGB, 'config'))
    expect(value.functions.map(({ address }: { address: string }) => address)).toEqual(
      files.map((name) => name.replace(/^0000-(..)-(..\..)\.bin$/, '$1:$2')),
    )
    for (const [index, name] of files.entries()) {
      const alone = json(['decode', '--json', join(IGB, 'config', name)])
      expect(value.functions[index].configSpace.capabilities).toEqual(alone.value.capabilities)
      expect(value.functions[index].configSpace.size).toBe(alone.value.size)
    }
  })

  it.each(readdirSync(GUESTS))('has each capability of %s where lspci saw it', (guest) => {
    const facts: Record<string, { caps: [offset: number, version: number | null, title: string][] }> = JSON.parse(
      Buffer.from(bytesOf(join(GUESTS, guest, 'facts.json'))).toString(),
    )
    const text = gunzipSync(bytesOf(join(GUESTS, guest, 'lspci-xxxx.txt.gz')))
    const { functions } = json(['decode', '--json', '-'], { input: text }).value
    expect(functions).toHaveLength(Object.keys(facts).length)
    for (const { address, configSpace } of functions) {
      const { capabilities, extendedCapabilities } = configSpace
      const ours = [...capabilities, ...extendedCapabilities].map(({ offset, version }) => [offset, version ?? null])
      expect(ours, address).toEqual(facts[address]?.caps.map(([offset, version]) => [offset, version]))
    }
  })
})

describe('findings', () => {
  const members = ['code', 'severity', 'message', 'offset', 'length', 'in', 'line', 'path', 'hint', 'source']
  const loop = changed({ 113: 0xa0 })

  it.each([
    { what: 'of bytes', input: loop, place: {}, prefix: '' },
    {
      what: 'of text',
      input: lspci(loop),
      place: { in: 'functions[0].configSpace' },
      prefix: 'functions[0].configSpace.',
    },
  ])('$what have their members', ({ input, place, prefix }) => {
    const run = vfmig(['validate', '--format', 'json', '-'], { input })
    expect(run.status).toBe(1)
    const [file] = JSON.parse(run.stdout).files
    for (const finding of file.findings) {
      expect(members).toEqual(expect.arrayContaining(Object.keys(finding)))
      expect(finding.code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(['error', 'warning', 'info']).toContain(finding.severity)
      expect(finding.message).toMatch(/^[^\n]+\.$/)
      expect(finding.path.startsWith(prefix)).toBe(true)
      expect(finding).toMatchObject({ offset: expect.any(Number), length: expect.any(Number), ...place })
    }
    const found = file.findings.find(({ code }: { code: string }) => code === 'pci/capability-loop')
    // The pointer that closes the loop is the second byte of MSI-X at 0x70, in row 7 of the text below its title.
    expect(found).toMatchObject({ severity: 'error', offset: 0x71, length: 1 })
    if (prefix !== '') expect(found.line).toBe(1 + 8)
  })

  it('are the same in decode and validate', () => {
    const { findings } = json(['decode', '--json', '-'], { input: lspci(loop) })
    const [file] = JSON.parse(vfmig(['validate', '--format', 'json', '-'], { input: lspci(loop) }).stdout).files
    expect(findings).toEqual(file.findings)
  })
})
