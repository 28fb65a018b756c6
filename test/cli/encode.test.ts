import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { forms, guestText, hexdump, lspci, vf, xxd } from './captures.ts'
import { bytesOf, configSpaces, expectComplaint, Folder, IGB, json, shell, VF, vfmig } from './support.ts'

const folder = new Folder()

/** A document as JSON, which tests edit. */
// biome-ignore lint/suspicious/noExplicitAny: edited freely, also to what it must not be
type Document = any

describe('decode --json, then encode', () => {
  const spaces = configSpaces()

  it(`gives the same bytes for each of ${spaces.length} captured config spaces`, () => {
    const loop = `while read -r f; do vfmig decode --json "$f" | vfmig encode - | cmp - "$f" || echo "$f"; done`
    const list = folder.file('list', `${spaces.join('\n')}\n`)
    expect(shell(`${loop} < ${list}`)).toMatchObject({ stdout: '', stderr: '', status: 0 })
  })

  it.each([64, 65, 255, 256, 257, 4095, 4096])('gives the same %i bytes', (size) => {
    for (const name of ['0000-01-10.0.bin', '0000-01-00.0.bin', '0000-00-1f.2.bin']) {
      const whole = bytesOf(`${IGB}/config/${name}`)
      const bytes = Uint8Array.from({ length: size }, (_, at) => whole[at] ?? 0xa5)
      const { stdout } = vfmig(['decode', '--json', '--as', 'pci-config-space', '-'], { input: bytes })
      expect(JSON.parse(stdout).value.size).toBe(size)
      expect(vfmig(['encode', '-'], { input: stdout }).bytes).toEqual(bytes)
    }
  })

  it.each([
    { container: 'xxd', text: xxd(vf) },
    { container: 'hexdump', text: hexdump(vf) },
    { container: 'lspci', text: lspci(vf) },
    { container: 'lspci', text: lspci(vf, '0000:01:10.0') },
    { container: 'lspci', text: guestText },
  ])('gives canonical $container text back to the letter', ({ container, text }) => {
    const { stdout } = vfmig(['decode', '--json', '-'], { input: text })
    expect(JSON.parse(stdout).container).toBe(container)
    expect(vfmig(['encode', '-'], { input: stdout }).stdout).toBe(text)
  })

  it.each(forms)('$name comes back as a canonical form that decodes to the same value', ({ content }) => {
    const { stdout } = vfmig(['decode', '--json', '-'], { input: content })
    const { bytes } = vfmig(['encode', '-'], { input: stdout })
    const again = json(['decode', '--json', '-'], { input: bytes })
    // A title is made up where the capture had none: text cannot do without.
    expect(again.value).toMatchObject(JSON.parse(stdout).value)
  })
})

describe('encode --to', () => {
  const document = folder.file('vf.json', vfmig(['decode', '--json', VF]).stdout)

  it.each([
    { form: 'raw', expected: Buffer.from(vf).toString('latin1') },
    { form: 'xxd', expected: xxd(vf) },
    { form: 'hexdump', expected: hexdump(vf) },
  ])('$form', ({ form, expected }) => {
    expect(Buffer.from(vfmig(['encode', document, '--to', form]).bytes).toString('latin1')).toBe(expected)
  })

  it('lspci gives the rows that lspci prints', () => {
    const [title, ...rows] = vfmig(['encode', document, '--to', 'lspci']).stdout.split('\n')
    expect(title).toMatch(/^00:00\.0 /)
    expect(rows).toEqual(lspci(vf).split('\n').slice(1))
  })

  it('writes a file with -o, and nothing to standard output', () => {
    const target = folder.at('out.bin')
    expect(vfmig(['encode', document, '-o', target])).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(bytesOf(target)).toEqual(vf)
  })

  it('of several functions keeps to forms that hold them', () => {
    const { stdout } = vfmig(['decode', '--json', '-'], { input: guestText })
    expect(vfmig(['encode', '-', '--to', 'lspci'], { input: stdout }).stdout).toBe(guestText)
    expectComplaint(vfmig(['encode', '-', '--to', 'xxd'], { input: stdout }), /13 functions .* --to lspci/)
  })

  it('lspci is only for config spaces', () => {
    const entry = vfmig(['decode', '--json', '--as', 'msix-entry', '-'], { input: new Uint8Array(16) })
    expectComplaint(vfmig(['encode', '-', '--to', 'lspci'], { input: entry.stdout }), 'msix-entry')
  })
})

