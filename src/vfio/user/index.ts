export {
  CAPABILITY_DEFAULTS,
  readCapabilities,
  type VersionProblem,
  type VfioUserCapabilities,
} from './capabilities.ts'
export { messageCodes as vfioUserMessageCodes } from './codes.ts'
export {
  type ConversationChunk,
  type ConversationEvent,
  type ConversationInput,
  type ConversationOptions,
  type ConversationReading,
  conversationCodes as vfioUserConversationCodes,
  type Direction as VfioUserDirection,
  type DmaLogging as VfioUserDmaLogging,
  type MessageRef as VfioUserMessageRef,
  readConversation,
  type State as VfioUserState,
  VfioUserConversation,
  type VfioUserTransfer,
} from './conversation/index.ts'
export { vfioUserMessagesFormat } from './format.ts'
export {
  type CommandName as VfioUserCommandName,
  VFIO_USER_COMMANDS,
  type VfioUserHeader,
  vfioUserHeaderCodec,
} from './header.ts'
export type { VfioUserMessage, VfioUserMessages, VfioUserPayload } from './message.ts'
export * from './payload-codecs.ts'
export { payloadFormat as vfioUserPayloadFormat, payloadFormats as vfioUserPayloadFormats } from './payloads.ts'
