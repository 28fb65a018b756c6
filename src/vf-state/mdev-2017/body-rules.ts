import type { Finding, Path } from '../../findings/index.ts'
import { movedFindings, trailingFinding } from '../../layout/index.ts'
import { barsOf, decodeBars, type Reading } from '../../pci/index.ts'
import { bodyCodes } from './body-codes.ts'
import type { BodyReading } from './body-read.ts'
import { judgeGvtImage } from './gvt-rules.ts'

type Code = keyof typeof bodyCodes.entries
type Say = (code: Code, message: string, offset: number, length: number, path: Path) => void

/** Everything that is wrong or unusual in a body and its image. */
export function judgeBody(reading: BodyReading): Finding[] {
  const { bytes, form, head, headLength, image } = reading
  const findings: Finding[] = []
  const say: Say = (code, message, offset, length, path) =>
    findings.push(bodyCodes.finding(code, message, { offset, length, path }))
  if (head.flag !== undefined && head.flag > 1) say('vf-state/mdev-flag', `The flag is ${head.flag}.`, 0, 1, ['flag'])
  if (image === undefined) {
    return headLength < bytes.length ? [...findings, trailingFinding(headLength, bytes.length)] : findings
  }
  judgeForm(reading, say)
  const { msiData = 0 } = head
  if (msiData > 0xffff) {
    say('vf-state/mdev-msi-data', `The MSI data is 0x${msiData.toString(16)}.`, headLength - 4, 4, ['msiData'])
  }
  const left = bytes.length - headLength
  if (left < form.imageSize) {
    const message = `${left} bytes of the region follow the registers, not ${form.imageSize}.`
    say('vf-state/mdev-body-truncated', message, headLength, left, ['image'])
  } else if (left > form.imageSize) {
    const message = `${left} bytes follow the registers; the region has ${form.imageSize} of them.`
    const end = headLength + form.imageSize
    say('vf-state/mdev-body-too-long', message, end, bytes.length - end, ['image'])
  }
  const configSpace = image.sections.find((section) => section.configSpace !== undefined)?.configSpace
  if (configSpace !== undefined) {
    judgeBars(reading, configSpace, say)
    judgeMsi(reading, configSpace, say)
  }
  if (image.bytes.length > 0) findings.push(...movedFindings(judgeGvtImage(image), headLength, ['image']))
  return findings
}

/** Where the registers stand. */
const barsAt = ({ form }: BodyReading) => Number(form.hasFlag)
const BARS_SIZE = 24

function judgeForm(reading: BodyReading, say: Say): void {
  const { told, msi64 } = reading
  const place = [barsAt(reading) + BARS_SIZE, 8, [msi64 ? 'msiAddressHigh' : 'msiAddressLow']] as const
  if (told === undefined) {
    const message = `A body of ${reading.bytes.length} bytes may or may not have a high half of the MSI address.`
    say('vf-state/mdev-msi64-unknown', message, ...place)
  } else if (told !== msi64) {
    const [read, found] = msi64 ? ['with', 'none'] : ['without', 'one']
    say('vf-state/mdev-msi64-contradicted', `It is read ${read} a high half; the bytes have ${found}.`, ...place)
  }
}

/** The registers of the body against those of the configuration space in the image. */
function judgeBars(reading: BodyReading, { header }: Reading, say: Say): void {
  const ours = reading.head.bars ?? []
  const theirs = barsOf(header)
  const highHalves = new Set(
    decodeBars(theirs)
      .filter(({ width }) => width === 64)
      .map(({ index }) => index + 1),
  )
  for (const [index, bar] of ours.entries()) {
    const other = theirs[index]
    if (other === undefined || other === bar) continue
    const message = `BAR${index} is 0x${bar.toString(16)} in the body and 0x${other.toString(16)} in the image.`
    const isType = !highHalves.has(index) && typeBits(bar) !== typeBits(other)
    const code = isType ? 'vf-state/mdev-bar-type' : 'vf-state/mdev-bars-differ'
    say(code, message, barsAt(reading) + 4 * index, 4, ['bars', index])
  }
}

/** Bits that say of what kind a register is: two of an I/O register, four of a memory one. */
function typeBits(bar: number): number {
  return (bar & 1) === 1 ? bar & 3 : bar & 0xf
}

function judgeMsi(reading: BodyReading, { placements, facts }: Reading, say: Say): void {
  const at = barsAt(reading) + BARS_SIZE
  const found = placements.find(({ head, registers }) => head.id === MSI && registers !== undefined)
  const control = found?.registers?.control as { enable: boolean; address64: boolean } | undefined
  if (control === undefined) {
    const bit = (facts.deviceId >>> 7) & 1
    const message = `Bit 7 of the device ID 0x${facts.deviceId.toString(16)} is ${bit}: ${bit === 1 ? 'a' : 'no'} high half.`
    say('vf-state/mdev-no-msi', message, at, 8, ['msiAddressLow'])
  } else if (!control.enable) {
    say('vf-state/mdev-msi-enabled', 'MSI is disabled in the image.', at, 4, ['msiAddressLow'])
  }
  const expected = control?.address64 ?? (facts.deviceId & 0x80) !== 0
  const written = reading.told ?? reading.msi64
  if (expected === written) return
  const message = `The body has ${written ? 'a' : 'no'} high half of the MSI address; by the image there is ${expected ? 'one' : 'none'}.`
  say('vf-state/mdev-msi64-config', message, at + 4, 4, [reading.msi64 ? 'msiAddressHigh' : 'msiAddressLow'])
}

const MSI = 5
