import { DecodeError, defineCodes, type Finding, type Path } from '../findings/index.ts'
import * as generated from '../generated/pci/vpd.js'
import { codec, isOpaque, type Probe, structureFormat, type Value } from '../layout/index.ts'
import { vitalProductData } from './vpd.layout.ts'

export const vpdCodec = codec(vitalProductData, generated.vitalProductData)

export type Vpd = Value<typeof vitalProductData>
export type VpdResource = Vpd['resources'][number]

const SOURCE = 'PCI Local Bus Specification, appendix I (Vital Product Data); pciutils ls-vpd.c'

export const vpdCodes = defineCodes({
  'pci/vpd-no-end': {
    severity: 'warning',
    title: 'the VPD has no end tag',
    explanation: 'It was cut, or it is damaged. Readers that look for the tag fail; Linux shows no VPD at all.',
    source: SOURCE,
  },
  'pci/vpd-tag': {
    severity: 'warning',
    title: 'a VPD resource has a tag that VPD does not use',
    explanation: 'lspci stops there. Lengths before it may be wrong, so that data is taken for a tag.',
    source: SOURCE,
  },
  'pci/vpd-resource-past-end': {
    severity: 'warning',
    title: 'a VPD resource claims to be longer than the data',
    explanation: 'Its content is what is there. The capture was cut, or the length is damaged.',
    source: SOURCE,
  },
  'pci/vpd-keyword-past-resource': {
    severity: 'warning',
    title: 'a VPD keyword claims to be longer than its resource',
    explanation: 'Its data stops where the resource does. Readers that trust the length run into the next resource.',
    source: SOURCE,
  },
  'pci/vpd-checksum': {
    severity: 'warning',
    title: 'the VPD checksum is wrong',
    explanation:
      'All bytes from the first to the checksum add up to 0 modulo 256. Drivers that check it ignore the VPD, serial number and MAC addresses included.',
    source: SOURCE,
  },
  'pci/vpd-no-checksum': {
    severity: 'info',
    title: 'the read-only VPD has no checksum',
    explanation: 'The RV keyword is missing; damage cannot be noticed.',
    source: SOURCE,
  },
  'pci/vpd-too-long': {
    severity: 'warning',
    title: 'there is more VPD than its capability can address',
    explanation: 'The address has 15 bits: 32 KiB. What is behind came from somewhere else.',
    source: SOURCE,
  },
})

type Code = keyof typeof vpdCodes.entries
type Say = (code: Code, message: string, path: Path) => void

export const vpdFormat = structureFormat({
  codec: vpdCodec,
  detect: detectVpd,
  codes: vpdCodes.entries,
  rule(value, report, locate) {
    judge(value, locate, (code, message, path) => {
      const finding: Finding = vpdCodes.finding(code, message, { ...locate(path), path })
      report(finding)
    })
  },
})

/** Highest offset that the capability can address, plus one. */
const LIMIT = 0x8000

function judge(value: Vpd, locate: (path: Path) => { offset: number; length: number }, say: Say): void {
  const { resources } = value
  resources.forEach((resource, index) => {
    judgeResource(resource, ['resources', index], say)
  })
  if (!resources.some(isEnd)) say('pci/vpd-no-end', 'No resource has the end tag.', ['resources'])
  const bytes = vpdCodec.encode(value)
  if (bytes.length > LIMIT) say('pci/vpd-too-long', `There are ${bytes.length} bytes; ${LIMIT} is the limit.`, [])
  const checksums = [...checksumPaths(value)]
  for (const path of checksums) judgeChecksum(bytes, path, locate(path), say)
  const readOnly = resources.findIndex(({ tag }) => tag === 'read-only')
  if (readOnly >= 0 && checksums.length === 0) {
    say('pci/vpd-no-checksum', 'The read-only resource has no RV keyword.', ['resources', readOnly])
  }
}

function judgeResource(resource: VpdResource, path: Path, say: Say): void {
  const { tag, length, content } = resource
  if (typeof tag === 'number' && !isEnd(resource)) {
    say('pci/vpd-tag', `The tag is 0x${tag.toString(16)}.`, [...path, 'tag'])
  }
  const held = heldBytes(content)
  if (length !== undefined && held !== undefined && held < length) {
    const message = `The resource has ${held} bytes of the ${length} that it claims.`
    say('pci/vpd-resource-past-end', message, [...path, 'length'])
  }
  keywordsOf(resource).forEach(({ keyword, length: claimed, data }, index) => {
    if (data.length === claimed) return
    const message = `${JSON.stringify(keyword)} has ${data.length} bytes of the ${claimed} that it claims.`
    say('pci/vpd-keyword-past-resource', message, [...path, 'content', 'keywords', index, 'length'])
  })
}

/** The end tag has any length of 0 to 7 in its low bits, usually 0. */
function isEnd({ tag }: VpdResource): boolean {
  return tag === 'end' || (typeof tag === 'number' && (tag & 0xf8) === 0x78)
}

/** Bytes that the content takes; a text is never cut, since text that does not fit stays opaque. */
function heldBytes(content: VpdResource['content']): number | undefined {
  if (typeof content === 'string') return undefined
  if (content instanceof Uint8Array) return content.length
  if (isOpaque(content)) return content.opaque.length
  return content.keywords.reduce((sum, { data }) => sum + 3 + data.length, 0)
}

/** Keyword records of a resource; none where it has another content. */
export function keywordsOf({ content }: VpdResource) {
  if (typeof content === 'string' || content instanceof Uint8Array || isOpaque(content)) return []
  return content.keywords
}

function* checksumPaths({ resources }: Vpd): Generator<Path> {
  for (const [index, resource] of resources.entries()) {
    if (resource.tag !== 'read-only') continue
    for (const [at, { keyword }] of keywordsOf(resource).entries()) {
      if (keyword === 'RV') yield ['resources', index, 'content', 'keywords', at, 'data']
    }
  }
}

function judgeChecksum(bytes: Uint8Array, path: Path, data: { offset: number; length: number }, say: Say): void {
  if (data.length === 0) {
    say('pci/vpd-checksum', 'The RV keyword has no byte for the checksum.', path)
    return
  }
  const sum = bytes.subarray(0, data.offset + 1).reduce((total, byte) => (total + byte) & 0xff, 0)
  if (sum === 0) return
  const [found, right] = [bytes[data.offset] as number, ((bytes[data.offset] as number) - sum) & 0xff]
  say('pci/vpd-checksum', `The checksum is 0x${found.toString(16)}, it should be 0x${right.toString(16)}.`, path)
}

const PRODUCT_NAME = 0x82
const LIKELY = 0.6

/** Starts with a product name and goes on with keywords that parse: nothing else in VPD is telling. */
function detectVpd({ head, size }: Probe): number {
  if (head[0] !== PRODUCT_NAME || (size ?? head.length) > LIMIT) return 0
  try {
    const { resources } = vpdCodec.decode(head)
    const [name, second] = resources
    if (typeof name?.content !== 'string' || name.content === '' || second === undefined) return 0
    const cut = (size ?? head.length) > head.length
    const whole = cut || resources.some(isEnd)
    const sound = resources.some((resource) =>
      keywordsOf(resource).some(({ keyword }) => /^[A-Z0-9]{2}$/.test(keyword)),
    )
    return whole && sound && typeof second.tag === 'string' ? LIKELY : 0
  } catch (error) {
    if (error instanceof DecodeError) return 0
    throw error
  }
}
