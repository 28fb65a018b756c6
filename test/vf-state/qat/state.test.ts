import { describe, expect, test } from 'vitest'
import { qatStateFormat as format, type QatState, qatCodes } from '../../../src/vf-state/index.ts'
import { hasCompiler, offsetsInC } from '../c-struct.ts'
import { decodeErrorOf, findingsOf, uncovered } from '../support.ts'
import {
  bank,
  banks,
  config,
  device,
  general,
  image,
  miscellaneous,
  number,
  type Section,
  section,
  sla,
  state,
} from './writer.ts'

const SETUP = image([config()])
const whole = (changes?: Parameters<typeof device>[0]) => state([SETUP, image(device(changes))])

interface Node {
  readonly id: string
  readonly state: unknown
}
/** Content by names: `GENER.sla`. */
function contents(sections: unknown, prefix = ''): Map<string, unknown> {
  return new Map(
    (sections as readonly Node[]).flatMap(({ id, state: content }): [string, unknown][] => {
      const isList =
        Array.isArray(content) && content.every((element) => typeof element.id === 'string') && content.length > 0
      return isList ? [...contents(content, `${prefix}${id}.`)] : [[prefix + id, content]]
    }),
  )
}

describe('a whole state', () => {
  const limited = general({ sla: new Uint8Array([...sla(1, 0xfn, 100, 200), ...sla(2, 0xf0n, 1, 2)]) })
  const bytes = whole({ general: limited })
  const value = format.decode(bytes)

  test('set-up', () => {
    // 3 sections of 16 bytes and 4, 2 and 4 bytes of content, without alignment.
    expect(value.setup).toMatchObject({ magic: 0xadf5caea, version: 1, preambleLength: 16, sectionCount: 1, size: 74 })
    expect(Object.fromEntries(contents(value.setup.sections))).toEqual({
      'CONFIG.gencap': 0x0003ff17,
      'CONFIG.svcmap': 0x0249,
      'CONFIG.extdc': 3,
    })
  })

  test('general state and registers', () => {
    const found = contents(value.image?.sections)
    const padding = new Uint8Array(4)
    expect(found.get('GENER.iovinit')).toBe(true)
    expect(found.get('GENER.compver')).toBe(4)
    expect(found.get('GENER.sla')).toEqual([
      { service: 'symmetric', padding, ringPairs: 0xfn, cir: 100, pir: 200 },
      { service: 'compression', padding, ringPairs: 0xf0n, cir: 1, pir: 2 },
    ])
    expect(found.get('MISCBAR.visrc')).toBe(0x100)
    expect(found.get('MISCBAR.vm2pf')).toBe(0x105)
  })

  test('banks', () => {
    const registers = contents(value.image?.sections).get('ETRBAR.bnk3.mregs') as Record<string, unknown>
    const words = Object.entries(registers).filter(([, word]) => typeof word === 'number')
    expect(words.map(([, word]) => word)).toEqual(Array.from({ length: 21 }, (_, index) => 0x1000 + index))
    expect(registers.ringsrvarben).toBe(0x1014)
    expect((registers.rings as unknown[])[15]).toEqual({
      ...{ base: 0x1_0000_000fn, config: 15, head: 960, tail: 1920, reserved: new Uint8Array(4) },
    })
  })

  test('nothing to say', () => {
    expect(findingsOf(format, bytes)).toEqual([])
    expect(findingsOf(format, whole())).toEqual([])
  })
})

test('detection by magic', () => {
  expect(format.detect({ head: SETUP })).toBeGreaterThan(0.9)
  expect(format.detect({ head: SETUP.subarray(1) })).toBe(0)
  expect(format.detect({ head: SETUP.subarray(0, 3) })).toBe(0)
})

