import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { streamOf } from '../stream/sample.ts'
import { blob, COMPRESSIBLE, deflatedBy, noise, STREAM } from './streams.ts'
import { bytesOf, expectComplaint, Folder, shell, VF, vfmig } from './support.ts'

const folder = new Folder()
const file = folder.file('stream.vfms', STREAM)

describe('a command never writes over its input', () => {
  const config = folder.file('config.bin', bytesOf(VF))
  const table = folder.file('table.bin', noise(160))
  linkSync(config, folder.at('hard.bin'))
  symlinkSync(config, folder.at('soft.bin'))

  it.each(['config.bin', 'hard.bin', 'soft.bin', 'table.bin'])('pack of parts: %s', (name) => {
    expectComplaint(vfmig(['pack', config, `msix-table=${table}`, '-o', folder.at(name)]), 'is an input')
    expect(Buffer.compare(bytesOf(config), bytesOf(VF))).toBe(0)
    expect(Buffer.compare(bytesOf(table), noise(160))).toBe(0)
  })

  it.each(['manifest.json', 'device-0/config-space.bin'])('pack of a folder: %s', (name) => {
    const parts = folder.at(`parts-${name.length}`)
    vfmig(['unpack', file, '-o', parts])
    const before = readFileSync(`${parts}/${name}`)
    expectComplaint(vfmig(['pack', parts, '-o', `${parts}/${name}`]), 'is an input')
    expect(readFileSync(`${parts}/${name}`).equals(before)).toBe(true)
  })
})

describe('what fails leaves what was there', () => {
  const names = () => readdirSync(folder.path).sort()

  it('pack', () => {
    const output = folder.file('old.vfms', Uint8Array.of(1, 2, 3))
    const text = folder.file('no-trace.jsonl', Buffer.concat([Buffer.from('{}\n'.repeat(9)), noise(99)]))
    const before = names()
    expectComplaint(vfmig(['pack', VF, `trace=${text}`, '-o', output]), 'is no trace')
    expect([...bytesOf(output)]).toEqual([1, 2, 3])
    expect(names()).toEqual(before)
  })

  it('extract', () => {
    const output = folder.file('old.bin', Uint8Array.of(1, 2, 3))
    const before = names()
    expectComplaint(vfmig(['extract', file, '--what', 'msix-table', '--number', '2', '-o', output]), 'There is no')
    expect([...bytesOf(output)]).toEqual([1, 2, 3])
    expect(names()).toEqual(before)
  })

  it.each([
    { name: 'a folder that was not there', made: undefined, left: undefined },
    { name: 'an empty folder', made: 'deep', left: [] },
  ])('unpack into $name', ({ name, made, left }) => {
    const parts = folder.at(`${name.length}/deep`)
    if (made !== undefined) mkdirSync(parts, { recursive: true })
    // No file may have more than 64 KiB: the writing ends half-way.
    const run = shell(`ulimit -f 64; trap '' XFSZ; vfmig unpack "${file}" -o "${parts}"`)
    expect(run.status).toBe(2)
    if (left === undefined) expect(existsSync(folder.at(`${name.length}`))).toBe(false)
    else expect(readdirSync(parts)).toEqual(left)
  })

  it('a link is followed, and a device is written as it is', () => {
    const target = folder.file('target.vfms', Uint8Array.of(1))
    symlinkSync(target, folder.at('link.vfms'))
    expect(vfmig(['pack', VF, '-o', folder.at('link.vfms')]).status).toBe(0)
    expect([...bytesOf(target).subarray(0, 4)]).toEqual([0x89, 0x56, 0x46, 0x4d])
    expect(vfmig(['pack', VF, '-o', '/dev/null']).status).toBe(0)
    const piped = shell(`vfmig extract "${file}" --what config-space -o >(cat)`)
    expect(Buffer.compare(piped.bytes, bytesOf(VF))).toBe(0)
  })
})

it('a part that was compressed is unpacked to its own bytes', () => {
  // The first chunk has the format in front of its data, the second has not: the file has neither head.
  const head = Uint8Array.of(10, 0, 0, ...Buffer.from('mlx5-state'))
  const [first, second] = [COMPRESSIBLE, COMPRESSIBLE.slice(17)]
  const stream = streamOf([
    {
      ...{ type: 'device-state', device: 0, isDeflated: true, goesOn: true },
      payload: deflatedBy(6, Buffer.concat([head, first])),
    },
    { type: 'device-state', device: 0, isDeflated: true, payload: deflatedBy(6, second) },
    { type: 'vendor-private', device: 0, isDeflated: true, payload: deflatedBy(6, Buffer.concat([head, first])) },
    { type: 'note', isDeflated: true, payload: deflatedBy(6, Buffer.from('note '.repeat(99))) },
    { type: 'ring-state', device: 0, payload: blob(Uint8Array.of(1, 2, 3)) },
  ])
  const parts = folder.at('compressed')
  expect(vfmig(['unpack', '-', '-o', parts], { input: stream }).status).toBe(0)
  const found = bytesOf(`${parts}/device-0/device-state.bin`)
  expect(Buffer.compare(found, Buffer.concat([first, second]))).toBe(0)
  expect(
    Buffer.compare(bytesOf(`${parts}/device-0/vendor-private.bin`), Buffer.concat([head.subarray(4), first])),
  ).toBe(0)
  expect(Buffer.compare(vfmig(['pack', parts]).bytes, stream)).toBe(0)
  const manifest = JSON.parse(readFileSync(`${parts}/manifest.json`, 'utf8'))
  expect(manifest.value.records[0].payload.$file.deflated.head).toBe(Buffer.from(head).toString('hex'))
  manifest.value.records[0].payload.$file.deflated.head = 'xyz'
  writeFileSync(`${parts}/manifest.json`, JSON.stringify(manifest))
  expectComplaint(vfmig(['pack', parts]), 'a reference to a file is')
})
