import {
  alignUp,
  array,
  bool8,
  bytes,
  choice,
  enumeration,
  equals,
  remaining,
  reserved,
  struct,
  u8,
  u16,
  u32,
  u64,
} from '../../layout/index.ts'
import { qatBank } from './bank.layout.ts'

const LOADER = 'drivers/crypto/intel/qat/qat_common/adf_gen4_vf_mig.c, adf_gen4_vfmig_load_config'
const SUBSET = `The destination driver refuses capabilities that it lacks (EINVAL): ${LOADER}.`
const EQUAL = `The destination driver refuses another map of rings to services (EINVAL): ${LOADER}.`

export const QAT_SLA_SIZE = 24
export const QAT_BANK_SIZE = 472

/** Rate limit of a service on some ring pairs. */
const sla = struct(
  'qat-sla',
  {
    service: enumeration(u32, { 0: 'asymmetric', 1: 'symmetric', 2: 'compression' }),
    padding: reserved(4),
    ringPairs: u64.asHex().doc('a bit a ring pair of the device'),
    cir: u32.doc('committed information rate'),
    pir: u32.doc('peak information rate'),
  },
  {
    title: 'Rate limit of a QAT VF',
    source: 'linux drivers/crypto/intel/qat/qat_common/adf_gen4_vf_mig.c, struct mig_user_sla',
  },
)

/** What a section holds, by its size; bytes where the size is another. */
const bySize = <const C extends Parameters<typeof choice>[1]>(cases: C) => choice('size', cases, bytes(remaining))

// The driver widens masks to 64 bits, and takes any that fit.
const capabilities = bySize({
  1: u8.asHex().agrees('subset', SUBSET),
  2: u16.asHex().agrees('subset', SUBSET),
  4: u32.asHex().agrees('subset', SUBSET),
  8: u64.asHex().agrees('subset', SUBSET),
})
const serviceMap = bySize({
  1: u8.asHex().agrees('equal', EQUAL),
  2: u16.asHex().agrees('equal', EQUAL),
  4: u32.asHex().agrees('equal', EQUAL),
  8: u64.asHex().agrees('equal', EQUAL),
})
const register = bySize({ 4: u32.asHex() })

/** Ids of sections of which the content is known, by the numbers that stand for them in expressions. */
export const QAT_LEAVES = {
  1: 'gencap',
  2: 'svcmap',
  3: 'extdc',
  4: 'iovinit',
  5: 'compver',
  6: 'sla',
  7: 'visrc',
  8: 'vimsk',
  9: 'vispv',
  10: 'vimpv',
  11: 'pf2vm',
  12: 'vm2pf',
  13: 'mregs',
} as const

/** Content of a section without sub-sections, which has the fields `id` and `size`. */
export const qatContent = choice(
  'id',
  {
    1: capabilities.doc('what the device can do'),
    2: serviceMap.doc('service of each ring pair, 3 bits each'),
    3: capabilities.doc('what compression can do besides'),
    4: bySize({ 1: bool8.doc('whether the VF driver is there') }),
    5: bySize({ 1: u8.doc('version of the VF driver; 0: not known') }),
    6: choice(equals(alignUp('size', QAT_SLA_SIZE), 'size'), { 0: bytes(remaining), 1: array(sla, 'to-end') }),
    7: register,
    8: register,
    9: register,
    10: register,
    11: register,
    12: register,
    13: bySize({ [QAT_BANK_SIZE]: qatBank }),
  },
  bytes(remaining),
)
