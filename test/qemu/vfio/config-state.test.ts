import { describe, expect, test } from 'vitest'
import { isOpaque, toHex } from '../../../src/layout/index.ts'
import { configSpaceFormat } from '../../../src/pci/index.ts'
import {
  configStateNeed,
  decodeConfigState,
  encodeConfigState,
  vfioConfigStateFormat,
} from '../../../src/qemu/index.ts'
import { findingsOf } from '../../vf-state/support.ts'
import { oracleOf, scenarios, streamOf } from './captures.ts'

const TAG = 8

describe('config states of the captures', () => {
  const cases = scenarios.flatMap((scenario) =>
    oracleOf(scenario).vfio_sections.flatMap(({ records, idstr }) =>
      records.filter(({ flag }) => flag === 'DEV_CONFIG_STATE').map((record) => ({ scenario, idstr, record })),
    ),
  )

  test('there are some', () => expect(cases.length).toBe(21))

  test.each(cases)('$scenario $idstr', ({ scenario, record }) => {
    const bytes = streamOf(scenario).subarray(record.offset + TAG)
    const decoded = decodeConfigState(bytes)
    if (decoded === undefined || record.decoded === undefined) throw new Error('not decoded')
    const { value, length, findings } = decoded
    expect(length).toBe(record.implicit_length)
    console.log(findings.map((f) => `${f.severity} ${f.code} ${f.in}`))
    const facts = record.decoded
    expect(value.version).toBe(facts.pci_device_version_be32)
    if (isOpaque(value.configSpace)) throw new Error('opaque')
    const config = configSpaceFormat.encode(value.configSpace)
    expect(config.length).toBe(facts.config_bytes)
    expect(toHex(config.subarray(0, 64))).toBe(facts.config_first_64)
    expect(encodeConfigState(value)).toEqual(bytes.subarray(0, length))
    findingsOf(vfioConfigStateFormat, bytes.slice(0, length))
  })
})
