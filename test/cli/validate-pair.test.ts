import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bytesOf, Folder, json, vfmig } from './support.ts'

// A VERSION command and its reply, with ID 1; a command with ID 2 that nobody answers.
const hello = [1, 0, 1, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0]
const answer = hello.map((byte, at) => (at === 8 ? 1 : byte))
const reset = [2, 0, 13, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
const stray = reset.map((byte, at) => (at === 0 ? 3 : at === 8 ? 1 : byte))

const folder = new Folder()
const client = folder.file('run.c2s.bin', Uint8Array.from([...hello, ...reset]))
const server = folder.file('run.s2c.bin', Uint8Array.from([...answer, ...stray]))
const zipped = folder.file('zip.c2s.bin.gz', gzipSync(Uint8Array.from([...hello, ...reset])))
folder.file('zip.s2c.bin.gz', gzipSync(Uint8Array.from([...answer, ...stray])))
folder.file('lone.c2s.bin', Uint8Array.from([...hello, ...reset]))
folder.file('odd.c2s.bin', Uint8Array.from([...hello, ...reset]))
folder.file('odd.s2c.bin', 'some text\n')

interface Entry {
  readonly path: string
  readonly format: string | null
  readonly findings: { readonly code: string; readonly offset: number }[]
}

const codes = (args: string[]) => {
  const { files } = json(['validate', '--format', 'json', ...args]) as { files: Entry[] }
  return Object.fromEntries(
    files.map(({ path, findings }) => [path, findings.map(({ code, offset }) => `${code} @${offset}`)]),
  )
}

const unanswered = ['vfio-user/request-unanswered @20']
const without = ['vfio-user/reply-without-request @20']

describe('both directions of a vfio-user connection', () => {
  it('are judged together, each finding in the entry of its file', () => {
    expect(codes([client, server])).toEqual({ [client]: unanswered, [server]: without })
    expect(codes([server, client])).toEqual({ [client]: unanswered, [server]: without })
    expect(vfmig(['validate', client, server]).status).toBe(1)
  })

  it('are judged alone where the other is not among the inputs', () => {
    expect(codes([client])).toEqual({ [client]: [] })
    expect(codes([server])).toEqual({ [server]: [] })
  })

  it('are found in folders, also compressed, and where one is something else it is left alone', () => {
    const found = codes([folder.at('.')])
    const named = (name: string) => Object.entries(found).find(([path]) => path.endsWith(name))?.[1]
    expect(named('run.c2s.bin')).toEqual(unanswered)
    expect(named('zip.c2s.bin.gz')).toEqual(unanswered)
    expect(named('zip.s2c.bin.gz')).toEqual(without)
    expect(named('lone.c2s.bin')).toEqual([])
    expect(named('odd.c2s.bin')).toEqual([])
    expect(zipped.endsWith('zip.c2s.bin.gz')).toBe(true)
  })

  it('are judged by the byte order that is set', () => {
    const swap = (bytes: readonly number[]) => {
      const view = Buffer.from(bytes)
      view.subarray(0, 4).swap16()
      view.subarray(4, 16).swap32()
      view.subarray(16, 20).swap16()
      return view
    }
    const files = [
      folder.file('big.c2s.bin', Buffer.concat([swap(hello), swap(reset)])),
      folder.file('big.s2c.bin', Buffer.concat([swap(answer), swap(stray)])),
    ] as const
    const options = ['--as', 'vfio-user-messages', '--set', 'byteOrder=big']
    expect(codes([...options, ...files])).toEqual({ [files[0]]: unanswered, [files[1]]: without })
  })

  it('of a real connection give no error and no warning', () => {
    const capture = ['src', 'dst'].flatMap((name) =>
      ['c2s', 's2c'].map((way) => `fixtures/vfio-user/libvfio-user-sample/${name}.${way}.bin`),
    )
    const { status, stdout } = vfmig(['validate', '--strict', ...capture])
    expect(status).toBe(0)
    expect(stdout).toContain('vfio-user/capability-beyond-proposal')
  })
})

it('decode shows every message of a direction', () => {
  const path = 'fixtures/vfio-user/libvfio-user-sample/src.c2s.bin'
  const { status, stdout } = vfmig(['decode', path])
  expect(status).toBe(0)
  expect(stdout.match(/messageId/g)).toHaveLength(103)
  const { value } = json(['decode', '--json', path]) as { value: { messages: unknown[] } }
  expect(value.messages).toHaveLength(103)
  const { bytes } = vfmig(['encode', '-'], { input: vfmig(['decode', '--json', path]).stdout })
  expect(Buffer.compare(bytes, bytesOf(path))).toBe(0)
})
