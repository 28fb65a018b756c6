import {
  type AnyType,
  array,
  atLeast,
  bytes,
  choice,
  framed,
  optional,
  remaining,
  struct,
  subtract,
  text,
  u16,
  u32,
  upTo,
} from '../../layout/index.ts'
import { QAT_LEAVES, qatContent } from './content.layout.ts'
import { qatMagic } from './magic.layout.ts'

const SOURCE = 'linux drivers/crypto/intel/qat/qat_common/adf_mstate_mgr.[ch] and adf_gen4_vf_mig.c'
const facts = (title: string) => ({ title, source: SOURCE })

export const QAT_VERSION = 1
export const QAT_PREAMBLE_SIZE = 16
export const QAT_SECTION_HEADER = 16
/** Bytes of the whole state, padding included. */
export const QAT_STATE_SIZE = 4096

/** A section of which the sub-sections are `inner`. */
const section = <T extends AnyType>(name: string, title: string, inner: T) =>
  struct(
    name,
    {
      id: text(8).numbered(QAT_LEAVES),
      size: u32.doc('bytes that follow the header of the section'),
      subSections: u32.doc('sections that these bytes are; 0: they are content'),
      state: framed(upTo('size'), choice(atLeast('subSections', 1), { 0: qatContent, 1: inner })),
    },
    facts(title),
  )

const innermost = section('qat-inner-section', 'Section of a QAT bank', bytes(remaining))
const subSection = section('qat-sub-section', 'Sub-section of a QAT image', array(innermost, 'to-end'))
const topSection = section('qat-section', 'Section of a QAT image', array(subSection, 'to-end'))

const VERSION = `The destination driver refuses a newer version than its own (EINVAL): drivers/crypto/intel/qat/qat_common/adf_mstate_mgr.c, adf_mstate_preamble_def_checker.`

const afterMagic = {
  version: u32.agrees('at-most', VERSION),
  preambleLength: u16.doc('16'),
  sectionCount: u16,
  size: u32.doc('bytes of the sections'),
  preambleRest: bytes(upTo(subtract('preambleLength', QAT_PREAMBLE_SIZE))).doc('of a longer preamble'),
  sections: framed(upTo('size'), array(topSection, 'to-end')),
} as const

const setup = struct('qat-setup-image', { magic: qatMagic, ...afterMagic }, facts('Set-up of a QAT VF'))
const image = struct('qat-state-image', { magic: u32.asHex(), ...afterMagic }, facts('State image of a QAT VF'))

/** State of an Intel QAT VF of the fourth generation: what has to match, then the device's state, then padding. */
export const qatState = struct(
  'qat-gen4-state',
  {
    setup: setup.doc('what the destination compares; all that is read in PRE_COPY'),
    image: optional(atLeast(remaining, QAT_PREAMBLE_SIZE), image).doc('what the destination restores'),
    padding: bytes(remaining),
  },
  facts('State of an Intel QAT VF (gen4)'),
)
