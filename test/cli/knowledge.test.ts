import { describe, expect, it } from 'vitest'
import { forms, guestText } from './captures.ts'
import { type Schema, violations } from './json-schema.ts'
import { bytesOf, COMMAND, configSpaces, expectComplaint, Folder, IGB, json, shell, VF, vfmig } from './support.ts'

const folder = new Folder()
const text = (path: string) => Buffer.from(bytesOf(path)).toString()

describe('explain', () => {
  const list = vfmig(['explain']).stdout.trimEnd().split('\n')
  const codes = list.map((line) => line.match(/^(error|warning|info) +([a-z0-9-]+\/[a-z0-9-]+) {2,}(\S.*)$/))

  it('lists every code with its severity and title, sorted', () => {
    expect(codes).not.toContain(null)
    const names = codes.map((match) => match?.[2])
    expect(names.length).toBeGreaterThan(60)
    expect(names).toEqual(names.toSorted())
  })

  it('says of a code what it means and what to do', () => {
    // Each code in a run of its own, several at a time. What the others say is judged without the command.
    const some = codes.filter((_, at) => at % 5 === 0) as RegExpMatchArray[]
    folder.file('codes', `${some.map(([, , code]) => code).join('\n')}\n`)
    const each = `"${process.execPath}" "${COMMAND}" explain "$1" > "$(echo "$1" | tr / .).txt" 2>&1`
    const run = shell(`xargs -P 4 -n 1 bash -c '${each}' - < codes`, { cwd: folder.path })
    expect(run).toMatchObject({ status: 0, stderr: '' })
    for (const [, severity, code, title] of some) {
      const [head, blank, explanation] = text(folder.at(`${code?.replace('/', '.')}.txt`)).split('\n')
      expect(head).toBe(`${code} (${severity}): ${title}`)
      expect(blank).toBe('')
      expect(explanation, code).toMatch(/^\S.{20,}[.)]$/)
    }
  })

  it.each([
    { typed: 'pci/capability-lop', meant: 'pci/capability-loop' },
    { typed: 'capability-loop', meant: 'pci/capability-loop' },
    { typed: 'pci/odd_size', meant: 'pci/odd-size' },
    { typed: 'odd-size', meant: 'pci/odd-size' },
  ])('suggests $meant for $typed', ({ typed, meant }) => {
    expectComplaint(vfmig(['explain', typed]), `no finding code "${typed}" (did you mean ${meant}?)`)
  })

  it('suggests nothing for what is far from any code', () => {
    expectComplaint(vfmig(['explain', 'xyzzy']), /no finding code "xyzzy"; vfmig explain lists them\./)
  })
})

