import { describe, expect, test } from 'vitest'
import {
  checkMigrationStatus,
  mailboxCodes,
  mailboxMessageFormat,
  mailboxWordFormat,
  migrationStatusCodes,
  migrationStatusFormat,
  NOTIFY_RESUME,
} from '../../../src/vf-state/index.ts'
import { findingsOf, uncovered } from '../support.ts'
import { hex, joined } from '../vf-image.ts'

const idle = { info: 0, reserved: 0, clearToSend: false, failure: false, success: false }

describe('word 0', () => {
  test.each([
    ['01 00 00 00', { message: 'vf-reset' }],
    ['02 00 00 00', { message: 'set-mac-addr' }],
    ['03 00 05 00', { message: 'set-multicast', info: 5 }],
    ['04 00 01 00', { message: 'set-vlan', info: 1 }],
    ['05 00 00 00', { message: 'set-lpe' }],
    ['06 00 01 00', { message: 'set-macvlan', info: 1 }],
    ['08 00 00 00', { message: 'api-negotiate' }],
    ['09 00 00 00', { message: 'get-queues' }],
    ['0a 00 00 00', { message: 'get-reta' }],
    ['0b 00 00 00', { message: 'get-rss-key' }],
    ['0c 00 00 00', { message: 'notify-resume' }],
    ['00 01 00 00', { message: 'pf-control-msg' }],
    ['00 01 00 20', { message: 'pf-control-msg', clearToSend: true }],
    ['01 00 00 80', { message: 'vf-reset', success: true }],
    ['01 00 00 60', { message: 'vf-reset', failure: true, clearToSend: true }],
  ])('%s', (bytes, expected) => {
    expect(mailboxWordFormat.decode(hex(bytes))).toEqual({ word: { ...idle, ...expected } })
  })

  test('the new message has the number that mainline gave to UPDATE_XCAST_MODE', () => {
    expect(NOTIFY_RESUME).toBe(0x0c)
  })
})

const words = (first: string, second = '00 00 00 00') => joined(hex(first), hex(second), new Uint8Array(56))

test('16 words', () => {
  const { word, data } = mailboxMessageFormat.decode(words('02 00 00 00', '02 00 00 00'))
  expect(word.message).toBe('set-mac-addr')
  expect(data).toEqual([2, ...Array(14).fill(0)])
})

const wordCases = [
  { name: 'a ping', bytes: '00 01 00 20', found: [] },
  {
    name: 'ACK and NACK',
    bytes: '01 00 00 c0',
    found: ['error vf-state/mailbox-verdict word'],
  },
  { name: 'an unknown message', bytes: '0d 00 00 00', found: ['info layout/unknown-value word.message'] },
  { name: 'reserved bits', bytes: '01 00 00 1f', found: ['info layout/reserved-not-zero word.reserved'] },
]
test.each(wordCases)('$name', ({ bytes, found }) => {
  expect(findingsOf(mailboxWordFormat, hex(bytes))).toEqual(found)
  expect(findingsOf(mailboxMessageFormat, words(bytes))).toEqual(found)
})

const messageCases = [
  { name: 'a resume event', bytes: words('0c 00 00 00'), found: [] },
  {
    name: 'a cast mode',
    bytes: words('0c 00 00 00', '02 00 00 00'),
    found: ['info vf-state/mailbox-resume-or-xcast data.0'],
  },
]
test.each(messageCases)('$name', ({ bytes, found }) => {
  expect(findingsOf(mailboxMessageFormat, bytes)).toEqual(found)
})

const statusCases = [
  { bytes: '00 00', found: [] },
  { bytes: '01 00', found: [] },
  { bytes: '01 01', found: [] },
  { bytes: '00 01', found: ['error vf-state/migration-status-ready-early answer'] },
  {
    bytes: '02 ff',
    found: [
      'info layout/unknown-value status',
      'info layout/unknown-value answer',
      'error vf-state/migration-status-value status',
      'error vf-state/migration-status-value answer',
    ],
  },
]
test.each(statusCases)('status bytes $bytes: $found', ({ bytes, found }) => {
  expect(findingsOf(migrationStatusFormat, hex(bytes))).toEqual(found)
})

test('status bytes by name', () => {
  expect(migrationStatusFormat.decode(hex('01 00'))).toEqual({ status: 'in-progress', answer: 'not-ready' })
  const codes: string[] = []
  checkMigrationStatus({ status: 'completed', answer: 'ready' }, (code) => codes.push(code))
  expect(codes).toEqual(['vf-state/migration-status-ready-early'])
})

test('every code has a case', () => {
  const found = [...wordCases, ...messageCases, ...statusCases].map((given) => given.found)
  expect(uncovered({ ...mailboxCodes.entries, ...migrationStatusCodes.entries }, 'vf-state/', found)).toEqual([])
})
