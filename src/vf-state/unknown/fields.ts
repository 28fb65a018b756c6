import { hexOffset, type Path } from '../../findings/index.ts'
import { type Located, runField, text } from '../../layout/index.ts'
import type { ByteProfile } from './profile.ts'

const SAID = text(0)

/** The bytes, and behind them what is said of them, which has no bytes of its own. */
export function blobFields(bytes: Uint8Array, profile: ByteProfile): Located[] {
  const fields = [runField(['bytes'], 0, bytes)]
  const say = (path: Path, value: string | number, offset = 0) =>
    fields.push({ path: ['profile', ...path], offset, length: 0, type: SAID, value })
  for (const [name, value] of Object.entries(profile)) {
    if (typeof value === 'string' || typeof value === 'number') say([name], value)
  }
  for (const [index, guess] of profile.startsLike.entries()) say(['startsLike', index], guess)
  for (const [index, { byte, count }] of profile.commonBytes.entries()) {
    say(['commonBytes', index], `${hexOffset(byte)}: ${count} times`)
  }
  if (profile.period !== undefined) {
    const { size, share } = profile.period
    say(['period'], `${size} bytes: ${Math.round(share * 100)} % of them come back`)
  }
  for (const [index, run] of profile.zeroRuns.entries()) say(['zeroRuns', index], `${run.length} zeros`, run.offset)
  for (const [index, found] of profile.strings.entries()) say(['strings', index], found.text, found.offset)
  for (const [index, block] of profile.blocks.entries()) {
    say(['blocks', index], `${block.bitsPerByte.toFixed(3)} bits per byte, ${block.reading}`, block.offset)
  }
  return fields
}