describe('formats', () => {
  const { formats } = json(['formats', '--json'])

  it('lists the same in words and as JSON', () => {
    const { stdout, status } = vfmig(['formats'])
    expect(status).toBe(0)
    for (const { name, title, source, options } of formats) {
      expect(stdout).toContain(`${name}  ${title}\n`)
      expect(stdout).toContain(`  source: ${source}\n`)
      for (const option of Object.keys(options)) expect(stdout).toContain(`  --set ${option}=`)
    }
  })

  it('has each format once, with a source', () => {
    const names = formats.map(({ name }: { name: string }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining(['pci-config-space', 'lspci-dump', 'msix-table', 'pci-vpd']))
    for (const { source } of formats) expect(source).toMatch(/\S/)
  })
})

describe('schema', () => {
  const schemaOf = (...name: string[]): Schema => json(['schema', ...name])
  const names: string[] = json(['formats', '--json']).formats.map(({ name }: { name: string }) => name)

  it.each(['decode', 'validate', 'diff', 'dirty', 'simulate', 'formats', ...names])(
    '%s is a schema of draft 2020-12',
    (name) => {
      expect(schemaOf(name).$schema).toBe('https://json-schema.org/draft/2020-12/schema')
    },
  )

  it('of decode fits what decode prints', () => {
    const schema = schemaOf()
    for (const path of configSpaces().filter((_, at) => at % 4 === 0)) {
      expect(violations(schema, json(['decode', '--json', path])), path).toEqual([])
    }
    for (const { name, content } of forms) {
      expect(violations(schema, json(['decode', '--json', '-'], { input: content })), name).toEqual([])
    }
    const table = json(['decode', '--json', '--as', 'msix-table', `${IGB}/msix/0000-01-10.0.table.bin`])
    expect(violations(schema, table)).toEqual([])
    expect(violations(schemaOf('msix-table'), table.value)).toEqual([])
  })

  it('of decode does not fit anything else', () => {
    const document = json(['decode', '--json', VF])
    for (const change of [
      { vfmig: 2 },
      { format: 'nothing' },
      { findings: [{}] },
      { value: { ...document.value, foo: 1 } },
      { value: { ...document.value, size: 'x' } },
    ]) {
      expect(violations(schemaOf(), { ...document, ...change })).not.toEqual([])
    }
  })

  it('of validate fits what validate prints, as JSON and line by line', () => {
    const schema = schemaOf('validate')
    const text = folder.file('guest.txt', guestText)
    const args = [VF, text, folder.file('prose', 'a\nb\n'), folder.file('empty', '')]
    const report = JSON.parse(vfmig(['validate', '--format', 'json', ...args]).stdout)
    expect(violations(schema, report)).toEqual([])
    const lines = vfmig(['validate', '--format', 'jsonl', ...args])
      .stdout.trimEnd()
      .split('\n')
    expect(violations(schema, { files: lines.map((line) => JSON.parse(line)), skipped: 0 })).toEqual([])
  })

  it('of diff fits what diff prints', () => {
    const schema = schemaOf('diff')
    const dump = folder.file('guest.txt', guestText)
    const part = folder.file('part.txt', guestText.slice(guestText.indexOf('01:10.0')))
    for (const args of [
      [VF, VF],
      [VF, `${IGB}/config/0000-01-00.0.bin`],
      [VF, `${IGB}/config/0000-01-00.0.bin`, '--as-seen-by', 'vfio-pci'],
      [dump, part, '--as-seen-by', 'vfio-pci,pc-q35-9.0'],
    ]) {
      const document = JSON.parse(vfmig(['diff', '--json', ...args]).stdout)
      expect(violations(schema, document), args.join(' ')).toEqual([])
    }
  })

  it('of formats fits what formats prints', () => {
    expect(violations(schemaOf('formats'), json(['formats', '--json']))).toEqual([])
  })

  it('of nothing that there is', () => {
    expectComplaint(vfmig(['schema', 'bogus']), /no output "bogus"; there are decode, validate/)
  })
})

describe('ksy', () => {
  it('lists the structures', () => {
    const lines = vfmig(['ksy']).stdout.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(50)
    for (const line of lines) expect(line).toMatch(/^[a-z0-9-]+ {2,}\S/)
  })

  it.each(['msix-table', 'msix-entry', 'pci-cap-msix', 'pci-header-type0'])('prints %s', (name) => {
    const { stdout, status } = vfmig(['ksy', name])
    expect(status).toBe(0)
    expect(stdout).toMatch(new RegExp(`^meta:\\n  id: ${name.replaceAll('-', '_')}\\n`))
    expect(stdout).toMatch(/^seq:$/m)
  })

  it('prints the structure that describes a format in full under the name of the format', () => {
    expect(vfmig(['ksy', 'migration-stream'])).toEqual(vfmig(['ksy', 'migration-stream-file']))
    expect(vfmig(['ksy', 'migration-stream']).status).toBe(0)
  })

  it.each([
    { name: 'pci-config-space', says: /found by walking.*pci-header-type0/ },
    { name: 'bogus', says: /no format or structure "bogus"; vfmig ksy lists them/ },
  ])('says why there is none of $name', ({ name, says }) => {
    expectComplaint(vfmig(['ksy', name]), says)
  })
})
