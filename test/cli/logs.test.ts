import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { Folder, vfmig } from './support.ts'

const folder = new Folder()
const TRACES = 'fixtures/vfio-v2/traces'

const line = (number: number) =>
  `{"fd":"device","cmd":15221,"ret":0,"errno":0,"in":"10000000020002000${number}000000ffffffff","out":"10000000020002000${number}000000ffffffff"}\n`
/** From STOP_COPY back to PRE_COPY. */
const wrong = line(3) + line(6)

describe('validate', () => {
  it('takes logs of every kind, compressed or not, and walks folders of them', () => {
    const run = vfmig(['validate', 'fixtures/logs', TRACES])
    expect(run.stderr).toBe('')
    expect(run.status).toBe(1)
    // The migrations that failed, and nothing else.
    expect(run.stdout.match(/^error \S+/gm)).toEqual([
      'error trace/migration-failed:',
      'error protocol/legal-request-refused:',
    ])
  })

  it('finds what breaks the rules, at its line', () => {
    for (const bytes of [wrong, gzipSync(wrong)]) {
      const { stdout, status } = vfmig(['validate', '--format', 'json', folder.file('ioctls.log', bytes)])
      expect(status).toBe(1)
      const [file] = JSON.parse(stdout).files
      expect(file.format).toBe('vfio-ioctl-log')
      expect(file.findings).toContainEqual(
        expect.objectContaining({ code: 'protocol/stop-copy-to-pre-copy', line: 2, offset: line(3).length }),
      )
    }
  })

  it('judges a trace of the simulator by its design', () => {
    const trace = folder.at('trace.jsonl')
    expect(vfmig(['simulate', 'vfio-v2', '--fault', 'device-error', '--trace', trace]).status).toBe(1)
    const { stdout, status } = vfmig(['validate', trace])
    expect(status).toBe(1)
    expect(stdout).toContain('error protocol/device-error')
  })

  it('explains the codes', () => {
    expect(vfmig(['explain', 'trace/arguments-missing']).stdout).toContain('JSON object a line')
  })
})

describe('decode', () => {
  it('shows arguments as their structures', () => {
    const { stdout, status } = vfmig(['decode', folder.file('a.log', wrong)])
    expect(status).toBe(0)
    expect(stdout).toMatch(/deviceState +STOP_COPY/)
    expect(stdout).toMatch(/request +VFIO_DEVICE_FEATURE/)
  })

  it('and encode give the same log', () => {
    const bytes = Buffer.from(`${wrong}other text \xff\r\n${line(1)}`, 'latin1')
    const { stdout } = vfmig(['decode', '--json', folder.file('b.log', bytes)])
    expect(Buffer.from(vfmig(['encode', '-'], { input: stdout }).bytes)).toEqual(bytes)
  })
})
