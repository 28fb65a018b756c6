import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../../src/findings/index.ts'
import { collected, isOpaque } from '../../../src/layout/index.ts'
import { qemuMigrationFormat, qemuStreamReader } from '../../../src/qemu/index.ts'
import { facts, fixture } from '../fixture.ts'
import { scenarios, streamOf } from '../vfio/captures.ts'

const folder = new URL('../../../fixtures/qemu/', import.meta.url)

/** Streams of QEMU 7.2 and 10.0, of each connection that has a header. */
const streams = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(new URL(`${name}/`, folder))
      .filter((file) => /^(stream|recover)(\.ch0(\.src2dst)?)?\.bin(\.gz)?$/.test(file))
      .map((file) => `${name}/${file}`),
  )

/** What is known to be wrong: a stream that was paused in its middle, one without lengths, one whose source failed. */
const BROKEN: Readonly<Record<string, readonly string[]>> = {
  'o6-postcopy-recover-q10/stream.ch0.src2dst.bin': ['qemu/ended-early'],
  'o7-novmdesc-noconfig-nofooter-q10/stream.bin': ['qemu/body-not-delimited', 'qemu/body-not-read'],
  'q100-v-shortreads-nop2p': ['qemu/ended-early', 'qemu/vfio-not-switched-over'],
}

const serious = (findings: readonly Finding[]) =>
  findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code)

describe('streams that QEMU wrote', () => {
  test.each([
    ...streams.map((path) => [path.replace(/\.gz$/, ''), () => fixture(`qemu/${path}`)] as const),
    ...scenarios.map((name) => [name, () => streamOf(name)] as const),
  ])('%s has nothing worth a warning', (name, bytes) => {
    const input = bytes()
    const { findings } = qemuMigrationFormat.inspect(input)
    expect(new Set(serious(findings))).toEqual(new Set(BROKEN[name] ?? []))
  })

  test('findings alone are those of the whole', () => {
    const input = fixture('qemu/o13-pba-pending-q10/stream.bin.gz')
    const { findings } = qemuMigrationFormat.inspect(input)
    expect(collected(qemuStreamReader({ wanted: 'findings' }), input).findings).toEqual(findings)
  })

  test('vectors that were made pending are told, of igb eight and of e1000e five', () => {
    const { value, findings } = qemuMigrationFormat.inspect(fixture('qemu/o13-pba-pending-q10/stream.bin.gz'))
    const pending = findings.filter(({ code }) => code === 'qemu/msix-pending')
    expect(
      pending.map(({ path, message }) => [value?.devices[path[1] as number]?.name.split('/')[1], message]),
    ).toEqual([
      ['igb', '8 vectors are pending, the first is 2.'],
      ['e1000e', '5 vectors are pending, the first is 0.'],
    ])
  })

  test('the state that another program reads is that of the finding', () => {
    const { findings } = qemuMigrationFormat.inspect(fixture('qemu/o1-igb-16m-q10/stream.bin.gz'))
    const state = facts<Record<string, { runstate?: string }>>('qemu/o1-igb-16m-q10/stream.state.json.gz')
    const [entry] = Object.entries(state).filter(([name]) => name.startsWith('globalstate'))
    const hex = `${entry?.[1].runstate}`.replaceAll(' ', '').replace(/(00)+$/, '')
    const finding = findings.find(({ code }) => code === 'qemu/guest-not-running')
    expect(finding?.message).toContain(`"${Buffer.from(hex, 'hex').toString()}"`)
  })

  test('each config space of a device is a space', () => {
    const input = fixture('qemu/o1-igb-16m-q10/stream.bin.gz')
    const spaces = qemuMigrationFormat.spaces?.(input) ?? []
    const { value } = qemuMigrationFormat.inspect(input)
    for (const { name, pieces } of spaces) {
      const index = Number(/^devices\[(\d+)\]\.configSpace$/.exec(name)?.[1])
      expect(isOpaque(value?.devices[index]?.fields)).toBe(false)
      const [piece] = pieces
      expect([256, 4096]).toContain(piece?.length)
      // Every device of these machines is of Intel, but root ports and virtio devices: those are of Red Hat.
      const at = piece?.parentOffset ?? 0
      const vendor = (input[at] as number) | ((input[at + 1] as number) << 8)
      expect([0x8086, 0x1b36, 0x1af4]).toContain(vendor)
    }
    expect(spaces.length).toBeGreaterThan(4)
  })
})
