import { defineCodes, type Path, type Report } from '../../findings/index.ts'
import { placeOf, type StructType } from '../../layout/index.ts'
import { MOST_HASHES } from './state-in-pf.layout.ts'
import type { StateInPf, StateInPfB, StateInPfC } from './state-in-pf.ts'

const SOURCE = 'linux ixgbe_sriov.c and ixgbe.h of 2015; RFC Patch 00/12 of October 2015'

export const stateInPfCodes = defineCodes({
  'vf-state/state-in-pf-size': {
    severity: 'error',
    title: 'the blob is of no known size',
    explanation:
      'The PF driver compares the length with its own structure and applies nothing when they differ; as remembered, whoever wrote it is told that all went well. The VF then stays as a reset leaves it. Both hosts need the same PF driver.',
    source: SOURCE,
  },
  'vf-state/state-in-pf-variant': {
    severity: 'warning',
    title: '100 bytes can be read in two ways',
    explanation:
      'The structure with the frame size of the series and that of Linux 4.4 have the same size and different meaning, and a host with the other kernel applies the bytes without a word. Say which kernel wrote them: --set variant=b or --set variant=c.',
    source: SOURCE,
  },
  'vf-state/state-in-pf-flag': {
    severity: 'error',
    title: 'a flag of the PF driver is neither 0 nor 1',
    explanation:
      'The driver copies the byte over a C bool, whose other values are undefined behaviour. The blob is of another version, or damaged.',
    source: SOURCE,
  },
  'vf-state/state-in-pf-hash-count': {
    severity: 'error',
    title: 'there are more multicast hashes in use than the array has',
    explanation: 'The driver runs over the end of its array of 30 when it sets the filter up again.',
    source: SOURCE,
  },
  'vf-state/state-in-pf-hash': {
    severity: 'warning',
    title: 'a multicast hash in use has more than 12 bits',
    explanation: 'The filter table has 4096 bits. The upper bits select a register that does not exist.',
    source: SOURCE,
  },
  'vf-state/state-in-pf-vlan': {
    severity: 'error',
    title: 'a VLAN ID is above 4095',
    explanation: 'VLAN IDs have 12 bits. The PF would tag the traffic of the VF with another VLAN and priority.',
    source: SOURCE,
  },
  'vf-state/state-in-pf-qos': {
    severity: 'error',
    title: 'a VLAN priority is above 7',
    explanation: 'Priorities have 3 bits. The upper bits end up outside of the tag.',
    source: SOURCE,
  },
  'vf-state/state-in-pf-api': {
    severity: 'error',
    title: 'the mailbox interface is none that the PF driver knows',
    explanation: 'The PF refuses every message of the VF whose interface it does not know: the guest gets no link.',
    source: SOURCE,
  },
  'vf-state/state-in-pf-mac': {
    severity: 'error',
    title: 'the MAC address is a multicast address',
    explanation: 'A VF has a unicast address, or zeros where none is set. The PF driver refuses such an address.',
    source: SOURCE,
  },
  'vf-state/state-in-pf-rate': {
    severity: 'warning',
    title: 'the rate limit is above the speed of the link',
    explanation: '82599 and X540 have 10000 Mbit/s. The PF driver refuses the limit, or sets none.',
    source: SOURCE,
  },
})

type Code = keyof typeof stateInPfCodes.entries

const [TOP_VLAN, TOP_QOS, TOP_HASH, LINK_SPEED] = [4095, 7, 0xfff, 10_000]
const FLAGS = ['clearToSend', 'pfSetMac', 'spoofchkEnabled', 'rssQueryEnabled', 'trusted'] as const

/** Judges a blob of any variant. */
export function checkStateInPf({ vfData }: StateInPf, type: StructType, report: Report): void {
  const say = (code: Code, message: string, below: Path) => {
    const path = ['vfData', ...below]
    const place = placeOf(type, path) ?? { offset: 0, length: 0 }
    report(stateInPfCodes.finding(code, message, { ...place, path }))
  }
  const data = vfData as StateInPfA88 & Record<string, unknown>
  for (const flag of FLAGS) {
    const value = data[flag]
    if (typeof value === 'number' && value > 1) say('vf-state/state-in-pf-flag', `The flag is ${value}.`, [flag])
  }
  for (const field of ['defaultVfVlanId', 'pfVlan'] as const) {
    if (data[field] > TOP_VLAN) say('vf-state/state-in-pf-vlan', `The VLAN ID is ${data[field]}.`, [field])
  }
  if (data.pfQos > TOP_QOS) say('vf-state/state-in-pf-qos', `The priority is ${data.pfQos}.`, ['pfQos'])
  if (typeof data.vfApi === 'number') {
    say('vf-state/state-in-pf-api', `There is no mailbox interface ${data.vfApi}.`, ['vfApi'])
  }
  if (((data.vfMacAddresses[0] ?? 0) & 1) !== 0) {
    const address = Array.from(data.vfMacAddresses, (byte) => byte.toString(16).padStart(2, '0')).join(':')
    say('vf-state/state-in-pf-mac', `${address} is a multicast address.`, ['vfMacAddresses'])
  }
  if (data.txRate > LINK_SPEED) {
    say('vf-state/state-in-pf-rate', `The limit is ${data.txRate} Mbit/s; the link has ${LINK_SPEED}.`, ['txRate'])
  }
  checkHashes(data, say)
}

type StateInPfA88 = StateInPf['vfData']

function checkHashes(
  { vfMcHashes, numVfMcHashes }: StateInPfA88,
  say: (code: Code, message: string, below: Path) => void,
): void {
  if (numVfMcHashes > MOST_HASHES) {
    const message = `${numVfMcHashes} hashes are in use; the array has ${MOST_HASHES}.`
    say('vf-state/state-in-pf-hash-count', message, ['numVfMcHashes'])
  }
  vfMcHashes.slice(0, numVfMcHashes).forEach((hash, index) => {
    if (hash > TOP_HASH) say('vf-state/state-in-pf-hash', `The hash is 0x${hash.toString(16)}.`, ['vfMcHashes', index])
  })
}

/** 100 bytes of which nobody has said what wrote them; the message gives what speaks for either reading. */
export function reportAmbiguity({ vfData: b }: StateInPfB, { vfData: c }: StateInPfC, length: number, report: Report) {
  const asB = `as b the frame size is ${b.vfLpe} and the rate limit ${b.txRate}`
  const asC = `as c the rate limit is ${c.txRate} and the cast mode ${c.xcastMode}`
  const message = `100 bytes are variant b or c: ${asB}, ${asC}; they are read as b.`
  report(stateInPfCodes.finding('vf-state/state-in-pf-variant', message, { offset: 0, length, path: [] }))
}
