import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Schema, violations } from './json-schema.ts'
import { bytesOf, expectComplaint, Folder, json, VF, vfmig } from './support.ts'

const folder = new Folder()
const capture = (name: string, from: string) => folder.file(name, gunzipSync(bytesOf(`fixtures/${from}`)))
const one = capture('one.mig', 'vfio-v2/streams/q100-1port.mig.gz')
const two = capture('two.mig', 'vfio-v2/streams/q100-2port.mig.gz')
const mapped = capture('mapped.mig', 'vfio-v2/streams/q100-mapped-ram.mig.gz')
const schema: Schema = json(['schema', 'diff'])

describe('diff', () => {
  it('a stream and itself, also compressed and from a pipe: 0', () => {
    expect(vfmig(['diff', one, one])).toMatchObject({ status: 0, stdout: '0 differences\n', stderr: '' })
    const input = bytesOf('fixtures/vfio-v2/streams/q100-1port.mig.gz')
    expect(vfmig(['diff', one, '-'], { input })).toMatchObject({ status: 0, stdout: '0 differences\n', stderr: '' })
  })

  it('another number of ports is refused, and the JSON fits its schema: 1', () => {
    const run = vfmig(['diff', '--json', one, two, '--as-seen-by', 'vfio-pci'])
    expect(run).toMatchObject({ status: 1, stderr: '' })
    const document = JSON.parse(run.stdout)
    expect(violations(schema, document)).toEqual([])
    const { differences } = document
    const about = (record: string, path: string) =>
      differences.find((each: { record: string; path: string }) => each.record === record && each.path === path)
    expect(about('device-state', 'portCount')).toMatchObject({ device: '0000:00:02.0', verdict: 'refused' })
    expect(about('config-space', 'header.bars[1]')).toMatchObject({ verdict: 'refused' })
    expect(about('state', 'base_rtc')).toMatchObject({ device: 'mc146818rtc' })
    const { stdout } = vfmig(['diff', one, two])
    expect(stdout).toMatch(/^0x\w+ +device-state portCount: 1 -> 2 {2}refused$/m)
    expect(stdout).toMatch(/\d+ differences, 1 that the destination refuses/)
  })

  it('streams of other kinds are not compared', () => {
    const channel = folder.file(
      'channel.bin',
      gunzipSync(bytesOf('fixtures/qemu/o4-multifd-none-q10/stream.ch1.bin.gz')),
    )
    expectComplaint(vfmig(['diff', channel, channel]), /cannot be compared/)
  })
})

describe('pack', () => {
  it('makes a stream that is clean, has no differences, and gives the parts back', () => {
    const packed = folder.at('one.vfms')
    expect(vfmig(['pack', one, '-o', packed])).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(vfmig(['validate', packed]).stdout).toBe(`${packed}: migration-stream, no findings\n`)
    expect(vfmig(['diff', one, packed])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('0 differences\n'),
    })
    const state = vfmig(['extract', packed, '--what', 'device-state']).bytes
    const { device_state } = JSON.parse(Buffer.from(bytesOf('fixtures/vfio-v2/expected/q100-1port.json')).toString())
    expect(createHash('sha256').update(state).digest('hex')).toBe(device_state['0000:00:02.0/vfio'].sha256)
  })

  it('takes a stream from a pipe, and compresses', () => {
    const input = bytesOf('fixtures/vfio-v2/streams/q100-1port.mig.gz')
    const uuid = '00112233-4455-6677-8899-aabbccddeeff'
    const run = vfmig(['pack', '-', '--deflate', '--uuid', uuid], { input })
    expect(run).toMatchObject({ status: 0, stderr: '' })
    expect(vfmig(['validate', folder.file('piped.vfms', run.bytes)]).stdout).toMatch(/no findings/)
  })

  it('takes the pages of a mapped-ram file', () => {
    const packed = folder.at('mapped.vfms')
    expect(vfmig(['pack', mapped, '-o', packed])).toMatchObject({ status: 0, stderr: '' })
    const memory = ['--region', '0', '-o', folder.at('ram.bin')]
    expect(vfmig(['extract', packed, '--what', 'memory', ...memory]).stderr).toBe('')
    const own = vfmig(['extract', mapped, '--what', 'ram:pc.ram', '-o', folder.at('own.bin')])
    expect(own.stderr).toBe('')
    expect(Buffer.compare(bytesOf(folder.at('ram.bin')), bytesOf(folder.at('own.bin')))).toBe(0)
    expect(vfmig(['diff', mapped, packed]).stdout).toContain('0 differences\n')
  })

  it('refuses what a stream says itself', () => {
    expectComplaint(vfmig(['pack', one, '--design', 'vfio-v1', '-o', folder.at('no.vfms')]), /--design is for parts/)
    expectComplaint(vfmig(['pack', VF, '--all-devices', '-o', folder.at('no.vfms')]), /--all-devices is for/)
    expectComplaint(vfmig(['pack', one, '-o', one]), /one\.mig/)
  })
})
