import { describe, expect, it } from 'vitest'
import {
  CaptureError,
  isDomjobinfo,
  isQueryMigrate,
  readDomjobinfo,
  readQueryMigrate,
} from '../../src/capture/index.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

const answer = {
  status: 'active',
  'total-time': 12345,
  'expected-downtime': 280,
  'cpu-throttle-percentage': 30,
  ram: {
    ...{ transferred: 1000, remaining: 2000, total: 9000, 'dirty-pages-rate': 10, 'page-size': 16384, mbps: 80 },
    'dirty-sync-count': 3,
  },
  vfio: { transferred: 77 },
}
/** 10 pages of 16 KiB a second; 80 * 10^6 bits a second. */
const sample = {
  ...{ status: 'active', time: 12.345, total: 9000, remaining: 2000, transferred: 1000, dirtyRate: 163840 },
  ...{ bandwidth: 10e6, round: 3, pageSize: 16384, downtimeLimit: undefined, expectedDowntime: 0.28 },
  ...{ downtime: undefined, vfioTransferred: 77, throttle: 30 },
}

describe('answers of query-migrate', () => {
  it.each<{ what: string; text: string; limits?: (number | undefined)[] }>([
    { what: 'bare', text: JSON.stringify(answer) },
    { what: 'in a return, over lines', text: JSON.stringify({ return: answer, id: 'libvirt-7' }, null, 2) },
    { what: 'in a list', text: JSON.stringify([answer, answer]), limits: [undefined, undefined] },
    { what: 'lines with braces in strings', text: `${JSON.stringify({ ...answer, 'error-desc': 'a } "b" {' })}\n` },
    {
      what: 'a QMP log with events and parameters',
      text: [
        '{"QMP": {"version": {}, "capabilities": []}}',
        '-> {"execute": "query-migrate-parameters"}',
        '<- {"return": {"downtime-limit": 450}}',
        '{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "STOP"}',
        `<- {"return": ${JSON.stringify(answer)}}`,
      ].join('\r\n'),
      limits: [0.45],
    },
  ])('are read: $what', ({ text, limits = [undefined] }) => {
    expect(isQueryMigrate(bytes(text))).toBe(true)
    expect(readQueryMigrate(bytes(text))).toEqual(limits.map((downtimeLimit) => ({ ...sample, downtimeLimit })))
  })

  it('members that are missing or no numbers are left out', () => {
    const [only] = readQueryMigrate(
      bytes('{"ram": {"remaining": "many", "transferred": -1, "mbps": null}, "vfio": {}}'),
    )
    expect(only).toMatchObject({ remaining: undefined, transferred: undefined, bandwidth: undefined, pageSize: 4096 })
    expect(only).toMatchObject({ status: undefined, vfioTransferred: 0 })
  })

  it.each([
    ['{"ram": {"remaining": 1}}\n{"ram": {', 'capture/bad-json', 2],
    ['{"ram": nothing}', 'capture/bad-json', 1],
    ['{"return": {}}', 'capture/no-migration-status', undefined],
    ['', 'capture/no-migration-status', undefined],
  ])('%j: %s', (text, code, line) => {
    const read = () => readQueryMigrate(bytes(text))
    expect(read).toThrow(CaptureError)
    expect(read).toThrow(expect.objectContaining({ code, line }))
  })
})

/** In the columns of tools/virsh-domain.c. */
const job = `Job type:         Unbounded   
Operation:        Outgoing migration
Time elapsed:     4500         ms
Data processed:   1.500 GiB
Memory processed: 1.500 GiB
Memory remaining: 512.000 MiB
Memory total:     4.000 GiB
Memory bandwidth: 100.000 MiB/s
Dirty rate:       256          pages/s
Iteration:        2           
Page size:        4096         bytes
Expected downtime: 300          ms
Auto converge throttle: 20           
`

describe('texts of virsh domjobinfo', () => {
  const read = {
    ...{ status: 'unbounded', time: 4.5, total: 2 ** 32, remaining: 2 ** 29, transferred: 1.5 * 2 ** 30 },
    ...{ dirtyRate: 2 ** 20, bandwidth: 100 * 2 ** 20, round: 2, pageSize: 4096, expectedDowntime: 0.3, throttle: 20 },
  }

  it('are read, with what a loop writes between them', () => {
    const text = `Sat Nov 21 10:00:00 UTC 2026\n${job}\nSat Nov 21 10:00:01 UTC 2026\n${job.replace(/\n/g, '\r\n')}`
    expect(isDomjobinfo(bytes(text))).toBe(true)
    expect(readDomjobinfo(bytes(text))).toMatchObject([read, read])
  })

  it('after the end', () => {
    const text = 'Job type:         Completed   \nMemory remaining: 0.000 B\nTotal downtime:   85           ms\n'
    expect(readDomjobinfo(bytes(text))).toMatchObject([{ status: 'completed', remaining: 0, downtime: 0.085 }])
  })

  it.each(['Job type:         None        \n', ''])('%j tells nothing', (text) => {
    expect(() => readDomjobinfo(bytes(text))).toThrow(expect.objectContaining({ code: 'capture/no-migration-status' }))
  })
})
