import { defineCodes } from '../../findings/index.ts'

const SAVE = 'QEMU migration/ram.c'

/** Findings about guest memory when all of it has come. */
export const ramUseCodes = defineCodes({
  'qemu/ram-sent-again': {
    severity: 'info',
    title: 'pages of guest memory were sent more than once',
    explanation:
      'The guest wrote to them after they had been sent. The count says how much of the migration went into that; where it is most of the stream, the guest changes memory faster than it is sent.',
    source: `${SAVE}, ram_save_iterate`,
  },
  'qemu/ram-delta-of-nothing': {
    severity: 'warning',
    title: 'a page came as a difference to one that was never sent',
    explanation:
      'XBZRLE sends what changed in a page since it was sent last. A destination applies the difference to whatever it has, without a complaint: the page is corrupt.',
    source: `${SAVE}, save_xbzrle_page and load_xbzrle`,
  },
  'qemu/ram-elsewhere': {
    severity: 'info',
    title: 'pages of guest memory were sent over other channels',
    explanation:
      'The stream synchronises multifd channels, or lists memory and has no page that is not zero. Captures of the other connections hold the pages: give them with --channel, and they are judged together.',
    source: 'QEMU migration/multifd.c; migration/ram.c',
  },
  'qemu/ram-not-complete': {
    severity: 'warning',
    title: 'pages of guest memory were never sent',
    explanation:
      'A destination does not count: pages that never came are zero there, and the guest goes on with them. QEMU leaves out only what a guest does not use, and only with a balloon that reports free pages or with virtio-mem.',
    source: `${SAVE}, ram_list_init_bitmaps and ramblock_dirty_bitmap_clear_discarded_pages`,
  },
  'qemu/ram-not-counted': {
    severity: 'info',
    title: 'pages of guest memory are more scattered, or more, than are followed',
    explanation:
      'Which pages came is kept in 16 MiB of bits, enough for 512 GiB of memory in one piece. Whether pages behind that are missing, or came again, is not told.',
    source: 'proposed',
  },
  'qemu/ram-list-repeated': {
    severity: 'warning',
    title: 'a block of guest memory is listed a second time',
    explanation:
      'The list comes once, in the START of RAM, and the names of blocks differ. A destination takes the later size, and counts both towards the total.',
    source: `${SAVE}, ram_save_setup and parse_ramblocks`,
  },
})
