import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DecodeError } from '../../src/findings/index.ts'
import { deflated, inflated } from '../../src/stream/index.ts'
import { streamOf } from '../stream/sample.ts'
import { blob, COMPRESSIBLE, deflatedBy, IMAGE, noise, pages, RECORDS, STATE, STREAM, TABLE } from './streams.ts'
import { bytesOf, expectComplaint, Folder, json, shell, VF, vfmig } from './support.ts'

const folder = new Folder()
const file = folder.file('stream.vfms', STREAM)
let number = 0
const fresh = () => folder.at(`folder${number++}`)

/** The stream that packing the unpacked gives. */
function again(stream: Uint8Array): { readonly bytes: Uint8Array; readonly parts: string } {
  const parts = fresh()
  expect(vfmig(['unpack', '-', '-o', parts], { input: stream })).toMatchObject({ status: 0, stdout: '', stderr: '' })
  const run = vfmig(['pack', parts])
  expect(run).toMatchObject({ status: 0, stderr: '' })
  return { bytes: run.bytes, parts }
}

const same = (stream: Uint8Array) => Buffer.compare(again(stream).bytes, stream) === 0

describe('unpack, then pack', () => {
  it('gives the same stream, with its parts in files', () => {
    const { bytes, parts } = again(STREAM)
    expect(Buffer.compare(bytes, STREAM)).toBe(0)
    expect(bytesOf(`${parts}/device-0/config-space.bin`)).toEqual(bytesOf(VF))
    expect(bytesOf(`${parts}/device-0/msix-table.bin`)).toEqual(TABLE)
    expect(Buffer.compare(bytesOf(`${parts}/device-0/device-state.bin`), STATE)).toBe(0)
    // Compressed by the platform: inflated. By another compressor: as stored.
    expect(Buffer.compare(bytesOf(`${parts}/device-0/pf-state.bin`), COMPRESSIBLE)).toBe(0)
    const stored = deflatedBy(1, Buffer.concat([new Uint8Array(3), COMPRESSIBLE]))
    expect(Buffer.compare(bytesOf(`${parts}/device-0/ring-state.deflated.bin`), stored)).toBe(0)
    expect(bytesOf(`${parts}/migration/memory-region-0.bin`).length).toBe(5 * 4096)
    const manifest = JSON.parse(readFileSync(`${parts}/manifest.json`, 'utf8'))
    expect(manifest.value.records[3].payload).toEqual({
      $file: { path: 'device-0/device-state.bin', offset: 100_000, length: 100_000 },
    })
  })

  it.each([
    { name: 'empty', stream: streamOf([]) },
    { name: 'without index', stream: streamOf(RECORDS, false) },
    { name: 'with bytes behind its end', stream: Buffer.concat([STREAM, noise(70_000)]) },
    { name: 'with a hole', stream: Buffer.concat([STREAM.subarray(0, 5000), STREAM.subarray(6024)]) },
    {
      name: 'with noise in front of records',
      stream: Buffer.concat([STREAM.subarray(0, 64), noise(99_999), STREAM.subarray(64)]),
    },
    { name: 'of a header alone', stream: STREAM.subarray(0, 64) },
  ])('$name', ({ stream }) => {
    expect(same(stream)).toBe(true)
  })

  it('a flipped bit or a cut anywhere', () => {
    const small = streamOf([
      { type: 'note', payload: { note: 'hello' } },
      { type: 'pf-state', device: 1, payload: deflatedBy(6, COMPRESSIBLE), isDeflated: true },
    ])
    for (let at = 0; at < 12; at++) {
      const place = 8 + Math.floor((at * (small.length - 8)) / 12)
      const flipped = small.slice()
      flipped[place] = (flipped[place] as number) ^ 4
      expect(same(flipped), `flip at ${place}`).toBe(true)
      if (place >= 64) expect(same(small.subarray(0, place)), `cut at ${place}`).toBe(true)
    }
  })

  it('takes what was edited, with new sums', () => {
    const { parts } = again(STREAM)
    const path = `${parts}/device-0/config-space.bin`
    const space = bytesOf(path)
    space[4] = 7
    writeFileSync(path, space)
    const edited = vfmig(['pack', `${parts}/manifest.json`]).bytes
    expect(vfmig(['extract', '-', '--what', 'config-space'], { input: edited }).bytes).toEqual(space)
    const { findings } = json(['decode', '--json', '-'], { input: edited })
    expect(
      findings.map(({ code }: { code: string }) => code).filter((code: string) => /digest|damaged/.test(code)),
    ).toEqual([])
  })

  it('refuses a folder with something in it, and what is no stream', () => {
    expectComplaint(vfmig(['unpack', file, '-o', folder.path]), 'is not empty')
    expectComplaint(vfmig(['unpack', VF, '-o', fresh()]), 'is no migration stream')
    const none = fresh()
    expectComplaint(vfmig(['unpack', '-', '-o', none], { input: STREAM.subarray(0, 20) }), /expected/)
    expect(existsSync(none)).toBe(false)
  })
})

