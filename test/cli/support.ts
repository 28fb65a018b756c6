import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, expect } from 'vitest'

/** The built command: tests run it as its users do. */
export const COMMAND = resolve('dist/cli/vfmig.cjs')
if (!existsSync(COMMAND)) throw new Error('dist/cli/vfmig.cjs is missing: run npm run build first.')

export const GUESTS = resolve('fixtures/guests')
export const IGB = join(GUESTS, 'g1-igb-q10')
/** A VF of igb behind a port: MSI-X at 0x70, PCI Express at 0xa0, AER at 0x100, ARI at 0x150. */
export const VF = join(IGB, 'config/0000-01-10.0.bin')

export interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  /** Standard output as it came. */
  readonly bytes: Uint8Array
}

interface RunOptions {
  readonly input?: Uint8Array | string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** User to run as. */
  readonly uid?: number
}

/** Runs the command to its end. */
export function vfmig(args: readonly string[], { input, cwd, env, uid }: RunOptions = {}): Run {
  return runOf(
    spawnSync(process.execPath, [COMMAND, ...args], {
      input: input ?? '',
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
      env: { ...process.env, ...env },
      maxBuffer: 1 << 30,
      timeout: 30_000,
    }),
  )
}

/** Runs a shell line in which `vfmig` is the command. */
export function shell(line: string, options: RunOptions = {}): Run {
  const script = `vfmig() { "${process.execPath}" "${COMMAND}" "$@"; }\n${line}`
  return runOf(
    spawnSync('bash', ['-c', script], {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      maxBuffer: 1 << 30,
      timeout: 30_000,
    }),
  )
}

function runOf({ status, stdout, stderr, error }: SpawnSyncReturns<Buffer>): Run {
  if (error !== undefined) throw error
  return { status, stdout: stdout.toString(), stderr: stderr.toString(), bytes: new Uint8Array(stdout) }
}

/** Expects the command to have failed with one sentence on standard error and nothing else. */
export function expectComplaint({ status, stdout, stderr }: Run, words: RegExp | string): void {
  expect(stderr).toMatch(words)
  expect(stderr).toMatch(/^vfmig: [^\n]+[.!?]\n$/)
  expect(stderr).not.toMatch(/ at (file|node):|\.m?js:\d/)
  expect(stdout).toBe('')
  expect(status).toBe(2)
}

/** A temporary folder of one test file, removed behind it. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'vfmig-cli-'))

  constructor() {
    afterAll(() => rmSync(this.path, { recursive: true, force: true }))
  }

  at(name: string): string {
    return join(this.path, name)
  }

  /** Writes a file and gives its path. */
  file(name: string, content: Uint8Array | string): string {
    const path = this.at(name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  }
}

export function bytesOf(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path))
}

/** Every captured configuration space of the fixtures. */
export function configSpaces(): string[] {
  return readdirSync(GUESTS).flatMap((guest) => {
    const folder = join(GUESTS, guest, 'config')
    return readdirSync(folder).map((name) => join(folder, name))
  })
}

/** The VF's bytes with some of them changed. */
export function changed(changes: Readonly<Record<number, number>>, path = VF): Uint8Array {
  const bytes = bytesOf(path)
  for (const [offset, value] of Object.entries(changes)) bytes[Number(offset)] = value
  return bytes
}

/** The output of a command that must succeed, as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
export function json(args: readonly string[], options: RunOptions = {}): any {
  const run = vfmig(args, options)
  expect(run.stderr).toBe('')
  return JSON.parse(run.stdout)
}
