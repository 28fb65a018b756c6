import * as generated from '../generated/pci/message.js'
import { codec, type Value } from '../layout/index.ts'
import { compatibleMessage, remappableMessage, X86_MESSAGE_BASE } from './message.layout.ts'

export const compatibleMessageCodec = codec(compatibleMessage, generated.compatibleMessage)
export const remappableMessageCodec = codec(remappableMessage, generated.remappableMessage)

/** An address and data pair, read as an x86 interrupt message. */
export type Message =
  | ({ readonly format: 'compatible' } & Value<typeof compatibleMessage>)
  | ({ readonly format: 'remappable' } & Value<typeof remappableMessage>)
  /** No interrupt message of an x86 machine: another platform's doorbell, or plain memory. */
  | { readonly format: 'other'; readonly address: bigint; readonly data: number }

const REMAPPABLE = 1n << 4n
/** Bits 39:32 are 0 in every message; bits 31:20 are the base. */
const MESSAGE_MASK = 0xff_fff0_0000n
const MESSAGE_BASE = BigInt(X86_MESSAGE_BASE) << 20n

/**
 * Reads an MSI or MSI-X message as an x86 machine does. A table captured inside a guest shows the guest's view, one
 * read from the device the host's, often remapped.
 *
 * @param address 64-bit message address
 * @param data 32-bit message data
 */
export function decodeMessage(address: bigint, data: number): Message {
  if ((address & MESSAGE_MASK) !== MESSAGE_BASE) return { format: 'other', address, data }
  const bytes = messageBytes(address, data)
  return (address & REMAPPABLE) === 0n
    ? { format: 'compatible', ...compatibleMessageCodec.decode(bytes) }
    : { format: 'remappable', ...remappableMessageCodec.decode(bytes) }
}

/** The exact inverse of `decodeMessage`. @throws EncodeError for a field that does not fit */
export function encodeMessage(message: Message): { address: bigint; data: number } {
  if (message.format === 'other') return { address: message.address, data: message.data }
  const bytes =
    message.format === 'compatible' ? compatibleMessageCodec.encode(message) : remappableMessageCodec.encode(message)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return { address: view.getBigUint64(0, true), data: view.getUint32(8, true) }
}

function messageBytes(address: bigint, data: number): Uint8Array {
  const bytes = new Uint8Array(12)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, address, true)
  view.setUint32(8, data, true)
  return bytes
}

/** The APIC ID that a message of compatibility format is sent to, all 32 bits. */
export function destinationOf({ addressLow, addressHigh }: Value<typeof compatibleMessage>): number {
  const { destinationId, extendedDestinationId } = addressLow
  const high = addressHigh.destinationIdHigh !== 0 ? addressHigh.destinationIdHigh : extendedDestinationId
  return (high * 256 + destinationId) >>> 0
}

/** The entry of the remapping table that a message of remappable format leads to. */
export function remappingIndexOf({ addressLow, data }: Value<typeof remappableMessage>): number {
  const handle = addressLow.handleHigh * 0x8000 + addressLow.handleLow
  return addressLow.subHandleValid ? (handle + data.subHandle) & 0xffff : handle
}

/** A message in a few words. */
export function describeMessage(message: Message): string {
  switch (message.format) {
    case 'compatible': {
      const { vector, deliveryMode, triggerMode } = message.data
      const mode = typeof deliveryMode === 'number' ? `delivery mode ${deliveryMode}` : deliveryMode
      const destination = `${message.addressLow.destinationMode} APIC ID ${destinationOf(message)}`
      return `vector 0x${vector.toString(16)} to ${destination}, ${mode}, ${triggerMode}`
    }
    case 'remappable':
      return `remapped through entry ${remappingIndexOf(message)}`
    case 'other':
      return `data 0x${message.data.toString(16)} to 0x${message.address.toString(16)}`
  }
}

/** Vectors below this one belong to exceptions; interrupt controllers refuse them in messages. */
const FIRST_VECTOR = 16

/**
 * Why a message that is about to be sent cannot be what was meant. The caller has made sure that the vector is
 * enabled and unmasked; on a host with AMD remapping the data is an index, and the vector rule does not hold.
 */
export function messageProblem(
  address: bigint,
  data: number,
): { readonly part: 'address' | 'data'; readonly message: string } | undefined {
  if (address === 0n) return { part: 'address', message: 'The message goes to address 0.' }
  const message = decodeMessage(address, data)
  if (message.format !== 'compatible') return undefined
  const { vector, deliveryMode } = message.data
  if (vector >= FIRST_VECTOR || (deliveryMode !== 'fixed' && deliveryMode !== 'lowest-priority')) return undefined
  return { part: 'data', message: `The message has vector ${vector}; the interrupt controller refuses those below 16.` }
}
