import type { Finding } from '../../../src/findings/index.ts'
import { toView } from '../../../src/layout/index.ts'
import {
  type AfterTag,
  type DeviceState,
  decodeConfigState,
  type SectionKind,
  VFIO_TAG_SIZE,
  VfioSectionRules,
  vfioTagAt,
} from '../../../src/qemu/index.ts'

/** A record as the reader of a body finds it. */
export interface FoundRecord {
  readonly offset: number
  readonly tag: string
  readonly length?: number
}

/** Reads a body from its first tag on as a stream reader does; returns its records and where it ends. */
export function readBody(
  bytes: Uint8Array,
  start: number,
  rules: VfioSectionRules,
  state?: DeviceState,
): { records: FoundRecord[]; end: number; last: AfterTag } {
  const view = toView(bytes)
  const records: FoundRecord[] = []
  let at = start
  for (;;) {
    const tag = vfioTagAt(view, at)
    const offset = at
    const after = rules.tag(tag, at)
    at += VFIO_TAG_SIZE
    let length: number | undefined
    if (after === 'data') {
      const stated = view.getBigUint64(at)
      const data = bytes.subarray(at + 8, at + 8 + Number(stated))
      state?.add(data, at + 8)
      rules.data(stated, data.length, { offset, length: 16 })
      at += 8 + data.length
      length = Number(stated)
    } else if (after === 'config') {
      length = decodeConfigState(bytes.subarray(at))?.length
      if (length === undefined) {
        rules.configLost({ offset, length: VFIO_TAG_SIZE })
        return { records, end: at, last: 'lost' }
      }
      at += length
    }
    records.push({ offset, tag: String(tag), ...(length !== undefined && { length }) })
    if (after === 'end' || after === 'lost') return { records, end: at, last: after }
  }
}

const LOW: Readonly<Record<string, number>> = { E: 1, C: 2, S: 3, D: 4, I: 5, R: 6, X: 9 }

/** Sections in a line such as `START(S,E) PART(D24,E) END(E) FULL(C,E)`; `C` is the config state that is given. */
export function sectionsOf(text: string, config: Uint8Array): { kind: SectionKind; body: Uint8Array }[] {
  return text.split(' ').map((section) => {
    const [kind = '', list = ''] = section.replace(')', '').split('(')
    const runs = list.split(',').flatMap((record): Uint8Array[] => {
      const letter = record[0] ?? ''
      const tag = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xef, 0x10, 0, LOW[letter] ?? 0)
      if (letter === 'C') return [tag, config]
      if (letter !== 'D') return [tag]
      const size = Number(record.slice(1))
      const length = new Uint8Array(8)
      toView(length).setBigUint64(0, BigInt(size))
      return [tag, length, new Uint8Array(size).fill(0xaa)]
    })
    return { kind: kind as SectionKind, body: Uint8Array.from(runs.flatMap((run) => [...run])) }
  })
}

/** `severity code` of what the rules say of sections in a line; `...` at its end: the stream was cut there. */
export function judged(text: string, config: Uint8Array, usesSwitchoverAck = false): string[] {
  const isWhole = !text.endsWith(' ...')
  const findings: Finding[] = []
  const rules = new VfioSectionRules((finding) => findings.push(finding), ['vfio', 0])
  for (const { kind, body } of sectionsOf(text.replace(' ...', ''), config)) {
    rules.begin(kind, { offset: 0, length: 5 })
    readBody(body, 0, rules)
  }
  rules.finish({ isWhole, usesSwitchoverAck })
  return findings.map(({ severity, code }) => `${severity} ${code.replace('qemu/vfio-', '')}`)
}
