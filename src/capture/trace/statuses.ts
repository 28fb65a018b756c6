import type { Body } from './body.ts'

/** Phases of a migration in the words of QMP, each told once. */
export class Phases {
  private status: string | undefined

  /** What a phase means, where it is a new one. */
  enter(status: string, reason?: string): Body[] {
    if (status === this.status) return []
    this.status = status
    const told: Body = { kind: 'migration-status', status }
    switch (status) {
      case 'setup':
        return [told, { kind: 'migration-start' }]
      case 'completed':
        return [told, { kind: 'migration-end' }]
      case 'failed':
      case 'cancelled':
        return [told, { kind: 'migration-cancelled', reason: reason ?? status }]
      default:
        return [told]
    }
  }
}