describe('a manifest', () => {
  const { parts } = again(STREAM)
  const manifest = readFileSync(`${parts}/manifest.json`, 'utf8')
  writeFileSync(folder.at('outside.bin'), new Uint8Array(4096))
  symlinkSync(folder.at('outside.bin'), `${parts}/link.bin`)
  mkdirSync(`${parts}/inner`)
  const packed = (reference: unknown) => {
    const edited = JSON.parse(manifest)
    edited.value.records[0].payload = reference
    writeFileSync(`${parts}/edited.json`, JSON.stringify(edited))
    const output = folder.at('none.vfms')
    const run = vfmig(['pack', `${parts}/edited.json`, '-o', output])
    expect(existsSync(output)).toBe(false)
    return run
  }
  const at = (path: unknown, offset: unknown = 0, length: unknown = 16) => ({ $file: { path, offset, length } })

  it.each([
    { name: 'absolute', reference: at('/etc/hostname'), words: /no path below the folder/ },
    { name: 'upwards', reference: at('../outside.bin'), words: /no path below the folder/ },
    { name: 'upwards in between', reference: at('inner/../../outside.bin'), words: /no path below the folder/ },
    { name: 'of another system', reference: at('..\\outside.bin'), words: /no path below the folder/ },
    { name: 'empty', reference: at(''), words: /no path below the folder/ },
    { name: 'a link out of the folder', reference: at('link.bin'), words: /leads out of the folder/ },
    { name: 'a folder', reference: at('inner'), words: /is not a file/ },
    { name: 'missing', reference: at('missing.bin'), words: /there is no such file/ },
    { name: 'longer than the file', reference: at('device-0/msix-table.bin', 0, 1e12), words: /too few for/ },
    { name: 'behind the file', reference: at('device-0/msix-table.bin', 1e15, 1), words: /too few for/ },
    { name: 'negative', reference: at('device-0/msix-table.bin', -1), words: /a reference to a file is/ },
    { name: 'a number', reference: at(5), words: /a reference to a file is/ },
    { name: 'null', reference: { $file: null }, words: /a reference to a file is/ },
    { name: 'more members', reference: { ...at('link.bin'), more: 1 }, words: /a reference to a file is/ },
    {
      name: 'a reference into a stream',
      reference: { $bytes: { offset: 0, length: 1, sha256: '0'.repeat(64) } },
      words: /instead of \$bytes/,
    },
    { name: 'another length than stated', reference: at('device-0/msix-table.bin'), words: /expected .*found/ },
    {
      name: 'other compressed bytes',
      reference: {
        $file: { path: 'device-0/pf-state.bin', offset: 0, length: 9, deflated: { length: 9, sha256: '' } },
      },
      words: /does not compress to the payload/,
    },
  ])('$name is refused', ({ reference, words }) => {
    expectComplaint(packed(reference), words)
  })

  it.each([
    { text: '{', words: /is not JSON/ },
    { text: 'null', words: /"vfmig" is not 1/ },
    { text: '{"vfmig":1,"format":"msix-table","value":{}}', words: /"format" is not/ },
    { text: '{"vfmig":1,"format":"migration-stream"}', words: /"value" is missing/ },
    { text: '{"vfmig":1,"format":"migration-stream","value":[]}', words: /expected/ },
    { text: '{"vfmig":1,"format":"migration-stream","value":{"header":{},"records":[]}}', words: /expected/ },
  ])('$text', ({ text, words }) => {
    expectComplaint(vfmig(['pack', folder.file('wrong.json', text), '-o', folder.at('none.vfms')]), words)
  })

  it('is packed alone', () => {
    expectComplaint(vfmig(['pack', parts, VF]), 'pack it alone')
    expectComplaint(vfmig(['pack', parts, '--deflate']), '--deflate is for parts')
    expectComplaint(vfmig(['pack', folder.at('dumps/none.json')]), 'there is no such file')
  })
})

