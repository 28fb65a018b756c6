import { CAPABILITY_DEFAULTS, readCapabilities, type VfioUserCapabilities } from '../capabilities.ts'
import type { VfioUserVersion } from '../payload-codecs.ts'
import type { conversationCodes } from './codes.ts'

type Code = keyof typeof conversationCodes.entries
type Say = (code: Code, message: string, field: string) => void

/** What is wrong with the answer to a proposed version. */
export function judgeAnswer(proposed: VfioUserVersion, answer: VfioUserVersion, say: Say): void {
  if (answer.major !== proposed.major) {
    say('vfio-user/version-major', `Version ${answer.major} answers ${proposed.major}.`, 'major')
  } else if (answer.minor > proposed.minor) {
    const message = `Version ${answer.major}.${answer.minor} answers ${proposed.major}.${proposed.minor}.`
    say('vfio-user/version-minor', message, 'minor')
  }
  const client = readCapabilities(proposed.data).capabilities
  const server = readCapabilities(answer.data).capabilities
  judgeCapabilities(client, server, say)
  judgeTwinSocket(client, server, say)
}

function judgeCapabilities(client: VfioUserCapabilities, server: VfioUserCapabilities, say: Say): void {
  for (const [name, value] of Object.entries(server.stated)) {
    if (name === 'twin_socket') continue
    const proposed = Object.hasOwn(client.stated, name) ? client.stated[name] : DEFAULTS.get(name)
    if (proposed === undefined) {
      say('vfio-user/capability-beyond-proposal', `The capability ${name} was not proposed.`, 'data')
    } else if (typeof value === 'number' && typeof proposed === 'number' && value > proposed) {
      const message = `The capability ${name} is ${value}; the client proposed ${proposed}.`
      say('vfio-user/capability-beyond-proposal', message, 'data')
    }
  }
}

/** What is meant where a limit is not stated. */
const DEFAULTS: ReadonlyMap<string, number> = new Map([
  ['max_msg_fds', CAPABILITY_DEFAULTS.maxMsgFds],
  ['max_data_xfer_size', CAPABILITY_DEFAULTS.maxDataXferSize],
  ['pgsizes', 4096],
  ['max_dma_maps', 65535],
])

function judgeTwinSocket(client: VfioUserCapabilities, server: VfioUserCapabilities, say: Say): void {
  const twin = twinSocketOf(server)
  if (twin.supported !== true) return
  if (twinSocketOf(client).supported !== true) {
    say('vfio-user/twin-socket', 'The client did not propose a second socket.', 'data')
  } else if (typeof twin.fd_index !== 'number') {
    say('vfio-user/twin-socket', 'The server does not say which descriptor is the second socket.', 'data')
  }
}

function twinSocketOf({ stated }: VfioUserCapabilities): { readonly supported?: unknown; readonly fd_index?: unknown } {
  const twin = stated.twin_socket
  return twin !== null && typeof twin === 'object' ? twin : {}
}
