import {
  ramBlockNameCodec,
  ramRecordWordCodec,
  sectionFooterCodec,
  sectionHeaderCodec,
  streamHeaderCodec,
} from '../../qemu/index.ts'
import { PAGE, type Ram } from '../guest/ram.ts'
import { RAM_SECTION, type SectionType } from './writer.ts'

/** Takes the body of a section that the bytes start with; returns its length, which the stream does not say. */
export type BodyLoader = (type: SectionType, bytes: Uint8Array) => number

const END_OF_STREAM = 0

/**
 * Reads a stream of `StreamWriter` into the memory and the device of a destination.
 *
 * @throws DecodeError where the stream is not what it should be
 */
export function readStream(stream: Uint8Array, ram: Ram, loadBody: BodyLoader): void {
  let at = streamHeaderCodec.decodePrefix(stream).length
  while (stream[at] !== END_OF_STREAM) {
    const { value: header, length } = sectionHeaderCodec.decodePrefix(stream.subarray(at))
    at += length
    const body = stream.subarray(at)
    at += header.sectionId === RAM_SECTION ? loadMemory(body, ram) : loadBody(header.kind as SectionType, body)
    at += sectionFooterCodec.decodePrefix(stream.subarray(at)).length
  }
}

/** Reads records up to the end of the section; returns their length. */
function loadMemory(body: Uint8Array, ram: Ram): number {
  let at = 0
  for (;;) {
    const { word } = ramRecordWordCodec.decodePrefix(body.subarray(at)).value
    at += 8
    if (word.endOfSection) return at
    if (!word.sameBlock) at += ramBlockNameCodec.decodePrefix(body.subarray(at)).length
    if (word.memorySize) {
      at += 8
      continue
    }
    const page = ram.page(Number(word.pageNumber))
    if (word.zero) page.fill(body[at++] as number)
    else {
      page.set(body.subarray(at, at + PAGE))
      at += PAGE
    }
  }
}
