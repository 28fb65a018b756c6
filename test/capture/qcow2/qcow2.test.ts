import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { deflateRawSync, gunzipSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CaptureError } from '../../../src/capture/index.ts'
import { isQcow2, openQcow2, pickSnapshot, type RandomAccess, vmStateChunks } from '../../../src/capture/qcow2/index.ts'

type Image = 'two' | 'small' | 'extended'

const image = (name: Image) =>
  new Uint8Array(
    gunzipSync(readFileSync(new URL(`../../../fixtures/qemu/snapshots-${name}.qcow2.gz`, import.meta.url))),
  )

const fileOf = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
})

const inflate = (bytes: Uint8Array, size: number) => inflateRawSync(bytes, { maxOutputLength: size })

async function stateOf(bytes: Uint8Array, wanted?: string): Promise<Buffer> {
  const opened = await openQcow2(fileOf(bytes))
  const pieces: Uint8Array[] = []
  for await (const piece of vmStateChunks(opened, pickSnapshot(opened, wanted), inflate)) pieces.push(piece.slice())
  return Buffer.concat(pieces)
}

/** The same image with bytes replaced. */
function patched(bytes: Uint8Array, ...patches: readonly (readonly [offset: number, hex: string])[]): Uint8Array {
  const copy = bytes.slice()
  for (const [offset, hex] of patches) copy.set(Buffer.from(hex, 'hex'), offset)
  return copy
}

/** An offset in the image, without the flags above it. */
const u64At = (bytes: Uint8Array, offset: number) =>
  Number(new DataView(bytes.buffer).getBigUint64(offset) & 0xffffffffffffffn)
const hex64 = (number: number | bigint) => number.toString(16).padStart(16, '0')
/** Where the snapshot table stands, and the L1 table of the first snapshot. */
const tableOf = (bytes: Uint8Array) => u64At(bytes, 64)
const l1Of = (bytes: Uint8Array) => u64At(bytes, tableOf(bytes))

// Sums of what `migrate exec:` of the same QEMU wrote at the same point; a Python program of other hands that follows
// docs/interop/qcow2.rst found the same bytes in the images, and QEMU took them as an incoming migration.
test.each<[Image, string | undefined, string]>([
  ['two', 'before', '1e36bed3ecec8415ae963d74222257ed6a3cb15a7fdf33bdd7388dd4e247fa70'],
  ['two', 'after', 'dcc5a1e6cdb29ab38cbf70b0a416f657bd99e01bbeca1a4532bc50716f417772'],
  ['two', '2', 'dcc5a1e6cdb29ab38cbf70b0a416f657bd99e01bbeca1a4532bc50716f417772'],
  ['small', undefined, 'bc33886fbe45d5eb483aa14aec26348d03a04df780cad1cf5f44b774fdb2b0ce'],
  ['extended', undefined, '2a1293919f131722044fb3fc54f79ed624e66c201cab22b33af3e60cd4f25eda'],
])('%s, snapshot %s, holds the stream that QEMU migrated', async (name, wanted, sum) => {
  const state = await stateOf(image(name), wanted)
  expect(state.length).toBe(40863)
  expect(createHash('sha256').update(state).digest('hex')).toBe(sum)
})

test('the snapshots are those that qemu-img lists', async () => {
  const { snapshots } = await openQcow2(fileOf(image('two')))
  expect(snapshots.map(({ id, name, vmStateSize }) => [id, name, vmStateSize])).toEqual([
    ['1', 'before', 40863n],
    ['2', 'after', 40863n],
    ['3', 'disk', 0n],
  ])
})

test('a qcow2 image is known by its magic', () => {
  expect(isQcow2(image('two'))).toBe(true)
  expect(isQcow2(Uint8Array.of(0x51, 0x46, 0x49))).toBe(false)
})

