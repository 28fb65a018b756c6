import { counted, defineCodes, type Path, type Place } from '../findings/index.ts'
import { isOpaque, structureFormat } from '../layout/index.ts'
import { detectVpd } from './vpd-detect.ts'
import { isEnd, type Keyword, keywordsOf, LIMIT, type Vpd, type VpdResource, vpdCodec } from './vpd-resources.ts'

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
type Say = (code: Code, message: string, place: Place) => void

export const vpdFormat = structureFormat({
  codec: vpdCodec,
  detect: detectVpd,
  codes: vpdCodes.entries,
  rule(value, report) {
    judge(value, (code, message, place) => report(vpdCodes.finding(code, message, place)))
  },
})

/** Offsets are counted along, so that much damage costs no more than little. */
function judge(value: Vpd, say: Say): void {
  const { resources } = value
  const bytes = vpdCodec.encode(value)
  const whole = { offset: 0, length: bytes.length }
  const sums = new Sums(bytes)
  let checksums = 0
  let offset = 0
  for (const [index, resource] of resources.entries()) {
    const path = ['resources', index]
    const content = offset + (resource.length === undefined ? 1 : 3)
    judgeResource(resource, { path, offset, content }, say)
    for (const { keyword, at } of recordsOf(resource, path, content)) {
      judgeKeyword(keyword, at, say)
      if (keyword.keyword !== 'RV' || resource.tag !== 'read-only') continue
      checksums += 1
      judgeChecksum(sums, keyword, at, say)
    }
    offset = content + heldBytes(resource) + (resource.following?.length ?? 0)
  }
  if (!resources.some(isEnd)) say('pci/vpd-no-end', 'No resource has the end tag.', { ...whole, path: ['resources'] })
  if (bytes.length > LIMIT) {
    say('pci/vpd-too-long', `There are ${bytes.length} bytes; ${LIMIT} is the limit.`, { ...whole, path: [] })
  }
  const readOnly = resources.findIndex(({ tag }) => tag === 'read-only')
  if (readOnly < 0 || checksums > 0) return
  const place = { ...whole, path: ['resources', readOnly] }
  say('pci/vpd-no-checksum', 'The read-only resource has no RV keyword.', place)
}

interface Spot {
  readonly path: Path
  readonly offset: number
  /** Where the content of a resource, or the data of a keyword, starts. */
  readonly content: number
}

function judgeResource(resource: VpdResource, { path, offset }: Spot, say: Say): void {
  const { tag, length } = resource
  if (typeof tag === 'number' && !isEnd(resource)) {
    say('pci/vpd-tag', `The tag is 0x${tag.toString(16)}.`, { offset, length: 1, path: [...path, 'tag'] })
  }
  const held = heldBytes(resource)
  if (length === undefined || held >= length) return
  const message = `The resource has ${counted(held, 'byte')} of the ${length} that it claims.`
  say('pci/vpd-resource-past-end', message, { offset: offset + 1, length: 2, path: [...path, 'length'] })
}

/** Keyword records with where they are. */
function* recordsOf(resource: VpdResource, path: Path, from: number): Generator<{ keyword: Keyword; at: Spot }> {
  let offset = from
  for (const [index, keyword] of keywordsOf(resource).entries()) {
    const content = offset + 3
    yield { keyword, at: { path: [...path, 'content', 'keywords', index], offset, content } }
    offset = content + keyword.data.length
  }
}

function judgeKeyword({ keyword, length, data }: Keyword, { path, offset }: Spot, say: Say): void {
  if (data.length === length) return
  const message = `${JSON.stringify(keyword)} has ${counted(data.length, 'byte')} of the ${length} that it claims.`
  const place = { offset: offset + 2, length: 1, path: [...path, 'length'] }
  say('pci/vpd-keyword-past-resource', message, place)
}

/** Bytes that the content takes. A text fills the length that is stated; one that does not fit stays opaque. */
function heldBytes({ length, content }: VpdResource): number {
  if (typeof content === 'string') return length ?? 0
  if (content instanceof Uint8Array) return content.length
  if (isOpaque(content)) return content.opaque.length
  return content.keywords.reduce((sum, { data }) => sum + 3 + data.length, 0)
}

/** Sums of all bytes from the first on, modulo 256; asked for in ascending order, each byte is added once. */
class Sums {
  private sum = 0
  private at = 0
  constructor(readonly bytes: Uint8Array) {}

  /** The sum with the byte at `last`. */
  upTo(last: number): number {
    while (this.at <= last) {
      this.sum = (this.sum + (this.bytes[this.at] as number)) & 0xff
      this.at += 1
    }
    return this.sum
  }
}

function judgeChecksum(sums: Sums, { data }: Keyword, { path, content }: Spot, say: Say): void {
  const place = { offset: content, length: data.length, path: [...path, 'data'] }
  if (data.length === 0) {
    say('pci/vpd-checksum', 'The RV keyword has no byte for the checksum.', place)
    return
  }
  const sum = sums.upTo(content)
  if (sum === 0) return
  const found = sums.bytes[content] as number
  const right = (found - sum) & 0xff
  say('pci/vpd-checksum', `The checksum is 0x${found.toString(16)}, it should be 0x${right.toString(16)}.`, place)
}
