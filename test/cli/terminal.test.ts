import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { guestText, lspci, vf } from './captures.ts'
import { COMMAND, changed, expectComplaint, Folder, shell, VF, vfmig } from './support.ts'

const folder = new Folder()
const guest = folder.file('guest.txt', guestText)
// biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/u

const ESCAPE = '\x1b'

/** A title that would colour the terminal, set its name and turn the text around. */
const TITLE = 'Evil \x1b[31mred\x1b]0;name\u202ereversed\u2069 \x9bcontroller'

describe('text from inputs', () => {
  const evil = folder.file('evil.txt', lspci(changed({ 113: 0xa0 }), '01:10.0', TITLE))
  const other = folder.file('other.txt', lspci(vf, '01:10.0', TITLE))
  const hidden = folder.file('sp\x1b[2Joof\n.bin', changed({ 113: 0xa0 }))

  it.each<{ what: string; args: string[] }>([
    { what: 'titles in a tree', args: ['decode', evil] },
    { what: 'titles in a hex dump', args: ['decode', '--hex', evil] },
    { what: 'names of files in a report', args: ['validate', hidden, evil] },
    { what: 'names of files in a complaint', args: ['decode', `${hidden}.not`] },
    { what: 'names in wrong use', args: ['decode', '--as', 'ms\x1b[31mix', evil] },
    { what: 'unknown commands', args: ['de\x1b[31mcode'] },
    { what: 'unknown options', args: ['decode', '--\x1b[31m'] },
    { what: 'values of options', args: ['decode', VF, '--set', 'capability14=\x1b[31m'] },
    { what: 'excerpts of bad text', args: ['decode', folder.file('prose.txt', `${TITLE}\nmore\n`)] },
    { what: 'names in a comparison', args: ['diff', evil, other] },
    { what: 'codes', args: ['explain', 'pci/\x1b[31m'] },
  ])('is escaped: $what', ({ args }) => {
    const { stdout, stderr } = vfmig(args)
    expect(stdout + stderr).not.toBe('')
    expect(stdout).not.toMatch(CONTROL)
    expect(stderr).not.toMatch(CONTROL)
  })

  it('shows what the escaped characters are', () => {
    expect(vfmig(['decode', evil]).stdout).toContain(
      'Evil \\x1b[31mred\\x1b]0;name\\u{202e}reversed\\u{2069} \\x9bcontroller',
    )
  })

  it('comes back from JSON as it was', () => {
    const { stdout } = vfmig(['decode', '--json', other])
    expect(JSON.parse(stdout).value.functions[0].title).toBe(TITLE)
    expect(stdout).not.toContain(ESCAPE)
    expect(vfmig(['encode', '-'], { input: stdout }).stdout).toBe(lspci(vf, '01:10.0', TITLE))
  })
})

describe('a closed pipe', () => {
  it.each([
    `vfmig decode ${guest}`,
    `vfmig decode --json ${guest}`,
    `vfmig decode --hex ${guest}`,
    `vfmig validate ${guest} ${guest}`,
    'vfmig explain',
    'vfmig formats --json',
    'vfmig schema',
    'vfmig ksy',
  ])('ends %s quietly', (line) => {
    const run = shell(`${line} | head -1; echo "\${PIPESTATUS[0]}" >&2`)
    expect(run.stderr).toBe('0\n')
    expect(run.stdout.split('\n').length).toBe(2)
  })

  it('for complaints does not hide the exit status', () => {
    expect(shell(`vfmig decode ${guest}.not 2>&1 >/dev/null | true; echo "\${PIPESTATUS[0]}"`).stdout).toBe('2\n')
  })

  it.skipIf(!existsSync('/dev/full'))('is not a full disk, which is a complaint', () => {
    const run = shell('vfmig formats > /dev/full')
    expectComplaint(run, /standard output: the disk is full/)
  })
})

const hasScript = spawnSync('script', ['--version']).status === 0

describe.skipIf(!hasScript)('on a terminal', () => {
  const command = `"${process.execPath}" "${COMMAND}"`
  const terminal = (args: string, env: Record<string, string> = {}) =>
    spawnSync('script', ['-qec', `${command} ${args}`, '/dev/null'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, TERM: 'xterm', ...env },
    })

  it('there are colours', () => {
    expect(terminal(`validate ${guest}`).stdout).toContain(`${ESCAPE}[3`)
  })

  it.each(['validate', 'decode', 'decode --hex'])('%s obeys NO_COLOR', (command) => {
    const { stdout, status } = terminal(`${command} ${guest}`, { NO_COLOR: '1' })
    expect(status).toBe(0)
    expect(stdout).not.toContain(ESCAPE)
  })

  it.each([
    { columns: 60, args: `decode ${VF}`, indent: 27 },
    { columns: 100, args: `decode ${VF}`, indent: 27 },
    { columns: 60, args: 'explain pci/capability-loop', indent: 0 },
    { columns: 60, args: `validate ${VF}`, indent: 2 },
    { columns: 60, args: 'formats', indent: 4 },
  ])('lines are wrapped between words to $columns columns: $args', ({ columns, args, indent }) => {
    const wide = vfmig(args.split(' ')).stdout
    const { stdout } = spawnSync('script', ['-qec', `stty cols ${columns}; ${command} ${args}`, '/dev/null'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, TERM: 'xterm', NO_COLOR: '1' },
    })
    const lines = stdout.trimEnd().split('\r\n')
    expect(lines.length).toBeGreaterThan(wide.trimEnd().split('\n').length)
    // Only what has no place to break is longer: titles of formats, names of files.
    for (const line of lines) if (/^\s{4,}\S+ \S+ /.test(line)) expect(line.length, line).toBeLessThanOrEqual(columns)
    expect(lines.some((line) => line.startsWith(' '.repeat(indent)) && line[indent] !== ' ')).toBe(true)
    // Nothing is lost.
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toBe(wide.trimEnd().replaceAll(/\s+/g, ' '))
  })

  it('bytes are not printed', () => {
    const document = folder.file('document.json', vfmig(['decode', '--json', VF]).stdout)
    const { stdout, status } = terminal(`encode ${document}`)
    expect(status).toBe(2)
    expect(stdout).toMatch(/^vfmig: Bytes are not printed on a terminal; give a file with -o.*\r\n$/)
    expect(terminal(`encode ${document} --to xxd`).stdout).toMatch(/^00000000: ffff/)
  })
})

describe('in a pipe', () => {
  it('there are no colours and no progress', () => {
    const { stdout, stderr } = vfmig(['validate', guest], { env: { TERM: 'xterm' } })
    expect(stdout).not.toContain(ESCAPE)
    expect(stderr).toBe('')
  })
})
