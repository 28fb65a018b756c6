import { defineCodes } from '../../../findings/index.ts'
import { vfioUserHeader } from '../header.layout.ts'

const SPEC = vfioUserHeader.facts.source
const MIGRATION = 'libvfio-user lib/migration.c'

/** Codes of what both directions of a connection say together. */
export const conversationCodes = defineCodes({
  'vfio-user/reply-without-request': {
    severity: 'error',
    title: 'a reply has the ID of no open command',
    explanation:
      'Its command was never sent, wanted no reply, or was answered before. A client that waits for another ID drops it or closes the connection. Look for a capture that starts late, and for files of two connections.',
    source: SPEC,
  },
  'vfio-user/reply-command': {
    severity: 'error',
    title: 'a reply names another command than the message that it answers',
    explanation: 'ID and command are repeated in the reply. Whoever asked reads the payload of another command.',
    source: SPEC,
  },
  'vfio-user/request-unanswered': {
    severity: 'warning',
    title: 'a command was never answered',
    explanation:
      'Only commands that say so want no reply. The peer hung or died, or the capture ended before it answered. Whoever asked waits, at the worst with the guest stopped.',
    source: SPEC,
  },
  'vfio-user/id-reused': {
    severity: 'info',
    title: 'a command has the ID of one that is still open',
    explanation:
      'The specification allows it. The two replies can be told apart by their order and command only; here the first reply is taken for the first command.',
    source: SPEC,
  },
  'vfio-user/version-major': {
    severity: 'error',
    title: 'the server answers with another major version',
    explanation: 'It repeats the major version that the client proposes or closes the connection; the client does too.',
    source: SPEC,
  },
  'vfio-user/version-minor': {
    severity: 'error',
    title: 'the server answers with a higher minor version than the client proposed',
    explanation: 'The client does not know what it means. The minor version of a reply is at most the one proposed.',
    source: SPEC,
  },
  'vfio-user/capability-beyond-proposal': {
    severity: 'info',
    title: 'the server has a capability, or a limit, beyond what the client proposed',
    explanation:
      "The text asks for a subset. libvfio-user's server gives its own limits and its migration page size whatever was proposed, and clients take the lower of two limits.",
    source: `${SPEC}; libvfio-user lib/tran.c format_server_capabilities`,
  },
  'vfio-user/twin-socket': {
    severity: 'error',
    title: 'the server sets up a second socket that the client cannot use',
    explanation:
      'It does so only where the client proposes it, and says which descriptor it is. Commands of the server would go where nobody listens; the client closes the connection.',
    source: 'libvfio-user specification, VFIO_USER_VERSION, twin_socket',
  },
  'vfio-user/data-outside-state': {
    severity: 'error',
    title: 'migration data is moved in a state that has none',
    explanation:
      'Data is read in PRE_COPY and STOP_COPY and written in RESUMING. The server answers EINVAL to it in any other state, and the migration fails. The state is the one that was last asked for.',
    source: `${MIGRATION} handle_mig_data_read, handle_mig_data_write`,
  },
  'vfio-user/transfer-too-large': {
    severity: 'error',
    title: 'a message moves more bytes than its peer takes',
    explanation:
      'The peer states the most as max_data_xfer_size, 1 MiB unless it says so, and refuses more with EINVAL. Of migration data the limit of the client counts, in both directions. Split the transfer.',
    source: `${SPEC}; ${MIGRATION}`,
  },
  'vfio-user/data-longer': {
    severity: 'error',
    title: 'a reply has more migration data than was asked for',
    explanation: 'The client has no room for it: it refuses the reply, or writes past its buffer.',
    source: `${MIGRATION} handle_mig_data_read`,
  },
  'vfio-user/reply-differs': {
    severity: 'error',
    title: 'a reply is about something else than its command',
    explanation:
      'Offset, region, count, address, index and feature are repeated in the reply. The client drops such a reply or takes it for the answer to what it asked.',
    source: SPEC,
  },
})
