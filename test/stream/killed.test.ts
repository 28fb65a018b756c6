import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { isOpaque } from '../../src/layout/index.ts'
import { codesOf, inspect } from './sample.ts'

const folder = mkdtempSync(join(tmpdir(), 'vfmig-killed-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Writes notes until it is killed, a piece with each call. */
const WRITER = `
  import { writeSync } from 'node:fs'
  import { MigrationStreamWriter } from './dist/stream/index.js'
  const writer = new MigrationStreamWriter({ uuid: new Uint8Array(16) })
  writeSync(1, writer.begin())
  for (let at = 0; ; at++)
    for (const piece of writer.record({ type: 'note', payload: { note: String(at).repeat(300) } })) writeSync(1, piece)
`

test.each([3, 11, 27, 50, 80])(
  'a writer that is killed %i ms after its first byte leaves whole records',
  async (wait) => {
    const path = join(folder, `${wait}`)
    const file = openSync(path, 'w')
    const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER], {
      stdio: ['ignore', file, 'inherit'],
    })
    const ended = new Promise((resolve) => writer.once('exit', (_, signal) => resolve(signal)))
    while (readFileSync(path).length === 0 && writer.exitCode === null) await setTimeout(5)
    await setTimeout(wait)
    writer.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    closeSync(file)
    const inspected = inspect(Uint8Array.from(readFileSync(path)))
    const codes = codesOf(inspected)
    expect(codes).toContain('stream/end-missing')
    expect(codes.filter((code) => code !== 'stream/truncated' && code !== 'stream/end-missing')).toEqual([])
    const whole = (inspected.value?.records ?? []).filter((record) => !isOpaque(record))
    whole.forEach((record, at) => {
      expect(!isOpaque(record) && record.header.sequence).toBe(BigInt(at))
    })
  },
)
