import { describe, expect, test } from 'vitest'
import type { OptionValues } from '../../../src/layout/index.ts'
import { stateInPfCodecs, stateInPfCodes, stateInPfFormat, variantOf } from '../../../src/vf-state/index.ts'
import { hasCompiler, offsetsInC } from '../c-struct.ts'
import { decodeErrorOf, findingsOf, uncovered } from '../support.ts'
import { hex, joined } from '../vf-image.ts'

/** COMMAND and MSI-X control, then the record up to the VLAN priority. */
const OUTER = '06 04 02 80'
const HASHES = `01 02 ff 0f ${'00 00 '.repeat(28)}`
const BEGINNING = `02 00 00 00 00 01 ${HASHES} 02 00 00 00 01 00 01 00 64 00 03 00`

const A = hex(`${OUTER} ${BEGINNING} e8 03 02 00 01 00 02 00 00 00`)
const B = hex(`${OUTER} ${BEGINNING} 00 00 ee 05 00 00 e8 03 02 00 01 00 00 00 02 00 00 00`)
const C = hex(`${OUTER} ${BEGINNING} e8 03 02 00 01 00 01 00 00 00 02 00 00 00 02 00 00 00`)

const shared = {
  vfMacAddresses: hex('02 00 00 00 00 01'),
  vfMcHashes: [0x201, 0xfff, ...Array(28).fill(0)],
  numVfMcHashes: 2,
  defaultVfVlanId: 0,
  vlansEnabled: 1,
  clearToSend: true,
  pfSetMac: false,
  pfVlan: 100,
  pfQos: 3,
  txRate: 1000,
  vlanCount: 2,
  spoofchkEnabled: true,
  rssQueryEnabled: false,
  vfApi: 'api-11',
}

describe('the three variants', () => {
  test('sizes', () => {
    expect([A.length, B.length, C.length]).toEqual([92, 100, 100])
  })

  test.each([
    { name: 'A', bytes: A, variant: 'a', data: shared },
    { name: 'B', bytes: B, variant: 'b', data: { ...shared, vfLpe: 1518 } },
    { name: 'C', bytes: C, variant: 'c', data: { ...shared, trusted: 1, xcastMode: 2 } },
  ] as const)('$name', ({ bytes, variant, data }) => {
    const value = stateInPfFormat.decode(bytes, { variant })
    expect(value.vfData).toMatchObject(data)
    expect(value.command).toMatchObject({ busMaster: true, memorySpace: true, interruptDisable: true })
    expect(value.msixMessageControl).toMatchObject({ enable: true, tableSize: 2 })
    expect(variantOf(value)).toBe(variant)
    expect(findingsOf(stateInPfFormat, bytes, { variant })).toEqual([])
  })

  test('without an option 92 bytes are A and 100 bytes B', () => {
    expect(variantOf(stateInPfFormat.decode(A))).toBe('a')
    expect(variantOf(stateInPfFormat.decode(C))).toBe('b')
  })
})

const MEMBERS = `uint8_t vf_mac_addresses[6]; uint16_t vf_mc_hashes[30]; uint16_t num_vf_mc_hashes;
uint16_t default_vf_vlan_id; uint16_t vlans_enabled; bool clear_to_send; bool pf_set_mac; uint16_t pf_vlan; uint16_t pf_qos;`
const RATE = 'uint16_t tx_rate; uint16_t vlan_count; uint8_t spoofchk_enabled; bool rss_query_enabled;'

describe.skipIf(!hasCompiler())('against a C compiler', () => {
  test.each([
    { variant: 'a', members: `${MEMBERS} ${RATE} unsigned int vf_api;` },
    { variant: 'b', members: `${MEMBERS} uint32_t vf_lpe; ${RATE} unsigned int vf_api;` },
    { variant: 'c', members: `${MEMBERS} ${RATE} uint8_t trusted; int xcast_mode; unsigned int vf_api;` },
  ] as const)('$variant', ({ variant, members }) => {
    const source = `struct vf_data_storage { ${members} };
struct state_in_pf { uint16_t command; uint16_t msix_message_control; struct vf_data_storage vf_data; };`
    const names = [...members.matchAll(/(\w+)(?:\[\d+\])?;/g)].map(([, name]) => name as string)
    const inner = names.map((name) => `vf_data.${name}`)
    const known = offsetsInC(source, 'state_in_pf', ['command', 'msix_message_control', ...inner])
    const size = known.get('sizeof') as number
    const found = new Map([['sizeof', size]])
    for (const { path, offset } of stateInPfCodecs[variant].fields(new Uint8Array(size))) {
      // Words and arrays by their first byte.
      const [outer = '', field] = path.map(String)
      const name = outer === 'vfData' ? `vf_data.${snake(field ?? '')}` : snake(outer)
      if (!/adding/.test(name) && !found.has(name)) found.set(name, offset)
    }
    expect(found).toEqual(known)
  })
})