test.runIf(hasCompiler())('layout in C', () => {
  const source = `struct ring_config { uint64_t base; uint32_t config; uint32_t head; uint32_t tail; uint32_t reserved0; };
struct bank_state { uint32_t ringstat0; uint32_t ringstat1; uint32_t ringuostat; uint32_t ringestat; uint32_t ringnestat; uint32_t ringnfstat;
uint32_t ringfstat; uint32_t ringcstat0; uint32_t ringcstat1; uint32_t ringcstat2; uint32_t ringcstat3; uint32_t iaintflagen; uint32_t iaintflagreg;
uint32_t iaintflagsrcsel0; uint32_t iaintflagsrcsel1; uint32_t iaintcolen; uint32_t iaintcolctl; uint32_t iaintflagandcolen; uint32_t ringexpstat;
uint32_t ringexpintenable; uint32_t ringsrvarben; uint32_t reserved0; struct ring_config rings[16]; };
struct mig_user_sla { int srv; uint64_t rp_mask; uint32_t cir; uint32_t pir; };
struct preh { uint32_t magic; uint32_t version; uint16_t preh_len; uint16_t n_sects; uint32_t size; };`
  const limited = general({ sla: sla(1, 1n, 2, 3) })
  const fields = format.fields(whole({ general: limited })).map(({ path, offset }) => [path.join('.'), offset] as const)
  const from = (prefix: string) => {
    const own = fields.filter(([name]) => name.startsWith(`${prefix}.`))
    const base = own[0]?.[1] ?? 0
    return new Map(own.map(([name, offset]) => [name.slice(prefix.length + 1), offset - base]))
  }
  const mregs = from('image.sections.2.state.0.state.0.state')
  const names = [...mregs.keys()].filter((name) => !name.includes('.') && name !== 'reserved')
  expect(names).toHaveLength(21)
  const bankOffsets = offsetsInC(source, 'bank_state', [...names, 'reserved0', 'rings', 'rings[15].tail'])
  for (const name of names) expect(mregs.get(name), name).toBe(bankOffsets.get(name))
  expect(mregs.get('reserved')).toBe(bankOffsets.get('reserved0'))
  expect(mregs.get('rings.0.base')).toBe(bankOffsets.get('rings'))
  expect(mregs.get('rings.15.tail')).toBe(bankOffsets.get('rings[15].tail'))
  expect(bankOffsets.get('sizeof')).toBe(472)
  const limits = from('image.sections.0.state.2.state.0')
  const slaOffsets = offsetsInC(source, 'mig_user_sla', ['rp_mask', 'cir', 'pir'])
  expect(['ringPairs', 'cir', 'pir'].map((name) => limits.get(name))).toEqual(
    ['rp_mask', 'cir', 'pir'].map((name) => slaOffsets.get(name)),
  )
  expect(slaOffsets.get('sizeof')).toBe(24)
  const preamble = from('setup')
  const preambleOffsets = offsetsInC(source, 'preh', ['version', 'preh_len', 'n_sects', 'size'])
  expect(['version', 'preambleLength', 'sectionCount', 'size'].map((name) => preamble.get(name))).toEqual(
    ['version', 'preh_len', 'n_sects', 'size'].map((name) => preambleOffsets.get(name)),
  )
  expect(preambleOffsets.get('sizeof')).toBe(16)
})

const GENER = 'image.sections.0'
const LENGTH_ONLY = ['info vf-state/qat-setup-only']
/** The set-up alone, as in PRE_COPY. */
const setup = (...args: Parameters<typeof image>) => image(...args)
const nonZero = whole()
nonZero[4095] = 1

