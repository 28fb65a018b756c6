import { counted, defineCodes, type Finding, type Path } from '../../findings/index.ts'
import * as generated from '../../generated/dirty-bitmap/forms/recved-bitmap.js'
import { codec, isOpaque, structureFormat, type Value } from '../../layout/index.ts'
import { DirtyBitmap } from '../bitmap.ts'
import { BitmapError } from '../errors.ts'
import { type GivenGeometry, geometryOf, type SingleBitmapForm, singleForm } from './form.ts'
import { RECVED_END_MARK, recvedBitmap, recvedBitmapMessage } from './recved-bitmap.layout.ts'
import { wordBytes, wordsOfBitmap } from './words.ts'

export type RecvedBitmap = Value<typeof recvedBitmap>
export type RecvedBitmapMessage = Value<typeof recvedBitmapMessage>

export const recvedBitmapCodec = codec(recvedBitmap, generated.recvedBitmap)
export const recvedBitmapMessageCodec = codec(recvedBitmapMessage, generated.recvedBitmapMessage)

const SOURCE = recvedBitmap.facts.source

export const recvedBitmapCodes = defineCodes({
  'dirty-bitmap/recved-size': {
    severity: 'error',
    title: 'the bitmap of received pages does not have the size of its RAM block',
    explanation:
      'QEMU compares the size with that of its own block, whole 64-bit words, and gives up the recovery where they differ. The block has another size on the other side, or the message is damaged.',
    source: SOURCE,
  },
  'dirty-bitmap/recved-end-mark': {
    severity: 'error',
    title: 'the end mark behind the bitmap is wrong',
    explanation: 'QEMU refuses the bitmap: bytes were lost or added on the way, and none of its bits can be trusted.',
    source: SOURCE,
  },
  'dirty-bitmap/recved-beyond': {
    severity: 'warning',
    title: 'pages behind the end of the RAM block are marked as received',
    explanation: 'QEMU leaves them out. The number of pages is wrong, or the bits are those of another block.',
    source: SOURCE,
  },
  'dirty-bitmap/recved-name': {
    severity: 'error',
    title: 'the message names no RAM block',
    explanation: 'QEMU refuses it: the bitmap belongs to nothing.',
    source: 'QEMU migration/migration.c source_return_path_thread',
  },
})

type Code = keyof typeof recvedBitmapCodes.entries
type Locate = (path: Path) => { offset: number; length: number }

function judge(
  { size, bitmap, endMark }: RecvedBitmap,
  pages: number,
  below: Path,
  report: (finding: Finding) => void,
  locate: Locate,
): void {
  const say = (code: Code, message: string, name: string) => {
    const path = [...below, name]
    report(recvedBitmapCodes.finding(code, message, { ...locate(path), path }))
  }
  const wanted = BigInt(wordBytes(pages))
  if (pages !== 0 && size !== wanted) {
    const needs = `${counted(pages, 'page')} take ${wanted} bytes`
    say('dirty-bitmap/recved-size', `${needs}; the message has ${size}.`, 'size')
  } else if (size % 8n !== 0n) {
    say('dirty-bitmap/recved-size', `The size is ${size}, not a multiple of 8.`, 'size')
  }
  if (endMark !== RECVED_END_MARK) {
    say('dirty-bitmap/recved-end-mark', `The end mark is 0x${endMark.toString(16)}.`, 'endMark')
  }
  if (pages === 0 || pages >= 8 * bitmap.length) return
  const bits = DirtyBitmap.fromBytes(bitmap, { pageSize: 4096, base: 0n })
  const beyond = bits.count(pages)
  bits.dispose()
  if (beyond === 0) return
  say(
    'dirty-bitmap/recved-beyond',
    `${counted(beyond, 'bit is', 'bits are')} set for pages from ${pages} on.`,
    'bitmap',
  )
}

export const recvedBitmapFormat = structureFormat({
  codec: recvedBitmapCodec,
  codes: recvedBitmapCodes.entries,
  rule: (value, report, locate, { pages = 0 }) => judge(value, pages, [], report, locate),
})

export const recvedBitmapMessageFormat = structureFormat({
  codec: recvedBitmapMessageCodec,
  codes: recvedBitmapCodes.entries,
  rule({ block, recved }, report, locate, { pages = 0 }) {
    if (!isOpaque(block) && block.nameLength === 0) {
      const place = { ...locate(['block', 'nameLength']), path: ['block', 'nameLength'] }
      report(recvedBitmapCodes.finding('dirty-bitmap/recved-name', 'The name of the block is empty.', place))
    }
    judge(recved, pages, ['recved'], report, locate)
  },
})

function received({ bitmap }: RecvedBitmap, given?: GivenGeometry): DirtyBitmap {
  return DirtyBitmap.fromBytes(bitmap, geometryOf(given, 4096))
}

/**
 * The pages that the source still has to send: all of the block but those received. The number of pages has to be
 * given, because the last word has bits that are none.
 *
 * @throws BitmapError
 */
export function pagesToSend(value: RecvedBitmap, given: GivenGeometry & { readonly length: number }): DirtyBitmap {
  if (given?.length === undefined) {
    throw new BitmapError('dirty-bitmap/geometry', 'Give the number of pages of the RAM block (length).')
  }
  const done = received(value, given)
  const left = DirtyBitmap.clean(done).add(0, done.length).andNot(done)
  done.dispose()
  return left
}

/** Pages that were received, which is the opposite of dirty: `pagesToSend` gives the others. */
export const recvedBitmapForm: SingleBitmapForm<RecvedBitmap> = singleForm({
  format: recvedBitmapFormat,
  toDirtyBitmap: received,
  fromDirtyBitmap(bitmap) {
    const size = wordBytes(bitmap.length)
    return { size: BigInt(size), bitmap: wordsOfBitmap(bitmap, size), endMark: RECVED_END_MARK }
  },
})

/** The same with the message in front of it; `block` names the RAM block. */
export const recvedBitmapMessageForm: SingleBitmapForm<RecvedBitmapMessage, { readonly block: string }> = singleForm({
  format: recvedBitmapMessageFormat,
  toDirtyBitmap: ({ recved }, given?: GivenGeometry) => received(recved, given),
  fromDirtyBitmap(bitmap, { block: name }: { readonly block: string } = { block: '' }) {
    const block = { nameLength: name.length, name, unused: new Uint8Array(0) }
    return { type: 5, length: 1 + name.length, block, recved: recvedBitmapForm.fromDirtyBitmap(bitmap) }
  },
})
