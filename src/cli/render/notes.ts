import { decodeMessage, describeMessage, isMsi, isMsixEntry, msiAddress, msiData } from '../../pci/index.ts'

/** What a part of a value says as a whole: a name and a few words; undefined where its fields say it all. */
export type Note = (part: object) => readonly [name: string, text: string] | undefined

/** MSI and MSI-X messages, as an x86 machine reads them; nothing about other addresses, such as 0. */
export const messageNote: Note = (part) => {
  const message = messageIn(part)
  if (message === undefined || message.format === 'other') return undefined
  return ['message', `x86: ${describeMessage(message)}`]
}

function messageIn(part: object) {
  if (isMsixEntry(part)) return decodeMessage(part.address, part.data)
  return isMsi(part) ? decodeMessage(msiAddress(part), msiData(part)) : undefined
}
