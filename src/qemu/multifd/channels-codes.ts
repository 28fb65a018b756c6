import { defineCodes } from '../../findings/index.ts'

const SOURCE = 'QEMU migration/multifd.c'
const NOCOMP = 'QEMU migration/multifd-nocomp.c, multifd_ram_unfill_packet'
const DEVICE = 'QEMU 10.0 and later, hw/vfio/migration-multifd.c; migration/savevm.c, qemu_loadvm_load_state_buffer'

/** Findings about the multifd channels of a migration together, with their main stream. */
export const channelsCodes = defineCodes({
  'qemu/multifd-channel-twice': {
    severity: 'error',
    title: 'two multifd channels have the same number',
    explanation:
      'The destination stops with "received id already setup". In captures: the same channel was given twice, or one is of another migration.',
    source: `${SOURCE}, multifd_recv_initial_packet`,
  },
  'qemu/multifd-channel-missing': {
    severity: 'error',
    title: 'a multifd channel is missing',
    explanation:
      'Channels are numbered from 0 on, and a destination waits until all of them have come. In captures: a channel was not given, and its pages and its device state are not known.',
    source: `${SOURCE}, multifd_recv_all_channels_created`,
  },
  'qemu/multifd-uuid': {
    severity: 'error',
    title: 'multifd channels are of different machines',
    explanation:
      'Every channel states the UUID of the machine, and the destination refuses one that is not its own. In captures: the channels are not of one migration.',
    source: `${SOURCE}, multifd_recv_initial_packet`,
  },
  'qemu/multifd-methods': {
    severity: 'error',
    title: 'multifd channels are compressed in different ways',
    explanation:
      'The method is one for a migration (multifd-compression), and the destination refuses pages that say another one. In captures: the channels are not of one migration.',
    source: `${SOURCE}; migration/multifd.h`,
  },
  'qemu/multifd-block': {
    severity: 'error',
    title: 'a multifd packet has pages of a RAM block that the main stream does not list',
    explanation:
      'The destination stops with "unknown ram block". In captures: the channel and the main stream are not of one migration.',
    source: NOCOMP,
  },
  'qemu/multifd-outside': {
    severity: 'error',
    title: 'a multifd packet has a page behind the end of its RAM block',
    explanation:
      'The destination stops with "offset too long". The list of blocks in the main stream says their lengths.',
    source: NOCOMP,
  },
  'qemu/multifd-page-size': {
    severity: 'error',
    title: 'a multifd channel and the main stream differ in the size of a page',
    explanation:
      'Pages of a channel are as long as those of the main stream. The destination counts bytes by its own size of a page, and loses the packets.',
    source: SOURCE,
  },
  'qemu/multifd-unordered': {
    severity: 'warning',
    title: 'pages came over two multifd channels without a synchronisation between',
    explanation:
      'Channels are read at the same time: which of the two versions of a page stays is chance, and the older one would corrupt the guest without a word. A source synchronises all channels before it sends a page again; but QEMU 7.2 now and then sends the last page of a full packet once more in the next one, which is only worth a note.',
    source: 'QEMU migration/ram.c, find_dirty_block and multifd_ram_flush_and_sync',
  },
  'qemu/multifd-sync-count': {
    severity: 'error',
    title: 'a multifd channel synchronises more or fewer times than the main stream',
    explanation:
      'At each MULTIFD_FLUSH of the main stream (machine types before 8.1: at the end of each section of RAM) the destination waits for one packet with the sync flag on every channel. With too few it waits for ever; with too many what follows is never loaded. In captures: the recording of the channel was stopped early, or it is of another migration.',
    source: `${SOURCE}, multifd_recv_sync_main`,
  },
  'qemu/multifd-packet-numbers': {
    severity: 'warning',
    title: 'numbers of multifd packets are missing, or come twice',
    explanation:
      'Packets with pages, and those that only synchronise, are numbered over all channels from 0 on. A destination does not ask for that, but a number that is missing is a packet that is missing: a channel was not given, or was cut. Numbers that come twice are of two migrations. QEMU before 9.0 numbers packets that synchronise in another way, and is not judged by this.',
    source: `${SOURCE}, multifd_send_fill_packet`,
  },
  'qemu/vfio-packet-device': {
    severity: 'error',
    title: 'a multifd packet has state of a device that the main stream does not have',
    explanation:
      'The destination stops with "Unknown idstr ... for load state buffer". In captures: the channel and the main stream are not of one migration.',
    source: DEVICE,
  },
  'qemu/vfio-packets-missing': {
    severity: 'error',
    title: 'the state of a device is neither in the main stream nor on the multifd channels',
    explanation:
      'The sections of the device in the main stream are empty, as they are where its state is sent over multifd channels, and no channel has a packet of it. The destination waits for it and the migration does not end.',
    source: DEVICE,
  },
})

export type ChannelsCode = keyof typeof channelsCodes.entries
