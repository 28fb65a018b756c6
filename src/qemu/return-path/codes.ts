import { defineCodes } from '../../findings/index.ts'

const SOURCE = 'QEMU migration/migration.c source_return_path_thread'

/** Findings about a return path. */
export const returnPathCodes = defineCodes({
  'qemu/return-path-truncated': {
    severity: 'error',
    title: 'the return path ends inside a message',
    explanation: 'The connection was cut, or the recording was stopped. All messages before are whole.',
    source: SOURCE,
  },
  'qemu/return-path-type': {
    severity: 'error',
    title: 'a message on the return path is of an unknown type',
    explanation:
      'The source gives up the return path, and the migration with it where it needs the answer. The destination is newer than the source, or bytes were lost.',
    source: SOURCE,
  },
  'qemu/return-path-length': {
    severity: 'error',
    title: 'a message on the return path does not have the length of its type',
    explanation:
      'Every type has a fixed length, or one that follows from the name of a RAM block, and none has more than 512 bytes. The source gives up the return path.',
    source: SOURCE,
  },
  'qemu/return-path-failed': {
    severity: 'error',
    title: 'the destination says that it failed',
    explanation:
      'SHUT with anything but 0 is the last word of a destination that could not load the state. The reason stands in its own log; the guest goes on at the source, unless it was post-copy.',
    source: SOURCE,
  },
  'qemu/return-path-after-shut': {
    severity: 'warning',
    title: 'a message follows SHUT on the return path',
    explanation: 'The source stops listening at SHUT: whatever the destination says later is lost.',
    source: SOURCE,
  },
  'qemu/return-path-request': {
    severity: 'error',
    title: 'a destination asks for pages that a source does not send',
    explanation:
      'Pages are asked for by multiples of the size of a page, and without a name only behind a request that names the block. The source gives up the return path, and post-copy pauses.',
    source: 'QEMU migration/migration.c migrate_handle_rp_req_pages; migration/ram.c ram_save_queue_pages',
  },
  'qemu/return-path-resume': {
    severity: 'error',
    title: 'the destination does not agree to resume',
    explanation: 'RESUME_ACK carries 1. Any other value stops the recovery of a post-copy migration.',
    source: 'QEMU migration/migration.c migrate_handle_rp_resume_ack',
  },
  'qemu/return-path-bitmap': {
    severity: 'error',
    title: 'the bitmap of received pages is none that a source takes',
    explanation:
      'Its size is a multiple of 8 bytes that follows from the RAM block, and 0x0123456789abcdef stands behind it. The source refuses any other, and the recovery of post-copy fails.',
    source: 'QEMU migration/ram.c ram_dirty_bitmap_reload',
  },
})

export type ReturnPathCode = keyof typeof returnPathCodes.entries
