import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Schema, violations } from './json-schema.ts'
import { json, vfmig } from './support.ts'

// What the command prints of QEMU streams obeys the schemas that it prints.

const schemas = new Map<string, Schema>()
function schemaOf(name: string): Schema {
  const known = schemas.get(name) ?? (json(['schema', name]) as Schema)
  schemas.set(name, known)
  return known
}

const folders = ['qemu', 'vfio-v2/streams']
const files = folders.flatMap((folder) =>
  readdirSync(`fixtures/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(mig|bin|qcow2)(\.gz)?$/.test(name) && !/(config|msix)\//.test(name))
    .map((name) => `fixtures/${folder}/${name}`),
)
const returnPaths = files.filter((path) => /return-path|dst2src/.test(path))
const channels = files.filter((path) => /\.(chan|ch)[1-9]\./.test(path))
const mains = files.filter((path) => !returnPaths.includes(path) && !channels.includes(path))

/** Images with several snapshots, or none with a machine in it, are chosen from in their own tests. */
const isRead = (path: string) => vfmig(['decode', '--json', path]).status === 0

interface Document {
  readonly format: string
  readonly value: unknown
}

function expectObeys(document: Document, format: string): void {
  expect(document.format).toBe(format)
  expect(violations(schemaOf('decode'), document).slice(0, 3)).toEqual([])
  expect(violations(schemaOf(format), document.value).slice(0, 3)).toEqual([])
}

describe('decode --json obeys its schema', () => {
  it.each(mains.filter((path) => !path.includes('.qcow2') || isRead(path)))('%s', (path) => {
    expectObeys(json(['decode', '--json', path]), 'qemu-migration')
  })

  it.each(channels)('%s', (path) => {
    expectObeys(json(['decode', '--json', path]), 'qemu-multifd-channel')
  })

  it.each(returnPaths)('%s', (path) => {
    expectObeys(json(['decode', '--json', '--as', 'qemu-return-path', path]), 'qemu-return-path')
  })

  it('and the streams are as many as there should be', () => {
    expect(mains.length).toBeGreaterThan(25)
    expect(channels.length).toBeGreaterThan(10)
    expect(returnPaths.length).toBeGreaterThan(2)
  })

  it('of streams that are damaged', () => {
    const path = 'fixtures/vfio-v2/streams/q100-1port.mig.gz'
    const whole = vfmig(['decode', '--json', path])
    expect(whole.status).toBe(0)
    const bytes = vfmig(['encode', '-', '--base', path], { input: whole.stdout }).bytes
    for (const length of [100, 1000, 50_000, bytes.length - 1]) {
      expectObeys(json(['decode', '--json', '-'], { input: bytes.subarray(0, length) }), 'qemu-migration')
    }
    // Every so many bytes one is changed.
    const damaged = bytes.map((byte, at) => (at > 200 && at % 4099 === 0 ? byte ^ 0x41 : byte))
    expectObeys(json(['decode', '--json', '-'], { input: damaged }), 'qemu-migration')
  })
})

describe('other outputs of QEMU streams obey their schemas', () => {
  const hasMemory = (path: string) => !path.includes('qcow2') && !path.includes('recover.')

  it.each(mains.filter(hasMemory))('dirty of %s', (path) => {
    const { status, stdout, stderr } = vfmig(['dirty', '--json', path])
    if (status !== 0) expect(stderr).toContain('There is no guest memory')
    else expect(violations(schemaOf('dirty'), JSON.parse(stdout))).toEqual([])
  })

  it('dirty with channels', () => {
    const folder = 'fixtures/qemu/o4-multifd-none-q10'
    const given = [1, 2, 3].flatMap((number) => ['--channel', `${folder}/stream.ch${number}.bin.gz`])
    expect(violations(schemaOf('dirty'), json(['dirty', '--json', `${folder}/stream.ch0.bin.gz`, ...given]))).toEqual(
      [],
    )
  })

  it('validate of all of them, also of channels together with their main stream', () => {
    const { stdout } = vfmig(['validate', '--format', 'json', ...folders.map((folder) => `fixtures/${folder}`)])
    const report = JSON.parse(stdout) as { files: readonly { path: string; format: string | null }[] }
    expect(violations(schemaOf('validate'), report)).toEqual([])
    expect(report.files.length).toBeGreaterThan(30)
  })

  const pairs = [
    ['fixtures/vfio-v2/streams/q100-1port.mig.gz', 'fixtures/vfio-v2/streams/q100-2port.mig.gz'],
    ['fixtures/vfio-v2/streams/q100-2dev-live.mig.gz', 'fixtures/vfio-v2/streams/q100-2dev-live-ack.mig.gz'],
    ['fixtures/qemu/o2-e1000e-vnet-16m-q7/stream.bin.gz', 'fixtures/qemu/o2-e1000e-vnet-16m-q10/stream.bin.gz'],
    ['fixtures/qemu/o8-dirty-bitmaps-q10/stream.bin.gz', 'fixtures/qemu/o6-postcopy-q10/stream.ch0.src2dst.bin.gz'],
  ] as const
  it.each(pairs)('diff of %s and %s', (a, b) => {
    const { status, stdout } = vfmig(['diff', '--json', a, b, '--as-seen-by', 'vfio-pci'])
    expect(status).toBe(1)
    expect(violations(schemaOf('diff'), JSON.parse(stdout)).slice(0, 3)).toEqual([])
  })

  it('and the schemas are not so wide that anything fits', () => {
    const path = 'fixtures/vfio-v2/streams/q100-1port.mig.gz'
    const { value } = json(['decode', '--json', path])
    const schema = schemaOf('qemu-migration')
    for (const name of Object.keys(value)) {
      expect(violations(schema, { ...value, [name]: 7.5 }), name).not.toEqual([])
    }
    expect(violations(schema, { ...value, stranger: 1 })).not.toEqual([])
  })
})