const cases: readonly { name: string; bytes: Uint8Array; found: readonly string[] }[] = [
  { name: 'set-up alone', bytes: SETUP, found: LENGTH_ONLY },
  {
    name: 'set-up in a whole buffer',
    bytes: state([SETUP]),
    found: ['error vf-state/qat-magic image.magic'],
  },
  {
    name: 'version 2',
    bytes: setup([config()], { version: 2 }),
    found: ['error vf-state/qat-version setup.version', ...LENGTH_ONLY],
  },
  { name: 'version 0', bytes: setup([config()], { version: 0 }), found: LENGTH_ONLY },
  {
    name: 'a longer preamble',
    bytes: setup([config()], { length: 20 }),
    found: ['warning vf-state/qat-preamble-length setup.preambleLength', ...LENGTH_ONLY],
  },
  {
    name: 'a shorter preamble',
    bytes: setup([config()], { length: 12 }).slice(0, 90),
    found: ['error vf-state/qat-preamble-length setup.preambleLength', ...LENGTH_ONLY],
  },
  {
    name: 'an image past the end',
    bytes: setup([config()], { size: 75 }),
    found: ['error vf-state/qat-image-past-end setup.size', ...LENGTH_ONLY],
  },
  {
    name: 'a section past the end of its image',
    bytes: setup([config(), section('x', new Uint8Array(2), { size: 3 })]),
    found: [
      'info vf-state/qat-unknown-section setup.sections.1',
      'error vf-state/qat-section-past-end setup.sections.1.size',
      ...LENGTH_ONLY,
    ],
  },
  {
    name: 'a sub-section past the end of its parent',
    bytes: setup([section('CONFIG', [...(config().content as []), section('gencap', number(1, 4), { size: 8 })])]),
    found: [
      'error layout/damaged-part setup.sections.0.state.3.state',
      'warning vf-state/qat-duplicate-section setup.sections.0.state.3',
      'error vf-state/qat-section-past-end setup.sections.0.state.3.size',
      ...LENGTH_ONLY,
    ],
  },
  {
    name: 'half a sub-section',
    bytes: setup([config(), section('EXTBAR', new Uint8Array(8), { count: 1 })]),
    found: [
      'error layout/damaged-part setup.sections.1.state',
      'error vf-state/qat-section-past-end setup.sections.1.state',
      ...LENGTH_ONLY,
    ],
  },
  {
    name: 'more sections than stated',
    bytes: setup([config()], { count: 0 }),
    found: ['error vf-state/qat-section-count setup.sectionCount', ...LENGTH_ONLY],
  },
  {
    name: 'fewer sub-sections than stated',
    bytes: setup([{ ...config(), count: 4 }]),
    found: ['error vf-state/qat-section-count setup.sections.0.subSections', ...LENGTH_ONLY],
  },
  {
    name: 'no set-up section',
    bytes: setup([]),
    found: ['error vf-state/qat-missing-section setup.sections', ...LENGTH_ONLY],
  },
  {
    name: 'no capabilities',
    bytes: setup([section('CONFIG', (config().content as []).slice(1))]),
    found: ['error vf-state/qat-missing-section setup.sections', ...LENGTH_ONLY],
  },
  {
    name: 'no rate limits',
    bytes: whole({ general: section('GENER', (general().content as []).slice(0, 2)) }),
    found: ['error vf-state/qat-missing-section image.sections'],
  },
  {
    name: 'three banks',
    bytes: whole({ banks: banks(3) }),
    found: ['error vf-state/qat-missing-section image.sections'],
  },
  {
    name: 'a bank without registers',
    bytes: whole({ banks: section('ETRBAR', [bank(0), bank(1), bank(2), section('bnk3', [])]) }),
    found: ['error vf-state/qat-missing-section image.sections'],
  },
  {
    name: 'interrupt sources, which nobody loads, left out',
    bytes: whole({
      misc: section(
        'MISCBAR',
        (miscellaneous().content as readonly Section[]).filter(({ id }) => !id.startsWith('vis')),
      ),
    }),
    found: [],
  },
  {
    name: 'a section twice',
    bytes: whole({ more: [general()] }),
    found: ['warning vf-state/qat-duplicate-section image.sections.3'],
  },
  {
    name: 'an unknown section',
    bytes: whole({ more: [section('newer', number(1, 4))] }),
    found: ['info vf-state/qat-unknown-section image.sections.3'],
  },
  { name: 'capabilities of 64 bits', bytes: setup([config({ gencap: number(1, 8) })]), found: LENGTH_ONLY },
  { name: 'capabilities of 24 bits', bytes: setup([config({ gencap: number(1, 3) })]), found: LENGTH_ONLY },
  {
    name: 'capabilities of 72 bits',
    bytes: setup([config({ gencap: new Uint8Array(9) })]),
    found: ['error vf-state/qat-section-size setup.sections.0.state.0.size', ...LENGTH_ONLY],
  },
  {
    name: 'iovinit of 4 bytes',
    bytes: whole({ general: general({ iovinit: number(1, 4) }) }),
    found: [`error vf-state/qat-section-size ${GENER}.state.0.size`],
  },
  {
    name: 'a register of 2 bytes',
    bytes: whole({ misc: section('MISCBAR', [section('pf2vm', number(1, 2)), ...(miscellaneous().content as [])]) }),
    found: [
      'error vf-state/qat-section-size image.sections.1.state.0.size',
      'warning vf-state/qat-duplicate-section image.sections.1.state.5',
    ],
  },
  {
    name: 'a bank of 471 bytes',
    bytes: whole({
      banks: section('ETRBAR', [section('bnk0', [section('mregs', new Uint8Array(471))]), bank(1), bank(2), bank(3)]),
    }),
    found: ['error vf-state/qat-section-size image.sections.2.state.0.state.0.size'],
  },
  {
    name: 'half a rate limit',
    bytes: whole({ general: general({ sla: new Uint8Array(36) }) }),
    found: [`warning vf-state/qat-section-size ${GENER}.state.2.size`],
  },
  {
    name: 'an unknown driver version',
    bytes: whole({ general: general({ compver: number(0, 1) }) }),
    found: [`info vf-state/qat-compat-unknown ${GENER}.state.1.state`],
  },
  { name: 'a byte less', bytes: whole().slice(0, 4095), found: ['warning vf-state/qat-length'] },
  { name: 'a byte more', bytes: state([SETUP, image(device())], 4097), found: ['error vf-state/qat-length'] },
  { name: 'padding that is not zero', bytes: nonZero, found: ['info vf-state/qat-padding padding'] },
]

