import { counted, hexOffset } from '../../findings/index.ts'
import { leastSize } from '../../layout/index.ts'
import { ramBlock } from '../frame.layout.ts'
import { ramBlockCodec, ramRecordWordCodec } from '../frame.ts'
import { type Teller, waitFor } from '../teller.ts'
import type { RamBlock, RamListener, RamState } from './blocks.ts'
import { ramCodes } from './codes.ts'
import { flagsOf } from './page-size.ts'
import type { RamUse } from './use.ts'

const PAGE = 4096n

/** Reads the total of guest memory and the blocks that make it up. False where the input is cut or the list wrong. */
export function* blockList(
  teller: Teller,
  state: RamState,
  listener: RamListener,
  use: RamUse,
): Generator<number, boolean, undefined> {
  const { offset: start, view, position } = teller.window
  const total = view.getBigUint64(position) - BigInt(flagsOf(view.getUint32(position + 4), state))
  if ((yield* teller.struct('word', ramRecordWordCodec)) === undefined) return false
  teller.begin('blocks', 'list')
  state.isListed = true
  let sum = 0n
  let isWhole = true
  for (let index = 0; isWhole && sum < total; index += 1) {
    teller.begin(index, 'object')
    const block = yield* oneBlock(teller, state)
    if (block === undefined) isWhole = false
    else {
      sum += block.usedLength
      use.block(block, teller.window.offset, teller.path())
      // The blocks of a stream are a handful; a list that never ends is not kept.
      if (state.blocks.size < MOST_BLOCKS) state.blocks.set(block.name, block)
      listener.block?.(block)
      if (hasArea(block, state)) isWhole = yield* mappedArea(teller, block, listener)
    }
    teller.end()
  }
  teller.end()
  if (isWhole && sum !== total) {
    const message = `The blocks have ${hexOffset(Number(sum))} bytes, the total says ${hexOffset(Number(total))}.`
    const place = { offset: start, length: teller.window.offset - start, path: teller.path('blocks') }
    teller.report(ramCodes.finding('qemu/ram-total', message, place))
  }
  return isWhole
}

const MOST_BLOCKS = 65536

function* oneBlock(teller: Teller, state: RamState): Generator<number, RamBlock | undefined, undefined> {
  const { window } = teller
  if (!(yield* waitFor(window, 1))) return undefined
  const name = window.bytes[window.position] as number
  const plain = leastSize(ramBlock) + name
  const hugePages =
    state.postcopyAdvised && (yield* waitFor(window, plain + 8)) && isPageSize(window.view, window.position + plain)
  const parameters = {
    hugePages: Number(hugePages),
    ignoreShared: Number(state.ignoreShared),
    mappedRam: Number(state.mappedRam),
  }
  return yield* teller.struct('entry', ramBlockCodec, { parameters })
}

/** Whether the size of a huge page stands here. Otherwise it is the length of the next name, which is not 0; or a record, which has a flag. */
function isPageSize(view: DataView, at: number): boolean {
  const size = view.getBigUint64(at)
  return size >= 2n * PAGE && size <= 1n << 40n && (size & (size - 1n)) === 0n
}

/** Whether a mapped-ram file has the pages of a block: shared memory may stay out of it, and both offsets are 0 then. */
const hasArea = ({ mappedRam }: RamBlock, { ignoreShared }: RamState): boolean =>
  mappedRam !== undefined && !(ignoreShared && mappedRam.bitmapOffset === 0n && mappedRam.pagesOffset === 0n)

/** Bitmap and pages of a block of a mapped-ram file, which stand at the offsets that its header says. */
function* mappedArea(teller: Teller, block: RamBlock, listener: RamListener): Generator<number, boolean, undefined> {
  const { window } = teller
  const { version, pageSize, bitmapOffset, pagesOffset } = block.mappedRam as NonNullable<RamBlock['mappedRam']>
  const words = pageSize === 0n ? 0n : (block.usedLength / pageSize + 63n) / 64n
  const bitmapLength = words * 8n
  const here = BigInt(window.offset)
  const wrong =
    version > 1
      ? `The version is ${version}, above 1.`
      : pageSize === 0n
        ? 'The size of a page is 0.'
        : bitmapOffset < here
          ? `The bitmap would begin at ${hexOffset(Number(bitmapOffset))}, before ${hexOffset(window.offset)}, where the header ends.`
          : pagesOffset < bitmapOffset + bitmapLength
            ? `The pages would begin at ${hexOffset(Number(pagesOffset))}, inside of the bitmap (${counted(Number(bitmapLength), 'byte')}).`
            : pagesOffset % pageSize !== 0n
              ? `The pages would begin at ${hexOffset(Number(pagesOffset))}, which is no multiple of ${pageSize}.`
              : undefined
  if (wrong !== undefined) {
    const place = { offset: window.offset, length: 0, path: teller.path('entry', 'mappedRam') }
    teller.report(ramCodes.finding('qemu/mapped-ram-header', wrong, place))
    return false
  }
  const gapBefore = Number(bitmapOffset - here)
  if (gapBefore > 0 && !(yield* teller.run('beforeBitmap', gapBefore))) return false
  const bitmapAt = window.offset
  const hearBitmap = (bytes: Uint8Array, offset: number) => listener.mappedBitmap?.(block, offset - bitmapAt, bytes)
  if (!(yield* teller.run('bitmap', Number(bitmapLength), hearBitmap))) return false
  const gapAfter = Number(pagesOffset) - window.offset
  if (gapAfter > 0 && !(yield* teller.run('beforePages', gapAfter))) return false
  const pagesAt = window.offset
  const hearPages = (bytes: Uint8Array, offset: number) => listener.mapped?.(block, offset - pagesAt, bytes)
  return yield* teller.run('pages', Number(block.usedLength), hearPages)
}
