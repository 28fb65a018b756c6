import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, truncateSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { validateTask } from '../../src/cli/commands/validate-file.ts'
import { lspci, vf, xxd } from './captures.ts'
import { bytesOf, COMMAND, changed, expectComplaint, Folder, IGB, json, vfmig } from './support.ts'

const folder = new Folder()
/** A clean endpoint, not a VF. */
const clean = folder.file('clean.bin', bytesOf(`${IGB}/config/0000-00-02.0.bin`))
const info = folder.file('info.bin', vf)
const warning = folder.file('warning.bin', vf.slice(0, 4095))
const error = folder.file('error.bin', changed({ 113: 0xa0 }))
const prose = folder.file('prose.txt', 'hello\nworld\n')
const empty = folder.file('empty', '')

describe('exit status', () => {
  it.each<{ what: string; args: string[]; status: number }>([
    { what: 'nothing found', args: [clean], status: 0 },
    { what: 'an info', args: [info], status: 0 },
    { what: 'an info, --strict', args: ['--strict', info], status: 0 },
    { what: 'a warning', args: [warning], status: 0 },
    { what: 'a warning, --strict', args: ['--strict', warning], status: 1 },
    { what: 'a warning ignored, --strict', args: ['--strict', '--ignore', 'pci/odd-size', warning], status: 0 },
    { what: 'an error', args: [error], status: 1 },
    { what: 'an error ignored', args: ['--ignore', 'pci/capability-loop', error], status: 0 },
    { what: 'an error among others', args: [clean, error, info], status: 1 },
    {
      what: 'another code ignored',
      args: ['--ignore', 'pci/odd-size', '--ignore', 'pci/vf-identity', error],
      status: 1,
    },
    { what: 'text of no known form', args: [prose], status: 1 },
    { what: 'nothing at all', args: [empty], status: 1 },
  ])('$what: $status', ({ args, status }) => {
    for (const format of ['text', 'json', 'jsonl', 'sarif']) {
      expect(vfmig(['validate', '--format', format, ...args]), format).toMatchObject({ status, stderr: '' })
    }
  })

  it.each<{ what: string; args: string[]; says: RegExp }>([
    { what: 'a path that there is not', args: [folder.at('nowhere')], says: /nowhere: there is no such file/ },
    { what: 'one of several', args: [clean, folder.at('nowhere')], says: /nowhere/ },
    { what: 'no path', args: [], says: /missing required argument/ },
    { what: 'an unknown form', args: ['--format', 'xml', clean], says: /xml/ },
    { what: 'an unknown format', args: ['--as', 'msix-tabel', clean], says: /msix-table/ },
    { what: 'an unknown code', args: ['--ignore', 'pci/odd-siz', clean], says: /did you mean pci\/odd-size/ },
    { what: 'an unknown option', args: ['--set', 'x=1', clean], says: /no option x/ },
    { what: 'standard input twice', args: ['-', '-'], says: /only once/ },
  ])('$what: 2', ({ args, says }) => {
    expectComplaint(vfmig(['validate', ...args]), says)
  })
})

describe('--format json', () => {
  it('has an entry for each named input, in order', () => {
    const { stdout } = vfmig(['validate', '--format', 'json', prose, error, clean, empty])
    const { files, skipped } = JSON.parse(stdout)
    expect(files.map(({ path }: { path: string }) => path)).toEqual([prose, error, clean, empty])
    expect(files.map(({ format }: { format: string }) => format)).toEqual([
      null,
      'pci-config-space',
      'pci-config-space',
      null,
    ])
    expect(files[0].findings).toMatchObject([{ code: 'capture/unknown-text', severity: 'error' }])
    expect(files[2].findings).toEqual([])
    expect(files[3].findings).toMatchObject([
      { code: 'registry/not-recognised', severity: 'error', offset: 0, length: 0 },
    ])
    expect(skipped).toBe(0)
  })

  it('keeps the best guess of what does not decode', () => {
    const { stdout, status } = vfmig(['validate', '--format', 'json', '--as', 'pci-config-space', empty])
    expect(status).toBe(1)
    expect(JSON.parse(stdout).files).toMatchObject([{ format: 'pci-config-space', findings: [{ severity: 'error' }] }])
  })

  it('says the line of a broken capture', () => {
    const rows = xxd(vf).split('\n')
    rows.splice(6, 1)
    for (const text of [rows.join('\n'), lspci(vf).replace('\n20: ', '\nzz: ')]) {
      const [file] = JSON.parse(vfmig(['validate', '--format', 'json', '-'], { input: text }).stdout).files
      expect(file.findings).toMatchObject([
        { severity: 'error', line: text.startsWith('0') && text[2] !== ':' ? 7 : 4 },
      ])
    }
  })
})

