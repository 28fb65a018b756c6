import { defineCodes } from '../../findings/index.ts'
import { vfioUserHeader } from './header.layout.ts'

const SPEC = vfioUserHeader.facts.source
const LIB = 'libvfio-user lib/libvfio-user.c'

/** Codes of messages, whatever their order. */
export const messageCodes = defineCodes({
  'vfio-user/message-size': {
    severity: 'error',
    title: 'a message is said to have fewer bytes than its header',
    explanation:
      'The size counts the header of 16 bytes. Where the next message starts is unknown: a peer closes the connection. What is left is kept as bytes. Look for a message before this one of which the size is wrong.',
    source: `${LIB} is_valid_header`,
  },
  'vfio-user/message-cut': {
    severity: 'error',
    title: 'the bytes end within a message',
    explanation:
      'The header says more bytes than there are; they are kept as bytes. The capture or the connection ended there, or the size in the header is damaged.',
    source: SPEC,
  },
  'vfio-user/message-type': {
    severity: 'error',
    title: 'a message is neither a command nor a reply',
    explanation: 'Only the types 0 and 1 exist. The server refuses the message, the client takes it for no reply.',
    source: `${LIB} is_valid_header`,
  },
  'vfio-user/command-unknown': {
    severity: 'info',
    title: 'a command has a number that has no meaning',
    explanation:
      'Its payload is kept as bytes. It is newer than the sources of this description; a server that does not know it answers EINVAL.',
    source: SPEC,
  },
  'vfio-user/header-flags': {
    severity: 'info',
    title: 'a header has a flag or error number that means nothing in such a message',
    explanation:
      'Commands have no error, replies no wish for a reply, and an error number needs the error flag. Readers ignore them; a reply whose error flag got lost is taken for success.',
    source: SPEC,
  },
  'vfio-user/error-payload': {
    severity: 'error',
    title: 'a reply with the error flag has a payload',
    explanation: 'Such a reply is the header alone. The bytes are kept; a peer that expects none loses step with them.',
    source: SPEC,
  },
  'vfio-user/payload-missing': {
    severity: 'error',
    title: 'a message has no payload where its command needs one',
    explanation: 'A server refuses such a command with EINVAL; a client reads a reply that is not there.',
    source: `${LIB} is_valid_header`,
  },
  'vfio-user/payload-damaged': {
    severity: 'error',
    title: 'the payload of a message is not what its command says',
    explanation:
      'It is too short, too long, or there where none belongs, and kept as bytes. A server answers EINVAL to such a command; a client that gets such a reply reads wrong numbers.',
    source: SPEC,
  },
  'vfio-user/directions-mixed': {
    severity: 'warning',
    title: 'commands of the client and of the server stand in one direction',
    explanation:
      'Only a server sends dma-read and dma-write, only a client the others. Both directions were recorded into one file, or one of the two was taken for the other: what follows from the order of messages cannot be trusted.',
    source: SPEC,
  },
  'vfio-user/data-count': {
    severity: 'error',
    title: 'a count does not agree with the data behind it',
    explanation: 'Server and client refuse such a message, or move bytes that were never sent.',
    source: `${LIB} handle_region_access`,
  },
  'vfio-user/dma-data-early': {
    severity: 'warning',
    title: 'the data of a DMA message starts four bytes early',
    explanation:
      "The count has 32 bits and data follows it at once, while the size counts as if it had 64: so QEMU's structure lies in memory. A peer that reads the count with 64 bits, as libvfio-user does, takes the first four bytes for its upper half, and the data from the fifth on: guest memory arrives shifted.",
    source: 'QEMU hw/vfio-user/protocol.h VFIOUserDMARW against libvfio-user struct vfio_user_dma_region_access',
  },
  'vfio-user/bitmap-size': {
    severity: 'error',
    title: 'a dirty bitmap has another size than its range',
    explanation:
      'It has 8 bytes for each 64 pages, rounded up. The server refuses another size; where the reply has one, pages are lost or taken for dirty ones of another range. The formula in the text of the specification is not usable: bits count pages from the start of the range.',
    source: 'libvfio-user lib/dma.c dma_controller_dirty_page_get',
  },
  'vfio-user/unmap-all': {
    severity: 'error',
    title: 'all ranges are taken back, and one is named',
    explanation: 'With the flag for all, address and size are 0; the server answers EINVAL to anything else.',
    source: `${LIB} is_valid_unmap`,
  },
  'vfio-user/state-not-used': {
    severity: 'warning',
    title: 'a state of peer-to-peer traffic is asked for',
    explanation: 'vfio-user has no RUNNING_P2P and no PRE_COPY_P2P: the server answers EINVAL.',
    source: 'libvfio-user lib/migration.c next_state',
  },
  'vfio-user/version-not-terminated': {
    severity: 'error',
    title: 'the JSON of a version message does not end with NUL',
    explanation: 'The server refuses the connection: NUL is the last byte of the text, and part of the message.',
    source: 'libvfio-user lib/tran.c recv_version',
  },
  'vfio-user/version-json': {
    severity: 'error',
    title: 'the text of a version message is no JSON object',
    explanation: 'The server refuses the connection; a client cannot know the limits of the server.',
    source: 'libvfio-user lib/tran.c tran_parse_version_json',
  },
  'vfio-user/version-capability': {
    severity: 'error',
    title: 'a capability is of another kind than it has to be',
    explanation:
      'Limits are whole numbers that are not negative, twin_socket and migration objects, switches true or false. The peer refuses the connection.',
    source: 'libvfio-user lib/tran.c tran_parse_version_json',
  },
})
