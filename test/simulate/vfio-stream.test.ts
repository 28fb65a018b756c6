import { describe, expect, test } from 'vitest'
import { simulate } from '../../src/simulate/index.ts'

/** Tags of QEMU's device section, big-endian, by the letters that the tests use. */
const TAGS: Record<string, string> = {
  ffffffffef100001: 'E',
  ffffffffef100002: 'C',
  ffffffffef100003: 'S',
  ffffffffef100004: 'D',
  ffffffffef100005: 'I',
}
const SECTION: Record<number, string> = { 1: 'START', 2: 'PART', 3: 'END', 4: 'FULL' }
/** Version, config space, INTx lines, three MSI-X entries and their pending bits. */
const CONFIG = 4 + 4096 + 16 + 3 * 16 + 1

const hex = (bytes: Uint8Array, at: number) => Buffer.from(bytes.subarray(at, at + 8)).toString('hex')

/** The records of a section that starts at `at`, and where its footer has to be. */
function recordsAt(bytes: Uint8Array, at: number): { text: string; end: number; data: Uint8Array[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const letters: string[] = []
  const data: Uint8Array[] = []
  for (;;) {
    const letter = TAGS[hex(bytes, at)]
    if (letter === undefined) throw new Error(`no record at ${at}`)
    at += 8
    if (letter === 'C') {
      expect(view.getUint32(at)).toBe(2)
      expect(bytes.slice(at + 4100, at + 4116)).toEqual(new Uint8Array(16))
      at += CONFIG
      letters.push(`C${CONFIG}`)
    } else if (letter === 'D') {
      const length = Number(view.getBigUint64(at))
      data.push(bytes.slice(at + 8, at + 8 + length))
      at += 8 + length
      letters.push(length === 0 ? 'D0' : 'D')
    } else letters.push(letter)
    if (letter === 'E' || letter === 'I') return { text: letters.join(','), end: at, data }
  }
}

/** Finds the sections of device 2 by their marks and reads them without the code that wrote them. */
function deviceSections(stream: Uint8Array) {
  const found: { section: string; text: string; data: Uint8Array[] }[] = []
  const view = new DataView(stream.buffer, stream.byteOffset)
  const name = '0000:00:02.0/vfio'
  for (let at = 0; at + 13 < stream.length; at++) {
    const section = SECTION[stream[at] as number]
    if (section === undefined || view.getUint32(at + 1) !== 2) continue
    const isNamed = section === 'START' || section === 'FULL'
    const named = isNamed ? Buffer.from(stream.subarray(at + 6, at + 6 + name.length)).toString() : ''
    const body = at + 5 + (isNamed ? 1 + name.length + 8 : 0)
    if ((isNamed && named !== name) || body + 8 > stream.length || TAGS[hex(stream, body)] === undefined) continue
    if (isNamed) expect([view.getUint32(body - 8), view.getUint32(body - 4)]).toEqual([0, 1])
    const { text, end, data } = recordsAt(stream, body)
    expect([stream[end], view.getUint32(end + 1)]).toEqual([0x7e, 2])
    found.push({ section, text, data })
  }
  return found
}

describe('sections of the device are those that QEMU writes', () => {
  test('v2: setup, initial data, pre-copy, the rest, config', () => {
    const sections = deviceSections(simulate('vfio-v2', 1).stream)
    const texts = sections.map(({ section, text }) => `${section}(${text})`)
    expect(texts.slice(0, 2)).toEqual(['START(S,E)', 'PART(D,I)'])
    expect(texts.slice(2, -2).every((text) => /^PART\((D,)?E\)$/.test(text))).toBe(true)
    expect(texts.slice(-2)).toEqual(['END(D,E)', `FULL(C${CONFIG},E)`])
  })

  test('v2: the data of all sections is one chain of records: the size first, then images', () => {
    const data = Buffer.concat(deviceSections(simulate('vfio-v2', 1).stream).flatMap((section) => section.data))
    const tags: string[] = []
    let at = 0
    while (at < data.length) {
      const size = Number(data.readBigUInt64LE(at))
      tags.push(`${data.readUInt32LE(at + 12)}/${data.readUInt32LE(at + 8)}`)
      at += 16 + size
    }
    expect(at).toBe(data.length)
    expect(tags[0]).toBe('1/1')
    expect(tags.slice(1).every((tag) => tag === '0/0')).toBe(true)
    expect(tags.length).toBeGreaterThan(2)
  })

  test('v1: records of the staged pieces, empty ones before the stop', () => {
    const texts = deviceSections(simulate('vfio-v1', 1).stream).map(({ section, text }) => `${section}(${text})`)
    expect(texts[0]).toBe('START(S,E)')
    expect(texts.slice(1, -2).every((text) => text === 'PART(D0,E)')).toBe(true)
    expect(texts.slice(-2)).toEqual(['END(D,D,E)', `FULL(C${CONFIG},E)`])
  })
})