describe('--format jsonl', () => {
  it('has a line for each input', () => {
    const lines = vfmig(['validate', '--format', 'jsonl', clean, error, prose]).stdout.trimEnd().split('\n')
    const files = lines.map((line) => JSON.parse(line))
    const { files: expected } = JSON.parse(vfmig(['validate', '--format', 'json', clean, error, prose]).stdout)
    expect(files).toEqual(expected)
  })
})

describe('--format text', () => {
  it('says what, where and how many', () => {
    const { stdout } = vfmig(['validate', error, prose])
    expect(stdout).toMatch(/^.*error\.bin: pci-config-space, 1 error, 1 info$/m)
    expect(stdout).toMatch(/^error pci\/capability-loop: .+\.$/m)
    expect(stdout).toMatch(/^ {2}at .*error\.bin offset 0x71 in capabilities/m)
    expect(stdout).toMatch(/^.*prose\.txt: not recognised, 1 error$/m)
    expect(stdout).toMatch(/^2 files: 2 errors, 1 info$/m)
  })

  it('names the function of a dump by its address', () => {
    const { stdout } = vfmig(['validate', folder.file('dump.txt', lspci(vf))])
    expect(stdout).toMatch(
      /^ {2}at .*dump\.txt line 2, offset 0x0 \(2 bytes\) of function 01:10\.0 in header\.vendorId$/m,
    )
  })
})

describe('folders', () => {
  const tree = folder.at('tree')
  const inner = folder.file('tree/inner/warning.bin', vf.slice(0, 4095))
  const first = folder.file('tree/a.bin', vf)
  folder.file('tree/inner/notes.txt', 'just notes\n')
  folder.file('tree/README', 'more notes\n')
  folder.file('tree/lspci-v.txt', '00:02.0 VGA compatible controller: Device 1234:1111\n\tFlags: fast devsel\n')
  mkdirSync(folder.at('tree/nothing'))
  symlinkSync(error, folder.at('tree/link-to-file'))
  symlinkSync(folder.path, folder.at('tree/link-to-folder'))

  it('are walked without following links; what nobody recognises is counted', () => {
    const { files, skipped } = json(['validate', '--format', 'json', tree])
    expect(files.map(({ path }: { path: string }) => path)).toEqual([first, inner])
    expect(skipped).toBe(3)
    expect(vfmig(['validate', tree]).stdout).toMatch(/^2 files: 1 warning, 2 info; 3 other files skipped$/m)
    expect(vfmig(['validate', '--format', 'jsonl', tree]).stdout.trimEnd().split('\n')).toHaveLength(2)
  })

  it('with damaged captures fail', () => {
    folder.file('damaged/broken.txt', xxd(vf).replace('\n00000010: ', '\n00000012: '))
    const run = vfmig(['validate', '--format', 'json', folder.at('damaged')])
    expect(run.status).toBe(1)
    expect(JSON.parse(run.stdout)).toMatchObject({
      files: [{ findings: [{ code: 'capture/offset-mismatch' }] }],
      skipped: 0,
    })
  })

  it('without any file are no error', () => {
    expect(json(['validate', '--format', 'json', folder.at('tree/nothing')])).toEqual({ files: [], skipped: 0 })
  })

  it('of real guests have no error', () => {
    const run = vfmig(['validate', '--format', 'json', `${IGB}/config`])
    expect(run.status).toBe(0)
    expect(JSON.parse(run.stdout).files).toHaveLength(13)
  })
})

/** Root may read everything: then another user runs the command, where that one can. */
const NOBODY = 65534
const other = process.getuid?.() === 0 ? { uid: NOBODY } : {}
const hasOther = process.platform !== 'win32' && spawnSync(process.execPath, [COMMAND, '-V'], other).status === 0