test.each(cases)('$name', ({ bytes, found }) => {
  expect(findingsOf(format, bytes)).toEqual(found)
})

test('every code has a case', () => {
  expect(
    uncovered(
      qatCodes.entries,
      'vf-state/qat',
      cases.map(({ found }) => found),
    ),
  ).toEqual([])
})

test.each([
  ['no bytes', new Uint8Array(), /^layout\/ended-early .* needs more$/],
  ['half a preamble', SETUP.subarray(0, 15), /^layout\/ended-early .* needs more$/],
  ['another magic', image([config()], { magic: 1 }), /^layout\/wrong-magic setup\.magic@0$/],
])('%s', (_, bytes, says) => {
  expect(decodeErrorOf(format as never, bytes)).toMatch(says)
})

describe('what a destination refuses', () => {
  const refused = (given: Uint8Array, own: Uint8Array) => {
    const [a, b] = [format.decode(given), format.decode(own)] as [QatState, QatState]
    return format.refusals?.(a, b).map(({ path, message }) => `${path.join('.')} ${message}`)
  }
  const limited = (cir: number, rings = 0xfn) => whole({ general: general({ sla: sla(1, rings, cir, 200) }) })

  test.each([
    ['nothing of an equal state', whole(), whole()],
    ['nothing of a lower rate limit', limited(99), limited(100)],
    ['nothing of the set-up alone', SETUP, whole()],
    ['nothing where the destination has fewer banks', whole(), whole({ banks: banks(2) })],
  ])('%s', (_, given, own) => {
    expect(refused(given, own)).toEqual([])
  })

  test.each([
    [
      'a bank less',
      whole({ banks: banks(3) }),
      whole(),
      /^image\.sections .*ETRBAR\.bnk3 \(EINVAL\): .*adf_gen4_vf_mig\.c/,
    ],
    [
      'no map of services',
      image([section('CONFIG', [section('gencap', number(1, 4)), section('extdc', number(1, 4))])]),
      SETUP,
      /^setup\.sections .*CONFIG\.svcmap \(EINVAL\)/,
    ],
    [
      'a higher rate limit',
      limited(101),
      limited(100),
      /^image\.sections\.0\.state\.2\.state\.0 .*higher rate limit.*adf_mstate_sla_check\.$/,
    ],
    ['a rate limit for other rings', limited(100, 0xf0n), limited(100), /service and rings that it has none for/],
  ])('%s', (_, given, own, says) => {
    expect(refused(given, own)).toEqual([expect.stringMatching(says)])
  })

  test('fields that are compared', () => {
    const compared = format
      .fields(whole())
      .flatMap(({ path, type }) => (type.agreement ? [`${path.join('.')} ${type.agreement.rule}`] : []))
    const at = (index: number) => `setup.sections.0.state.${index}.state`
    expect(compared).toEqual([
      'setup.version at-most',
      `${at(0)} subset`,
      `${at(1)} equal`,
      `${at(2)} subset`,
      'image.version at-most',
    ])
  })
})
