export { conversationCodes } from './codes.ts'
export { type ConversationOptions, VfioUserConversation } from './conversation.ts'
export type { ConversationEvent, Direction, DmaLogging, MessageRef, State } from './events.ts'
export {
  type ConversationChunk,
  type ConversationInput,
  type ConversationReading,
  readConversation,
  type VfioUserTransfer,
} from './read-conversation.ts'