describe('edited JSON', () => {
  const original = vfmig(['decode', '--json', VF]).stdout
  const edit = (change: (document: Document) => void): string => {
    const document = JSON.parse(original)
    change(document)
    return JSON.stringify(document)
  }

  it.each([
    { what: 'a register', change: (d: Document) => (d.value.header.subsystemId = 0x1234), at: 0x2e, to: [0x34, 0x12] },
    { what: 'a bit', change: (d: Document) => (d.value.header.command.busMaster = false), at: 0x04, to: [0x02, 0x04] },
    {
      what: 'a gap',
      change: (d: Document) => (d.value.gaps[0].bytes = `c0de${d.value.gaps[0].bytes.slice(4)}`),
      at: 0x40,
      to: [0xc0, 0xde],
    },
    {
      what: 'a capability',
      change: (d: Document) => (d.value.capabilities[1].control.functionMask = true),
      at: 0x72,
      to: [0x02, 0xc0],
    },
    {
      what: 'a safe integer for a string',
      change: (d: Document) => (d.value.header.expansionRom = 0xfeb00000),
      at: 0x30,
      to: [0, 0, 0xb0, 0xfe],
    },
  ])('changes $what and nothing else', ({ change, at, to }) => {
    const expected = vf.slice()
    expected.set(to, at)
    expect(vfmig(['encode', '-'], { input: edit(change) }).bytes).toEqual(expected)
  })

  it('may leave out what is for readers', () => {
    const input = edit((d) => {
      for (const capability of d.value.capabilities) delete capability.name
      delete d.findings
      delete d.options
      delete d.container
    })
    expect(vfmig(['encode', '-'], { input }).bytes).toEqual(vf)
  })

  it.each<{ what: string; change: (d: Document) => void; says: RegExp }>([
    {
      what: 'a contradiction in a name',
      change: (d) => (d.value.capabilities[0].name = 'MSI'),
      says: /value\.capabilities\[0\]\.name: .*"PCIe".*"MSI"/,
    },
    {
      what: 'a number out of range',
      change: (d) => (d.value.header.vendorId = 65536),
      says: /value\.header\.vendorId: expected 0 to 65535, found 65536/,
    },
    { what: 'a negative number', change: (d) => (d.value.header.vendorId = -1), says: /value\.header\.vendorId: / },
    { what: 'a fraction', change: (d) => (d.value.header.vendorId = 1.5), says: /value\.header\.vendorId: / },
    {
      what: 'a string for a number',
      change: (d) => (d.value.header.vendorId = 'x'),
      says: /value\.header\.vendorId: expected a number, found "x"/,
    },
    {
      what: 'a number for a flag',
      change: (d) => (d.value.header.command.busMaster = 1),
      says: /value\.header\.command\.busMaster: /,
    },
    {
      what: 'an unknown enumeration name',
      change: (d) => (d.value.header.status.deviceSelectTiming = 'warp'),
      says: /value\.header\.status\.deviceSelectTiming: .*"warp"/,
    },
    {
      what: 'a missing member',
      change: (d) => delete d.value.header.vendorId,
      says: /value\.header\.vendorId: expected a value, found nothing/,
    },
    { what: 'a missing list', change: (d) => delete d.value.capabilities, says: /value\.capabilities: / },
    { what: 'a missing gap', change: (d) => d.value.gaps.shift(), says: /value\.gaps: .*0x40/ },
    {
      what: 'an unknown member of a register',
      change: (d) => (d.value.header.command.foo = 1),
      says: /value\.header\.command\.foo: /,
    },
    { what: 'an unknown member of the header', change: (d) => (d.value.header.foo = 1), says: /value\.header\.foo: / },
    {
      what: 'an unknown member of a capability',
      change: (d) => (d.value.capabilities[0].foo = 1),
      says: /value\.capabilities\[0\]\.foo: /,
    },
    { what: 'an unknown member of the value', change: (d) => (d.value.foo = 1), says: /value\.foo: / },
    { what: 'an unknown member of the document', change: (d) => (d.foo = 1), says: /a member "foo"/ },
    { what: 'hex that is none', change: (d) => (d.value.gaps[0].bytes = 'zz'), says: /value\.gaps\[0\]\.bytes: / },
    { what: 'half a byte', change: (d) => (d.value.gaps[0].bytes = 'abc'), says: /value\.gaps\[0\]\.bytes: / },
    {
      what: 'a gap over the header',
      change: (d) => (d.value.gaps[0].offset = 0x30),
      says: /value\.gaps\[0\]: .*header/,
    },
    {
      what: 'a capability behind the end',
      change: (d) => (d.value.capabilities[0].offset = 5000),
      says: /value\.capabilities\[0\]\.offset: /,
    },
    { what: 'a null capability', change: (d) => (d.value.capabilities = [null]), says: /value\.capabilities\[0\]: / },
    { what: 'another size', change: (d) => (d.value.size = 4095), says: /value\.gaps\[4\]/ },
    { what: 'a huge size', change: (d) => (d.value.size = 1e12), says: /value\.size: / },
    { what: 'no value', change: (d) => delete d.value, says: /"value" is missing/ },
    { what: 'a null value', change: (d) => (d.value = null), says: /value: expected an object, found null/ },
    { what: 'another version', change: (d) => (d.vfmig = 2), says: /"vfmig" is not 1/ },
    {
      what: 'an unknown format',
      change: (d) => (d.format = 'pci-config-spaces'),
      says: /did you mean pci-config-space\?/,
    },
    { what: 'an unknown option', change: (d) => (d.options = { foo: 1 }), says: /"options", there is no option foo/ },
    { what: 'options of the wrong type', change: (d) => (d.options = 7), says: /"options" are no object/ },
    { what: 'a container of the wrong type', change: (d) => (d.container = 7), says: /"container"/ },
  ])('with $what is refused', ({ change, says }) => {
    const target = folder.at('never.bin')
    expectComplaint(vfmig(['encode', '-', '-o', target], { input: edit(change) }), says)
    expect(existsSync(target)).toBe(false)
  })

  it('with an overlap that disagrees is refused, and both places are named', () => {
    // A second MSI-X capability that starts inside the first one.
    const bytes = vf.slice()
    bytes.set([0x74], 0x71)
    bytes.set([0x11, 0x00], 0x74)
    const document = json(['decode', '--json', '-'], { input: bytes })
    const [, first, second] = document.value.capabilities
    expect(first.offset + 12).toBeGreaterThan(second.offset)
    expect(vfmig(['encode', '-'], { input: JSON.stringify(document) }).bytes).toEqual(bytes)
    second.control.functionMask = !second.control.functionMask
    const run = vfmig(['encode', '-'], { input: JSON.stringify(document) })
    expectComplaint(run, /value\.capabilities\[2\]: .*capabilities\[1\]/)
  })

  it('of a dump names the function', () => {
    const document = json(['decode', '--json', '-'], { input: lspci(vf) })
    document.value.functions[0].configSpace.header.vendorId = 'x'
    const run = vfmig(['encode', '-'], { input: JSON.stringify(document) })
    expectComplaint(run, /value\.functions\[0\]\.configSpace\.header\.vendorId: /)
  })
})

describe('what is no document', () => {
  it.each([
    { what: 'nothing', input: '', says: /is not JSON/ },
    { what: 'bytes', input: vf, says: /is not JSON/ },
    { what: 'half a document', input: '{"vfmig":1,', says: /is not JSON/ },
    { what: 'a list', input: '[1]', says: /not a JSON object/ },
    { what: 'null', input: 'null', says: /not a JSON object/ },
    { what: 'another document', input: '{"name":"vfmig"}', says: /a member "name"/ },
    { what: 'an empty object', input: '{}', says: /"vfmig" is not 1/ },
    { what: 'no format', input: '{"vfmig":1,"value":{}}', says: /"format"/ },
    { what: 'deep nesting', input: '['.repeat(200_000), says: /is not JSON/ },
  ])('$what is refused', ({ input, says }) => {
    expectComplaint(vfmig(['encode', '-'], { input }), says)
  })
})
