import { spawnSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdirSync, openSync } from 'node:fs'
import { createGzip, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { guestText, hexdump, kernelLog, lspci, od, vf, xxd } from './captures.ts'
import { COMMAND, changed, expectComplaint, Folder, VF, vfmig } from './support.ts'

const folder = new Folder()
mkdirSync(folder.at('directory'))

/** The text with a change in one line, counted from 1. */
function withLine(text: string, line: number, change: (row: string) => string): string {
  return text
    .split('\n')
    .flatMap((row, at) => (at + 1 === line ? change(row) : row))
    .join('\n')
}

const garble = (row: string) => row.replace(/..$/, 'zz')
const plain = `${(Buffer.from(vf).toString('hex').match(/.{60}/g) ?? []).join('\n')}\n`

interface Case {
  readonly what: string
  readonly content: Uint8Array | string
  readonly args?: readonly string[]
  readonly says: RegExp
  /** Code that `validate` gives it. */
  readonly code: string
}

const cases: readonly Case[] = [
  { what: 'nothing', content: '', says: /found an empty input/, code: 'registry/not-recognised' },
  {
    what: 'noise',
    content: Uint8Array.from({ length: 100 }, (_, at) => (at * 197 + 13) & 0xff),
    says: /100 bytes that start 0d/,
    code: 'registry/not-recognised',
  },
  { what: 'zeros', content: new Uint8Array(4096), says: /4096 zero bytes/, code: 'registry/not-recognised' },
  { what: 'prose', content: 'some\nwords\n', says: /text that starts with "some"/, code: 'capture/unknown-text' },
  { what: 'UTF-16', content: Buffer.from(`\ufeff${xxd(vf)}`, 'utf16le'), says: /UTF-16/, code: 'capture/utf16-text' },
  {
    what: 'words of unknown order',
    content: '0000000 ffff ffff 0604 0010 0001 0200 0000 0000\n0000010\n',
    says: /line 1/,
    code: 'capture/byte-order-unknown',
  },
  {
    what: 'xxd with a bad digit',
    content: withLine(xxd(vf), 30, (row) => row.replace(/ (..)/, ' zz')),
    says: /line 30/,
    code: 'capture/bad-digit',
  },
  {
    what: 'xxd without a row',
    content: withLine(xxd(vf), 8, () => '').replace('\n\n', '\n'),
    says: /line 8/,
    code: 'capture/offset-mismatch',
  },
  {
    what: 'hexdump with a bad row',
    content: withLine(hexdump(vf), 5, () => 'what is this'),
    says: /line 5/,
    code: 'capture/bad-row',
  },
  { what: 'od with a bad digit', content: withLine(od(vf), 9, garble), says: /line 9/, code: 'capture/bad-digit' },
  {
    what: 'a kernel log without a row',
    content: kernelLog(vf).replace(/^.* 00000040: .*\n/m, ''),
    says: /line 6/,
    code: 'capture/offset-mismatch',
  },
  {
    what: 'plain hex with a bad digit',
    content: withLine(plain, 7, garble),
    says: /line 7/,
    code: 'capture/bad-digit',
  },
  { what: 'lspci with a bad row', content: withLine(lspci(vf), 4, garble), says: /line 4/, code: 'capture/bad-digit' },
  {
    what: 'lspci without a title',
    content: lspci(vf).replace(/^.*\n/, ''),
    says: /line 1/,
    code: 'capture/orphan-row',
  },
  {
    what: 'lspci without rows',
    content: '00:00.0 Host bridge: Intel\n\tControl: I/O-\n\n',
    says: /1 function/,
    code: 'capture/no-rows',
  },
  {
    what: 'gzip that was cut',
    content: gzipSync(vf).subarray(0, 100),
    says: /found an early end/,
    code: 'capture/gzip-truncated',
  },
  { what: 'gzip of gzip', content: gzipSync(gzipSync(vf)), says: /gzip in gzip/, code: 'capture/gzip-nested' },
  {
    what: 'gzip with a wrong checksum',
    content: gzipSync(vf).map((byte, at, all) => (at === all.length - 6 ? byte ^ 1 : byte)),
    says: /damaged/,
    code: 'capture/gzip-damaged',
  },
  { what: 'gzip of nothing', content: gzipSync(''), says: /empty input/, code: 'registry/not-recognised' },
  {
    what: 'a config space of 10 bytes',
    content: vf.slice(0, 10),
    args: ['--as', 'pci-config-space'],
    says: /64 bytes.*found only 10/,
    code: 'layout/ended-early',
  },
  {
    what: 'a table that was cut',
    content: vf.slice(0, 17),
    args: ['--as', 'msix-table'],
    says: /entries\[1\].*offset 0x10/,
    code: 'layout/ended-early',
  },
  {
    what: 'an entry that is too long',
    content: vf.slice(0, 32),
    args: ['--as', 'msix-entry'],
    says: /16 more/,
    code: 'layout/trailing-bytes',
  },
]

describe.each(cases)('$what', ({ content, args = [], says, code }) => {
  const path = folder.file('input', content)

  it('is refused by decode with one sentence that names it', () => {
    folder.file('input', content)
    for (const form of [[], ['--hex'], ['--json']]) {
      const run = vfmig(['decode', ...form, ...args, path])
      expectComplaint(run, says)
      expect(run.stderr.startsWith(`vfmig: ${path}: `)).toBe(true)
      expect(run.stderr).toContain(`vfmig explain ${code} says more.`)
    }
    expectComplaint(vfmig(['decode', ...args, '-'], { input: content }), /^vfmig: -: /)
  })

  it('is a finding of validate', () => {
    folder.file('input', content)
    const run = vfmig(['validate', '--format', 'json', ...args, path])
    expect(run).toMatchObject({ status: 1, stderr: '' })
    const [{ findings }] = JSON.parse(run.stdout).files
    expect(findings).toMatchObject([{ severity: 'error', code }])
    expect(findings[0].message).toMatch(/^[^\n]+\.$/)
    const line = /^line (\d+)$/.exec(says.source)?.[1]
    if (line !== undefined) expect(findings[0].line).toBe(Number(line))
  })
})

describe('wrong use', () => {
  it.each<{ args: string[]; says: RegExp }>([
    { args: ['decode', folder.at('nowhere')], says: /nowhere: there is no such file or folder\.$/m },
    {
      args: ['decode', folder.at('directory')],
      says: /directory is a folder: name a file in it, or let vfmig validate walk it\.$/m,
    },
    { args: ['decode', `${VF}/x`], says: /part of the path is not a folder/ },
    { args: ['encode', folder.at('nowhere')], says: /nowhere: there is no such file/ },
    { args: ['encode', folder.at('directory')], says: /directory is a folder/ },
    {
      args: ['decode', '--as', 'msix-tabel', VF],
      says: /no format "msix-tabel" \(did you mean msix-table\?\); vfmig formats lists them\./,
    },
    { args: ['decode', '--as', 'xyzzy', VF], says: /no format "xyzzy"; vfmig formats lists them\./ },
    { args: ['decode', '--set', 'nope=1', VF], says: /no option nope; there are capability14/ },
    { args: ['decode', '--set', 'capability14', VF], says: /set as name=value/ },
    { args: ['decode', '--set', '=1', VF], says: /set as name=value/ },
    { args: ['decode', '--set', 'capability14=zz', VF], says: /one of auto, .*not "zz"/ },
    { args: ['decode', '--set', 'bridgeMigration=1', VF], says: /bridgeMigration is true or false/ },
    { args: ['decode', '--hex', '--json', VF], says: /cannot be used with/ },
    { args: ['decode', '--jsn', VF], says: /unknown option '--jsn' \(did you mean --json\?\); vfmig decode --help/ },
    { args: ['decode'], says: /missing required argument 'input'; vfmig decode --help shows the use\./ },
    { args: ['decode', VF, VF], says: /too many arguments/ },
    { args: ['decod', VF], says: /unknown command 'decod' \(did you mean decode\?\); vfmig --help/ },
    { args: ['encode', '--to', 'pdf', VF], says: /raw, xxd, hexdump, lspci; vfmig encode --help/ },
    { args: ['encode', VF, '-o', folder.at('no/folder')], says: /is not JSON/ },
  ])('$args', ({ args, says }) => {
    expectComplaint(vfmig(args), says)
  })

  it('without a command shows the help, and fails', () => {
    const run = vfmig([])
    expect(run.status).toBe(2)
    expect(run.stderr).toMatch(/^Usage: vfmig /)
  })

  it('an output that cannot be written is one sentence', () => {
    const { stdout } = vfmig(['decode', '--json', VF])
    expectComplaint(
      vfmig(['encode', '-', '-o', folder.at('no/folder')], { input: stdout }),
      /no\/folder: there is no such/,
    )
    expectComplaint(vfmig(['encode', '-', '-o', folder.at('directory')], { input: stdout }), /it is a folder/)
  })
})

describe('damage inside a config space', () => {
  it.each([
    { what: 'a loop', content: changed({ 113: 0xa0 }), code: 'pci/capability-loop' },
    { what: 'a capability that points to itself', content: changed({ 161: 0xa0 }), code: 'pci/capability-loop' },
    { what: 'an extended loop', content: changed({ 338: 0x01, 339: 0x10 }), code: 'pci/capability-loop' },
    { what: 'an overlap', content: changed({ 113: 0x74, 116: 0x11, 117: 0x00 }), code: 'pci/capability-overlap' },
    { what: 'an odd size', content: vf.slice(0, 4095), code: 'pci/odd-size' },
    { what: 'more than a config space', content: Uint8Array.from([...vf, 1, 2, 3]), code: 'pci/trailing-bytes' },
  ])('$what decodes with a finding, and comes back', ({ content, code }) => {
    const run = vfmig(['decode', '--json', '--as', 'pci-config-space', '-'], { input: content })
    expect(run).toMatchObject({ status: 0, stderr: '' })
    expect(JSON.parse(run.stdout).findings.map((finding: { code: string }) => finding.code)).toContain(code)
    expect(vfmig(['encode', '-'], { input: run.stdout }).bytes).toEqual(content)
  })
})

/** Runs the command and gives the most memory that it held, in MiB, and its time in milliseconds. */
function measured(args: readonly string[]) {
  // The process says at its end what it used.
  const ending = `process.on('exit', () => process.stderr.write('\\n' + process.resourceUsage().maxRSS))`
  const preload = `--import=data:text/javascript,${encodeURIComponent(ending)}`
  const started = Date.now()
  const { status, stderr, stdout } = spawnSync(process.execPath, [preload, COMMAND, ...args], { encoding: 'utf8' })
  const [kilobytes] = /\d+$/.exec(stderr) ?? []
  return { status, stderr, stdout, mebibytes: Number(kilobytes) / 1024, milliseconds: Date.now() - started }
}

describe('what is large', () => {
  const zeros = folder.file('zeros', '')
  const sparse = openSync(zeros, 'r+')
  ftruncateSync(sparse, 2 ** 30)
  closeSync(sparse)
  const bomb = folder.at('bomb.gz')

  beforeAll(async () => {
    const { createWriteStream } = await import('node:fs')
    const { pipeline } = await import('node:stream/promises')
    const piece = new Uint8Array(2 ** 20)
    const pieces = function* () {
      for (let count = 0; count < 300; count++) yield piece
    }
    await pipeline(pieces, createGzip({ level: 1 }), createWriteStream(bomb))
  })

  it.each(['decode', 'validate'])('a sparse GiB of zeros costs %s neither time nor memory', (command) => {
    const { status, milliseconds, mebibytes, stderr, stdout } = measured([command, zeros])
    expect(status).toBe(command === 'decode' ? 2 : 1)
    expect(stderr + stdout).toMatch(/1073741824 bytes/)
    expect(milliseconds).toBeLessThan(1000)
    expect(mebibytes).toBeLessThan(120)
  })

  it('a GiB of zeros named as a format is refused before it is read', () => {
    const { status, milliseconds, mebibytes, stderr } = measured(['decode', '--as', 'msix-table', zeros])
    expect(status).toBe(2)
    expect(stderr).toMatch(/at most 256 MiB.*found 1073741824 bytes/)
    expect(milliseconds).toBeLessThan(1000)
    expect(mebibytes).toBeLessThan(120)
    expect(vfmig(['validate', '--as', 'msix-table', zeros]).status).toBe(1)
  })

  it.each(['decode', 'validate'])('a gzip bomb stops %s at the limit', (command) => {
    const { status, mebibytes, stderr, stdout } = measured([command, bomb])
    expect(status).toBe(command === 'decode' ? 2 : 1)
    expect(stderr + stdout).toMatch(/at most 268435456 bytes after decompression/)
    expect(mebibytes).toBeLessThan(450)
  })

  it('a line without an end is refused', () => {
    const path = folder.file('line', 'f'.repeat(5_000_001))
    expect(measured(['decode', path])).toMatchObject({ status: 2 })
  })
})

describe('a dump that was cut', () => {
  it('in its last function keeps the others', () => {
    const cut = guestText.slice(0, guestText.lastIndexOf('\n20: ') + 1)
    const run = vfmig(['validate', '--format', 'json', '-'], { input: cut })
    expect(run.status).toBe(1)
    const [{ findings }] = JSON.parse(run.stdout).files
    expect(findings).toContainEqual(expect.objectContaining({ code: 'layout/ended-early', severity: 'error' }))
    const decoded = vfmig(['decode', '--json', '-'], { input: cut })
    expect(decoded.status).toBe(0)
    expect(vfmig(['decode', '-'], { input: cut }).status).toBe(0)
    expect(vfmig(['encode', '-'], { input: decoded.stdout }).stdout.trimEnd()).toBe(cut.trimEnd())
  })
})
