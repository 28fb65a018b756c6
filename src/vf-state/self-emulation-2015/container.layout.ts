import { enumeration, equals, optional, struct, u8, u32be } from '../../layout/index.ts'

/** First byte of each body. Proposed. */
export const CONTAINER_FLAGS = { 1: 'setup', 2: 'complete' } as const
/** Name and version of the section. Proposed. */
export const CONTAINER_SECTION = { name: 'vfio-vf-v1', version: 1 } as const

const facts = (what: string) =>
  ({
    title: `vfio-vf-v1 body: ${what}`,
    source: 'Proposed: what RFC PATCH 0/3 "Qemu/IXGBE" of October 2015 sent is not known',
    evidence: 'proposed',
  }) as const

/** What a body starts with. */
export const containerHead = struct(
  'vfio-vf-v1-head',
  {
    flag: enumeration(u8, CONTAINER_FLAGS).doc('setup: nothing follows; complete: the state of the VF'),
    configLength: optional(equals('flag', 2), u32be.doc('bytes of config space, 256 or 4096')),
  },
  facts('head'),
)

/** What stands before the MSI-X table. */
export const containerVectors = struct(
  'vfio-vf-v1-vectors',
  { msixEntries: u32be.doc('vectors of the table that follows; 0: none') },
  facts('number of vectors'),
)

/** What stands before the blob of the PF driver. */
export const containerBlob = struct(
  'vfio-vf-v1-blob',
  { blobLength: u32be.doc('bytes of the state_in_pf blob that follows') },
  facts('length of the blob'),
)