describe('clusters that QEMU does not write for a VM state', () => {
  const small = image('small')
  const l2 = u64At(small, l1Of(small) + 8 * (1048576 / (512 * 64)))
  const state = () => stateOf(small)

  test('one without a place reads as zero', async () => {
    const zeroed = await stateOf(patched(small, [l2 + 8, hex64(0)]))
    const expected = await state()
    expected.fill(0, 512, 1024)
    expect(zeroed.equals(expected)).toBe(true)
  })

  test('a table without a place reads as zero', async () => {
    const zeroed = await stateOf(patched(small, [l1Of(small) + 8 * 33, hex64(0)]))
    const expected = await state()
    expected.fill(0, 32768)
    expect(zeroed.equals(expected)).toBe(true)
  })

  test('one that is compressed is inflated', async () => {
    const content = (await state()).subarray(512, 1024)
    const stored = deflateRawSync(content)
    // Behind the image, 3 bytes into a sector and with other bytes behind it.
    const offset = small.length + 3
    const sectors = BigInt(Math.floor((3 + stored.length) / 512))
    const grown = Buffer.concat([small, Buffer.alloc(3), stored, Buffer.alloc(1024, 0xaa)])
    const descriptor = (1n << 62n) | (sectors << 61n) | BigInt(offset)
    expect((await stateOf(patched(grown, [l2 + 8, hex64(descriptor)]))).equals(await state())).toBe(true)
  })

  test('subclusters that are not allocated read as zero', async () => {
    const extended = image('extended')
    const table = u64At(extended, l1Of(extended) + 8)
    const zeroed = await stateOf(patched(extended, [table + 12, 'fffffffd']))
    const expected = await stateOf(extended)
    expected.fill(0, 512, 1024)
    expect(zeroed.equals(expected)).toBe(true)
  })
})

describe('images that are not read', () => {
  const two = image('two')
  const table = tableOf(two)
  test.each<[string, string, Uint8Array, string | undefined]>([
    ['another version', 'unsupported', patched(two, [7, '01']), 'before'],
    ['encryption', 'unsupported', patched(two, [35, '02']), 'before'],
    ['an external data file', 'unsupported', patched(two, [79, '04']), 'before'],
    ['an unknown feature', 'unsupported', patched(two, [79, '20']), 'before'],
    ['a header that is cut', 'damaged', two.subarray(0, 50), 'before'],
    ['a cluster size of 1 << 40', 'damaged', patched(two, [23, '28']), 'before'],
    ['four thousand million snapshots', 'damaged', patched(two, [60, 'ffffffff']), 'before'],
    ['a snapshot table behind the end', 'damaged', patched(two, [64, '00ffffff']), 'before'],
    ['a snapshot table that is cut', 'damaged', two.subarray(0, table + 60), 'before'],
    ['extra data of 4 GiB', 'damaged', patched(two, [table + 36, 'ffffffff']), 'before'],
    ['an L1 table that is too short', 'damaged', patched(two, [table + 8, '00000000']), 'before'],
    ['an L2 table behind the end', 'damaged', patched(two, [l1Of(two) + 8, '00ffffffffffff00']), 'before'],
    ['a cut in the state', 'damaged', two.subarray(0, u64At(two, l1Of(two) + 8)), 'before'],
    ['a state of 2^60 bytes', 'damaged', patched(two, [table + 8, 'ffffffff'], [table + 40, '10']), 'before'],
    ['no snapshot', 'no-state', patched(two, [60, '00000000']), undefined],
    ['several snapshots', 'snapshot', two, undefined],
    ['no snapshot of that name', 'snapshot', two, 'later'],
    ['a snapshot of the disk', 'snapshot', two, 'disk'],
  ])('%s', async (_, kind, bytes, wanted) => {
    const error = await stateOf(bytes, wanted).catch((problem: unknown) => problem)
    expect(error).toBeInstanceOf(CaptureError)
    expect((error as CaptureError).code).toBe(`capture/qcow2-${kind}`)
  })

  test('the snapshots there are stand in the message', async () => {
    await expect(stateOf(two)).rejects.toThrow('found several: 1 "before", 2 "after".')
  })

  test('a damaged image gives a state or a CaptureError, and never more than the file twice', async () => {
    const small = image('small')
    const damage = fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    const places = [0, tableOf(small), l1Of(small)]
    const near = fc.array(fc.tuple(fc.constantFrom(...places), fc.nat(300), fc.nat(255)), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(damage, near, async (anywhere, close) => {
        const bytes = small.slice()
        for (const [offset, value] of anywhere) bytes[offset] = value
        for (const [place, offset, value] of close) bytes[place + offset] = value
        const state = await stateOf(bytes).catch((problem: unknown) => problem)
        if (state instanceof Buffer) expect(state.length).toBeLessThanOrEqual(2 * small.length)
        else expect(state).toBeInstanceOf(CaptureError)
      }),
      { numRuns: 300 },
    )
  })
})