const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** A with other bytes from an offset of the record on. */
const patched = (offset: number, ...bytes: number[]) => {
  const copy = A.slice()
  copy.set(bytes, 4 + offset)
  return copy
}

interface Case {
  readonly name: string
  readonly bytes: Uint8Array
  readonly options?: OptionValues
  readonly found: readonly string[]
}

const ambiguous = 'warning vf-state/state-in-pf-variant'
const cases: readonly Case[] = [
  { name: 'A', bytes: A, found: [] },
  { name: '100 bytes of B', bytes: B, found: [ambiguous] },
  {
    name: '100 bytes of C',
    bytes: C,
    // What the cast mode is in c, the anti-spoof flag is in b.
    found: [
      'info layout/reserved-not-zero vfData.padding',
      ambiguous,
      'error vf-state/state-in-pf-flag vfData.spoofchkEnabled',
    ],
  },
  { name: 'no MAC address', bytes: patched(0, 0, 0, 0, 0, 0, 0), found: [] },
  {
    name: 'a multicast address',
    bytes: patched(0, 0x33),
    found: ['error vf-state/state-in-pf-mac vfData.vfMacAddresses'],
  },
  { name: '30 hashes', bytes: patched(66, 30), found: [] },
  { name: '31 hashes', bytes: patched(66, 31), found: ['error vf-state/state-in-pf-hash-count vfData.numVfMcHashes'] },
  {
    name: 'a hash of 13 bits',
    bytes: patched(7, 0x10),
    found: ['warning vf-state/state-in-pf-hash vfData.vfMcHashes.0'],
  },
  { name: 'a hash of 13 bits that is not in use', bytes: patched(11, 0x10), found: [] },
  {
    name: 'default VLAN 4096',
    bytes: patched(68, 0, 0x10),
    found: ['error vf-state/state-in-pf-vlan vfData.defaultVfVlanId'],
  },
  { name: 'VLAN 4096', bytes: patched(74, 0, 0x10), found: ['error vf-state/state-in-pf-vlan vfData.pfVlan'] },
  { name: 'VLAN 4095', bytes: patched(74, 0xff, 0x0f), found: [] },
  { name: 'priority 8', bytes: patched(76, 8), found: ['error vf-state/state-in-pf-qos vfData.pfQos'] },
  ...[
    [72, 'clearToSend'],
    [73, 'pfSetMac'],
    [82, 'spoofchkEnabled'],
    [83, 'rssQueryEnabled'],
  ].map(([offset, name]) => ({
    name: `${name} 2`,
    bytes: patched(Number(offset), 2),
    found: [`error vf-state/state-in-pf-flag vfData.${name}`],
  })),
  {
    name: 'trusted 2',
    bytes: joined(C.subarray(0, 88), [2], C.subarray(89)),
    options: { variant: 'c' },
    found: ['error vf-state/state-in-pf-flag vfData.trusted'],
  },
  {
    name: 'mailbox interface 3',
    bytes: patched(84, 3),
    found: ['info layout/unknown-value vfData.vfApi', 'error vf-state/state-in-pf-api vfData.vfApi'],
  },
  { name: '10001 Mbit/s', bytes: patched(78, 0x11, 0x27), found: ['warning vf-state/state-in-pf-rate vfData.txRate'] },
  { name: '10000 Mbit/s', bytes: patched(78, 0x10, 0x27), found: [] },
]

test.each(cases)('$name', ({ bytes, options, found }) => {
  expect(findingsOf(stateInPfFormat, bytes, options)).toEqual(found)
})

test('the message on 100 bytes gives both readings', () => {
  expect(stateInPfFormat.inspect(B).findings[0]?.message).toBe(
    '100 bytes are variant b or c: as b the frame size is 1518 and the rate limit 1000, as c the rate limit is 0 and the cast mode 1; they are read as b.',
  )
})

const errors = [
  { bytes: A.subarray(0, 88), options: {}, error: 'vf-state/state-in-pf-size @88 needs more' },
  { bytes: B.subarray(0, 96), options: {}, error: 'vf-state/state-in-pf-size @96 needs more' },
  { bytes: joined(B, [0]), options: {}, error: 'vf-state/state-in-pf-size @100' },
  { bytes: A, options: { variant: 'c' }, error: 'vf-state/state-in-pf-size @92 needs more' },
  { bytes: B, options: { variant: 'a' }, error: 'vf-state/state-in-pf-size @92' },
]
test.each(errors)('$bytes.length bytes, $options: $error', ({ bytes, options, error }) => {
  expect(decodeErrorOf(stateInPfFormat as never, bytes, options)).toBe(error)
})

test('every code has a case', () => {
  const found = [...cases.map((given) => given.found), errors.map(({ error }) => error)]
  expect(uncovered(stateInPfCodes.entries, 'vf-state/', found)).toEqual([])
})