describe('pack of parts', () => {
  const state = folder.file('state.bin', noise((1 << 20) * 2 + 5))
  const table = folder.file('table.bin', TABLE)
  const UUID = '00112233-4455-6677-8899-aabbccddeeff'

  it('infers roles, cuts into chunks, and says who the device is', () => {
    const output = folder.at('parts.vfms')
    const facts = 'address=0000:01:10.0,vendor=0x8086,device=0x10ca,driver=igbvf'
    const words = [VF, `msix-table=${table}`, `device-state:mlx5-state=${state}`, `device=address=0000:01:10.1`, VF]
    expect(
      vfmig(['pack', ...words, '-o', output, '--device', facts, '--design', 'vfio-v2', '--uuid', UUID]),
    ).toMatchObject({
      status: 0,
      stderr: '',
    })
    const { value, findings } = json(['decode', '--json', output])
    const codes = findings.map(({ code }: { code: string }) => code)
    // The state is of another vendor, and these parts were not given; the framing has no fault.
    expect(codes.filter((code: string) => code.startsWith('stream/'))).toEqual([
      'stream/vendor-mismatch',
      'stream/msix-pba-missing',
      'stream/msix-table-missing',
      'stream/msix-pba-missing',
    ])
    expect(value.header.uuid).toBe(UUID.replaceAll('-', ''))
    const kinds = value.records.map(({ header }: never) => {
      const { kind, device, chunk, length } = header as Record<string, never>
      return [(kind as unknown as { type: string }).type, device, chunk, Number(length)]
    })
    expect(kinds.slice(0, 8)).toEqual([
      ['device', 0, 0, expect.any(Number)],
      ['design', 0, 0, 9],
      ['config-space', 0, 0, bytesOf(VF).length],
      ['msix-table', 0, 0, TABLE.length],
      ['device-state', 0, 0, (1 << 20) + 13],
      ['device-state', 0, 1, 1 << 20],
      ['device-state', 0, 2, 5],
      ['device', 1, 0, expect.any(Number)],
    ])
    expect(value.records[0].payload).toMatchObject({
      vendorId: 0x8086,
      deviceId: 0x10ca,
      address: '0000:01:10.0',
      driver: 'igbvf',
    })
    const taken = vfmig(['extract', output, '--what', 'device-state']).bytes
    expect(Buffer.compare(taken, bytesOf(state))).toBe(0)
  })

  it('compresses where that pays', () => {
    const text = folder.file('text.bin', COMPRESSIBLE)
    const noisy = folder.file('noisy.bin', noise(5000))
    const stream = vfmig(['pack', `pf-state=${text}`, `ring-state=${noisy}`, '--deflate']).bytes
    expect(stream.length).toBeLessThan(COMPRESSIBLE.length / 2)
    const { records } = json(['decode', '--json', '-'], { input: stream }).value
    const flags = records.map(({ header }: never) => (header as { flags: { deflated: boolean } }).flags.deflated)
    expect(flags.slice(0, 3)).toEqual([false, true, false])
    expect(Buffer.compare(vfmig(['extract', '-', '--what', 'pf-state'], { input: stream }).bytes, COMPRESSIBLE)).toBe(0)
    expect(same(stream)).toBe(true)
  })

  it('a trace comes back line by line', () => {
    const trace = folder.at('trace.jsonl')
    vfmig(['simulate', 'vfio-v2', '--trace', trace])
    const stream = vfmig(['pack', trace]).bytes
    expect(vfmig(['extract', '-', '--what', 'trace'], { input: stream }).stdout).toBe(readFileSync(trace, 'utf8'))
  })

  it('is random by default', () => {
    expect(vfmig(['pack', VF]).bytes.subarray(24, 40)).not.toEqual(vfmig(['pack', VF]).bytes.subarray(24, 40))
  })

  it.each([
    { args: ['no-part=x'], words: /There is no part "no-part"/ },
    { args: ['msix-tabel=x'], words: /did you mean msix-table\?/ },
    { args: [table], words: /does not show what it is/ },
    { args: [VF, '--uuid', '12'], words: /is no UUID/ },
    { args: [VF, '--device', 'colour=red'], words: /says nothing of a device/ },
    { args: [VF, '--device', 'vendor=0x12345'], words: /is no PCI ID/ },
    { args: ['device-state:no-format=x'], words: /There is no format/ },
    { args: ['msix-table=missing.bin'], words: /there is no such file/ },
    { args: [`trace=${state}`], words: /is no trace/ },
  ])('$args', ({ args, words }) => {
    expectComplaint(vfmig(['pack', ...args, '-o', folder.at('none.vfms')]), words)
    expect(existsSync(folder.at('none.vfms'))).toBe(false)
  })
})

