import type { Path } from '../../findings/index.ts'
import type { Refusal } from '../../layout/index.ts'
import type { RecordHead } from './element.ts'
import { MOST_RECORD_SIZE } from './header.layout.ts'

/** Why a destination driver refuses a record by its header. `where` is the function of the driver that looks at it. */
export function headerRefusals({ recordSize, flags, tag }: RecordHead, path: Path, where: string): Refusal[] {
  if (recordSize > MOST_RECORD_SIZE) {
    const message = `The destination driver refuses a record of more than 2^32-1 bytes (ENOMEM): ${where}.`
    return [{ path: [...path, 'recordSize'], message }]
  }
  if (typeof tag === 'string' || flags.optional) return []
  const message = `The destination driver refuses a mandatory record with the unknown tag ${tag} (EOPNOTSUPP): ${where}.`
  return [{ path: [...path, 'tag'], message }]
}
