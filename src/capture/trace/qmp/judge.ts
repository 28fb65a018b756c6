import type { Json } from '../../../layout/index.ts'
import type { Log, RecordFinding } from '../log.ts'
import { migrateSeries } from './events.ts'
import type { QmpRecord } from './language.ts'

/** What QEMU itself says went wrong. */
export function judgeQmp(log: Log<QmpRecord>): RecordFinding[] {
  const found: RecordFinding[] = []
  // The reason comes with an answer; it is said once, where the failure is told first.
  const reasons = migrateSeries(log).filter(({ errorText }) => errorText !== undefined)
  for (const [index, record] of log.records.entries()) {
    if (record.kind !== 'message') continue
    const { event, data, error } = record.message
    const { status, 'device-state': state } = members(data)
    if (event === 'MIGRATION' && status === 'failed') {
      const reason = reasons.find(({ record: at }) => at > index)?.errorText
      const message = reason === undefined ? 'The migration failed.' : `The migration failed: ${sentence(reason)}`
      found.push({ record: index, code: 'trace/migration-failed', message })
    } else if (event === 'MIGRATION' && status === 'cancelled') {
      found.push({ record: index, code: 'trace/migration-cancelled', message: 'The migration was cancelled.' })
    } else if (event === 'VFIO_MIGRATION' && state === 'error') {
      const { 'device-id': id, 'qom-path': path } = members(data)
      const name = [id, path].find((one) => typeof one === 'string' && one !== '') ?? 'without a name'
      found.push({ record: index, code: 'trace/device-error', message: `The device ${name} is in the state error.` })
    } else if (error !== undefined) {
      const { desc } = members(error)
      const message = `A command was refused: ${sentence(typeof desc === 'string' ? desc : 'no reason is given')}`
      found.push({ record: index, code: 'trace/command-refused', message })
    }
  }
  return found
}

function members(json: Json | undefined): { readonly [name: string]: Json | undefined } {
  return json !== null && typeof json === 'object' && !Array.isArray(json) ? json : {}
}

/** What another program says, with one full stop at its end. */
function sentence(text: string): string {
  return `${text.replace(/[.\s]+$/, '')}.`
}