describe('extract', () => {
  const taken = (...args: string[]) => vfmig(['extract', file, ...args])

  it.each([
    { what: 'config-space', bytes: bytesOf(VF) },
    { what: 'msix-table', bytes: TABLE },
    { what: 'device-state', bytes: STATE },
    { what: 'ring-state', bytes: COMPRESSIBLE },
    { what: 'pf-state', bytes: Uint8Array.of(1, 2, 3) },
    { what: 'trace', bytes: new TextEncoder().encode('{"event":1}\n{"event":2}\n') },
  ])('$what', ({ what, bytes }) => {
    expect(Buffer.compare(taken('--what', what).bytes, bytes)).toBe(0)
    const output = folder.at('part.bin')
    expect(taken('--what', what, '-o', output)).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(Buffer.compare(bytesOf(output), bytes)).toBe(0)
  })

  it('never writes over its input', () => {
    expectComplaint(taken('--what', 'config-space', '-o', file), 'is an input')
    expect(Buffer.compare(bytesOf(file), STREAM)).toBe(0)
  })

  it('one of several', () => {
    expect(Buffer.compare(taken('--what', 'pf-state', '--number', '1').bytes, COMPRESSIBLE)).toBe(0)
    expectComplaint(taken('--what', 'pf-state', '--number', '3'), 'There is no pf-state 3; the last is 2.')
  })

  it('memory: later pages win', () => {
    const output = folder.at('ram.bin')
    expect(shell(`cat "${file}" | vfmig extract - --what memory -o "${output}"`)).toMatchObject({
      status: 0,
      stderr: '',
    })
    expect(Buffer.compare(bytesOf(output), IMAGE)).toBe(0)
    expectComplaint(taken('--what', 'memory', '--region', '4', '-o', folder.at('no-ram.bin')), 'There is no region 4')
    expect(existsSync(folder.at('no-ram.bin'))).toBe(false)
    expect(Buffer.compare(taken('--what', 'memory').bytes, IMAGE)).toBe(0)
    const outside = streamOf([RECORDS[7] as never, pages(8, new Uint8Array(4096))])
    expectComplaint(
      vfmig(['extract', '-', '--what', 'memory', '-o', output], { input: outside }),
      'lies behind region 0',
    )
  })

  it('says what there is instead', () => {
    expectComplaint(taken('--what', 'msix-pba'), /has no msix-pba; there are config-space, msix-table/)
    expectComplaint(
      taken('--what', 'msix-table', '--device', '3'),
      /has no msix-table of device 3; there are no records/,
    )
    const two = streamOf([0, 1].map((device) => ({ type: 'config-space', device, payload: bytesOf(VF) })))
    expectComplaint(vfmig(['extract', '-', '--what', 'config-space'], { input: two }), 'pick one with --device: 0, 1.')
    expect(vfmig(['extract', '-', '--what', 'config-space', '--device', '1'], { input: two }).bytes).toEqual(
      bytesOf(VF),
    )
  })

  it.each([
    { name: 'damage', change: (bytes: Uint8Array) => bytes.fill(0xff, 200_000, 200_010), words: /not whole/ },
    { name: 'an early end', change: (bytes: Uint8Array) => bytes.subarray(0, 150_000), words: /not whole/ },
  ])('gives no part with $name', ({ change, words }) => {
    const state = { type: 'device-state', device: 0 } as const
    const whole = streamOf([
      { ...state, payload: blob(noise(100_000)), goesOn: true },
      { ...state, payload: noise(200_000) },
    ])
    expectComplaint(vfmig(['extract', '-', '--what', 'device-state'], { input: change(whole) }), words)
  })

  it('refuses compressed bytes that lie', () => {
    const payload = deflatedBy(6, COMPRESSIBLE)
    payload[0] = 1
    const lie = streamOf([{ type: 'msix-pba', device: 0, payload, isDeflated: true }])
    expectComplaint(vfmig(['extract', '-', '--what', 'msix-pba'], { input: lie }), 'cannot be inflated')
  })
})

describe('deflated and inflated', () => {
  it.each([0, 1, 1000, 300_000])('%i bytes come back', async (length) => {
    const bytes = noise(length)
    expect(Buffer.compare(await inflated(await deflated(bytes)), bytes)).toBe(0)
  })

  it.each([
    { name: 'fewer bytes', payload: Uint8Array.of(1, 2), code: 'layout/ended-early' },
    { name: 'more than allowed', payload: deflatedBy(6, new Uint8Array(2000)), code: 'layout/number-too-large' },
    {
      name: 'noise',
      payload: Buffer.concat([Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0), noise(50)]),
      code: 'layout/damaged-part',
    },
    {
      name: 'more than stated',
      payload: Buffer.concat([
        Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0),
        deflatedBy(6, new Uint8Array(1 << 24)).subarray(8),
      ]),
      code: 'layout/length-mismatch',
    },
  ])('$name', async ({ payload, code }) => {
    const failure = inflated(payload, { maxBytes: 1000 })
    await expect(failure).rejects.toThrow(DecodeError)
    await expect(failure).rejects.toMatchObject({ code })
  })
})
