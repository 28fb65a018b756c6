import type { Finding } from '../../../findings/index.ts'
import type { Opaque } from '../../../layout/index.ts'
import type { V2State } from '../../migration-states.layout.ts'
import type { V2Features } from '../../migration-states.ts'
import type { VfioUserCapabilities } from '../capabilities.ts'
import type { VfioUserHeader } from '../header.ts'
import type { VfioUserPayload } from '../message.ts'

/** Which way messages go. */
export const DIRECTIONS = ['client-to-server', 'server-to-client'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** The other way. */
export function opposite(direction: Direction): Direction {
  return direction === 'client-to-server' ? 'server-to-client' : 'client-to-server'
}

/** A message of a conversation. */
export interface MessageRef {
  readonly direction: Direction
  /** Counted in its direction. */
  readonly index: number
  /** Of its first byte, in the bytes of its direction. */
  readonly offset: number
  readonly length: number
}

/** A migration state by name, or a number that has none. */
export type State = V2State | number

/** DMA logging switched on or off. */
export interface DmaLogging {
  readonly on: boolean
  /** Ranges that are logged; 0: all of memory. */
  readonly ranges?: number
  /** Bytes of a page, as asked for. */
  readonly pageSize?: bigint
}

/** A piece of migration data; the bytes are a view that is valid until the next push. */
interface DataMoved {
  readonly message: MessageRef
  /** Where the data starts, in the bytes of its direction. */
  readonly offset: number
  readonly data: Uint8Array
  /** The state that was last asked for; undefined where the conversation does not tell. */
  readonly state: State | undefined
  /** Counts the transfers of a conversation: one from the state that starts it to the one that ends it. */
  readonly transfer: number
}

/**
 * What happens in a conversation, in order. `errno` is the UNIX error number of a failed command, 0 where the reply
 * states none, undefined for success.
 */
export type ConversationEvent =
  | {
      readonly kind: 'message'
      readonly message: MessageRef
      readonly header: VfioUserHeader
      readonly payload: VfioUserPayload | Opaque | undefined
    }
  | {
      readonly kind: 'exchange'
      readonly request: MessageRef
      readonly reply: MessageRef
      readonly errno: number | undefined
    }
  | {
      readonly kind: 'version'
      readonly major: number
      readonly minor: number
      readonly client: VfioUserCapabilities
      readonly server: VfioUserCapabilities
    }
  | { readonly kind: 'state-set'; readonly state: State; readonly errno: number | undefined }
  | { readonly kind: 'state-got'; readonly state: State }
  | { readonly kind: 'reset'; readonly errno: number | undefined }
  | ({ readonly kind: 'migration-features' } & V2Features)
  | ({ readonly kind: 'dma-logging'; readonly errno: number | undefined } & DmaLogging)
  | ({
      readonly kind: 'data-read'
      /** Bytes that the client asked for. */
      readonly asked: number
    } & DataMoved)
  | ({ readonly kind: 'data-write' } & DataMoved)
  | { readonly kind: 'finding'; readonly direction: Direction; readonly finding: Finding }