describe.skipIf(!hasOther)('what may not be read', () => {
  const secret = folder.at('secret')
  const first = folder.file('secret/a.bin', vf)
  const file = folder.file('secret/b.bin', vf)
  const inner = folder.at('secret/c')
  folder.file('secret/c/inner.bin', vf)
  const last = folder.file('secret/d/e.bin', vf)
  const device = folder.file('sys/0000:01:10.0/config', vf)
  symlinkSync(folder.at('nowhere'), folder.at('secret/dangling.bin'))
  beforeAll(() => {
    chmodSync(folder.path, 0o755)
    for (const path of [file, inner, device]) chmodSync(path, 0)
  })
  afterAll(() => chmodSync(inner, 0o755))

  it.each(['few', 'much'])('is an entry below a folder, and the walk goes on: %s input', (amount) => {
    // Much input is read by workers.
    if (amount === 'much') truncateSync(folder.file('secret/zeros', ''), 40 << 20)
    const { status, stdout, stderr } = vfmig(['validate', '--format', 'json', secret], other)
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    const { files } = JSON.parse(stdout)
    expect(files.map(({ path, format }: Record<string, string>) => [path, format])).toEqual([
      [first, 'pci-config-space'],
      [file, null],
      [inner, null],
      [last, 'pci-config-space'],
    ])
    const unreadable = {
      code: 'capture/unreadable',
      severity: 'error',
      message: expect.stringMatching(/^Reading .*\.$/),
    }
    expect(files[1].findings).toMatchObject([unreadable])
    expect(files[2].findings).toMatchObject([unreadable])
    expect(vfmig(['validate', '--ignore', 'capture/unreadable', secret], other).status).toBe(0)
  })

  it('is a complaint where it was named', () => {
    for (const path of [file, inner, folder.at('sys/0000:01:10.0'), folder.at('sys')]) {
      const { status, stdout, stderr } = vfmig(['validate', path], other)
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(stderr).toMatch(/^vfmig: \S+: reading it is not permitted; try as root\.\n$/)
    }
  })
})

it('what is removed between the walk and the reading is an entry', async () => {
  const gone = folder.at('gone.bin')
  const [report] = await validateTask({ path: gone, walked: true }, {})
  expect(report).toMatchObject({ path: gone, format: null, findings: [{ code: 'capture/unreadable', offset: 0 }] })
  expect(report?.findings[0]?.message).toBe('There is no such file or folder.')
  await expect(validateTask({ path: gone, walked: false }, {})).rejects.toThrow('ENOENT')
})

it('a damaged attribute of a function is an entry', () => {
  folder.file('damaged-sys/0000:01:10.0/config', vf)
  folder.file('damaged-sys/0000:01:10.0/resource', 'none\n')
  const run = vfmig(['validate', '--format', 'json', folder.at('damaged-sys')])
  expect(run.status).toBe(1)
  expect(JSON.parse(run.stdout).files).toMatchObject([
    { format: 'lspci-dump', findings: [{ code: 'capture/bad-attribute' }] },
  ])
})

describe('much input', () => {
  // More than is read by one thread: a large file that nobody recognises, and more files than a worker gets at a time.
  const many = folder.at('many')
  folder.file('many/zeros', '')
  truncateSync(folder.at('many/zeros'), 40 << 20)
  const names = Array.from({ length: 100 }, (_, index) => `many/${String(index).padStart(3, '0')}.bin`)
  for (const [index, name] of names.entries()) {
    folder.file(name, index % 10 === 3 ? changed({ 113: 0xa0 }) : vf)
  }
  const broken = names.filter((_, index) => index % 10 === 3).map((name) => folder.at(name))

  it('is reported in order', () => {
    const { stdout, stderr, status } = vfmig(['validate', '--format', 'json', many])
    const { files, skipped } = JSON.parse(stdout)
    expect({ status, stderr, skipped }).toEqual({ status: 1, stderr: '', skipped: 1 })
    expect(files.map(({ path }: { path: string }) => path)).toEqual(names.map((name) => folder.at(name)))
    const failed = files.filter(({ findings }: { findings: { severity: string }[] }) =>
      findings.some(({ severity }) => severity === 'error'),
    )
    expect(failed.map(({ path }: { path: string }) => path)).toEqual(broken)
  })

  it('is reported line by line', () => {
    const { stdout, status } = vfmig(['validate', '--format', 'jsonl', many])
    const paths = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).path)
    expect(paths.sort()).toEqual(names.map((name) => folder.at(name)))
    expect(status).toBe(1)
  })

  it('can have standard input among it', () => {
    const { files } = json(['validate', '--format', 'json', many, '-', '--ignore', 'pci/capability-loop'], {
      input: vf,
    })
    expect(files.at(-1)).toMatchObject({ path: '-', format: 'pci-config-space' })
  })

  it('with a wrong option is complained of once', () => {
    expectComplaint(vfmig(['validate', '--set', 'x=1', many]), /^vfmig: There is no option x/)
  })
})

describe('a large text', () => {
  // Large enough to be read by a thread of its own, and for that thread to wait.
  const path = folder.file('fleet.txt', lspci(vf).repeat(2000))

  it('is judged function by function', () => {
    const [file] = json(['validate', '--format', 'json', path]).files
    expect(file.findings).toHaveLength(2000)
    expect(file.findings[1999]).toMatchObject({ in: 'functions[1999].configSpace', line: 1999 * 258 + 2 })
  })

  it.each([
    ['validate', '--set', 'x=1'],
    ['validate', '--ignore', 'no/code'],
    ['decode', '--json', '--set', 'x=1'],
  ])('does not keep %s %s %s waiting', (...args) => {
    expectComplaint(vfmig([...args, path]), /^vfmig: There is no/)
  })
})
