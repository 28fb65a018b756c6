import { defineCodes } from '../../findings/index.ts'
import { gvtSection } from './gvt-image.layout.ts'

const SOURCE = gvtSection.facts.source

export const gvtCodes = defineCodes({
  'vf-state/gvt-no-head': {
    severity: 'error',
    title: 'the image does not start with its HEAD section',
    explanation:
      'The driver refuses the image with -EFAULT. The bytes are of something else, start at the wrong offset (the region has a run-state byte in front of the image), or no image was ever read.',
    source: SOURCE,
  },
  'vf-state/gvt-head-size': {
    severity: 'error',
    title: 'the HEAD section does not have 528 bytes',
    explanation: 'The driver refuses the image with -EFAULT.',
    source: SOURCE,
  },
  'vf-state/gvt-version': {
    severity: 'warning',
    title: 'the image has another version than 0',
    explanation: 'All known code writes 0 and nobody looks at it when loading: this is another layout, or damage.',
    source: SOURCE,
  },
  'vf-state/gvt-no-platform': {
    severity: 'info',
    title: 'nothing in the image names the platform it is from',
    explanation:
      'An image of version 0 has no platform or device information. A destination of another generation loads it and goes wrong silently: compare the hosts by other means.',
    source: 'Zhenyu Wang on the intel-gvt-dev list, 20 February 2019',
  },
  'vf-state/gvt-saving-failed': {
    severity: 'error',
    title: 'the source failed to save its state',
    explanation: 'dataSize is -1: the driver gave up half way. A destination refuses the image with -EFAULT.',
    source: SOURCE,
  },
  'vf-state/gvt-data-size-range': {
    severity: 'error',
    title: 'dataSize is not below the size of the region',
    explanation: 'As an unsigned number it has to be below 9437184; the driver refuses the image with -EFAULT.',
    source: SOURCE,
  },
  'vf-state/gvt-data-size': {
    severity: 'warning',
    title: 'dataSize is not the sum of the sections',
    explanation:
      'The driver does not compare them. Sections were lost, cut, or are left over from an earlier, longer image.',
    source: 'proposed: strict check of dataSize',
  },
  'vf-state/gvt-stale-section': {
    severity: 'error',
    title: 'a section follows the end of the image',
    explanation:
      'Only zeros behind the image stop the loader. The region is reused, so that sections of an earlier, longer image follow a shorter one, and are loaded over it.',
    source: SOURCE,
  },
  'vf-state/gvt-section-past-data-size': {
    severity: 'warning',
    title: 'a section runs past dataSize',
    explanation: 'Part of it is not counted as image; size or dataSize is damaged.',
    source: SOURCE,
  },
  'vf-state/gvt-section-past-end': {
    severity: 'error',
    title: 'a section claims more bytes than there are',
    explanation: 'The capture was cut or the size is damaged. A loader reads behind the image.',
    source: SOURCE,
  },
  'vf-state/gvt-unknown-section': {
    severity: 'error',
    title: 'a section of unknown type ends the image early',
    explanation:
      'The loader stops at a type that it does not know, without a word: what follows is not restored. With --set execlist=8 or 9 the number of EXECLIST is chosen.',
    source: SOURCE,
  },
  'vf-state/gvt-leftover': {
    severity: 'info',
    title: 'bytes behind the image are not zero',
    explanation: 'They are kept. Leftovers of an earlier image; harmless as long as a zero type stands before them.',
    source: SOURCE,
  },
  'vf-state/gvt-too-long': {
    severity: 'error',
    title: 'the image is longer than its region',
    explanation: 'The region has 9437184 bytes, nothing behind them is ever loaded.',
    source: SOURCE,
  },
  'vf-state/gvt-section-size': {
    severity: 'error',
    title: 'a section of fixed size has another',
    explanation: 'The driver refuses the image with -EFAULT.',
    source: SOURCE,
  },
  'vf-state/gvt-gtt-size': {
    severity: 'error',
    title: 'the GTT section is not a whole number of entries',
    explanation:
      'An entry has 8 bytes, one for each page of aperture and hidden graphics memory; the driver refuses any other number than its own with -EFAULT.',
    source: SOURCE,
  },
  'vf-state/gvt-list-size': {
    severity: 'error',
    title: 'a list section is not a whole number of entries',
    explanation:
      'The driver refuses the image with -EFAULT. Entries changed their size during 2017: PPGTT has 36 or 40 bytes, WORKLOAD 24 or 36, EXECLIST 20; `--set workload=24` and `--set ppgtt=36` choose.',
    source: SOURCE,
  },
  'vf-state/gvt-list-ambiguous': {
    severity: 'warning',
    title: 'the size of a list section fits both sizes of its entries',
    explanation:
      'Both generations have version 0, so nothing tells them apart; it is read as the later one. A destination with the other generation takes other fields for the same bytes. Choose with --set workload=24|36 or --set ppgtt=36|40.',
    source: 'derived: 72 bytes are three WORKLOAD entries of 24 or two of 36',
  },
  'vf-state/gvt-execlist-8': {
    severity: 'info',
    title: 'a section of type 8 is read as EXECLIST',
    explanation:
      'The tree of early 2019 without OPREGION gave its number to EXECLIST. Older destinations take the section for OPREGION and refuse its size. Choose with --set execlist=8|9.',
    source: SOURCE,
  },
  'vf-state/gvt-ring-id': {
    severity: 'error',
    title: 'a workload is for an engine that does not exist',
    explanation: 'Engines count from 0 to 4. The driver uses the number as an index without looking.',
    source: 'derived: linux i915 enum intel_engine_id of 2017, five engines',
  },
  'vf-state/gvt-schedule-in': {
    severity: 'warning',
    title: 'emulateScheduleIn is neither 0 nor 1',
    explanation: 'It is a C bool: the entry is damaged, or of the other generation.',
    source: SOURCE,
  },
  'vf-state/gvt-ppgtt-level': {
    severity: 'warning',
    title: 'a PPGTT entry has an unknown root type',
    explanation:
      'Roots are 9 and 10 in the first code, 11 and 12 later: the entry is damaged, or of the other generation.',
    source: SOURCE,
  },
  'vf-state/gvt-duplicate-section': {
    severity: 'warning',
    title: 'a section stands in the image more than once',
    explanation: 'The loader takes each in turn: the last one wins, and lists are added up.',
    source: SOURCE,
  },
  'vf-state/gvt-missing-section': {
    severity: 'warning',
    title: 'the image lacks a section that all code writes',
    explanation: 'The destination keeps what it has there: registers or page tables of a fresh device.',
    source: SOURCE,
  },
  'vf-state/gvt-stack-content': {
    severity: 'info',
    title: 'the unused part of the header is not zero',
    explanation: 'On KVM it is not initialised: content of the kernel stack of the source travels with the image.',
    source: SOURCE,
  },
})
