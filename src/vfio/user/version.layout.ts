import { remaining, struct, text, u16 } from '../../layout/index.ts'
import { facts } from './header.layout.ts'

/** First message of a connection, and its reply. */
export const vfioUserVersion = struct(
  'vfio-user-version',
  {
    major: u16.doc('equal in proposal and reply'),
    minor: u16.doc('in the reply at most what was proposed'),
    data: text(remaining).doc('JSON with the capabilities, ended by NUL; a character per byte; may be absent'),
  },
  facts('vfio-user version and capabilities'),
)
