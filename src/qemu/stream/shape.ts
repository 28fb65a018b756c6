import { blockBitmapChunkCodec } from '../../dirty-bitmap/index.ts'
import type { Codec, JsonSchema } from '../../layout/index.ts'
import {
  commandCodec,
  configurationCodec,
  configurationPartCodec,
  descriptionHeaderCodec,
  endOfStreamCodec,
  ramBlockCodec,
  ramRecordWordCodec,
  sectionFooterCodec,
  sectionHeaderCodec,
  streamHeaderCodec,
} from '../frame.ts'
import { vfioRecordHeadCodec } from '../vfio/index.ts'
import { device, HEXADECIMAL, listedSection, vfioDevice } from './derived-schema.ts'

/** Members of an object of the value. */
export type Members = Readonly<Record<string, unknown>>

/** The parts of a kind of object in the order of their bytes, and members that follow from them. */
export interface Shape {
  readonly parts: Readonly<Record<string, Part>>
  /** Members that follow from the parts, with what they are. */
  readonly derived: Readonly<Record<string, JsonSchema>>
  /** Members that are always there. */
  readonly required?: readonly string[]
}

/** How a part stands in the value. */
export type Part =
  /** A structure; `parameters` are told from which of its fields are there. */
  | { readonly struct: Codec; readonly parameters?: (value: Members) => Readonly<Record<string, number>> }
  | { readonly structs: Codec }
  | { readonly list: Shape }
  | 'run'
  /** An index into the list of devices, or of VFIO devices, where the bytes stand decoded. */
  | 'device'
  | 'config'
  /** What libvirt writes in front of a stream. */
  | 'saveImage'

const given = (value: unknown) => Number(value !== undefined)

const block: Shape = {
  parts: {
    entry: {
      struct: ramBlockCodec,
      parameters: ({ pageSize, address, mappedRam }) => ({
        hugePages: given(pageSize),
        ignoreShared: given(address),
        mappedRam: given(mappedRam),
      }),
    },
    beforeBitmap: 'run',
    bitmap: 'run',
    beforePages: 'run',
    pages: 'run',
  },
  derived: {},
}

const ram: Shape = {
  parts: { word: { struct: ramRecordWordCodec }, blocks: { list: block }, records: 'run' },
  derived: {
    kind: { enum: ['memorySize', 'zero', 'page', 'xbzrle', 'compressed', 'endOfSection', 'multifdFlush', 'hook'] },
    block: { type: 'string', description: 'name of the block that the pages are of' },
    address: { ...HEXADECIMAL, description: 'offset of the first page in its block, in bytes' },
    pageCount: { type: 'integer', minimum: 1 },
  },
  required: ['kind'],
}

const vfio: Shape = {
  parts: { record: { struct: vfioRecordHeadCodec }, data: 'run', config: 'config' },
  derived: {},
}

const element: Shape = {
  parts: {
    section: { struct: sectionHeaderCodec },
    ram: { list: ram },
    vfio: { list: vfio },
    bitmaps: { structs: blockBitmapChunkCodec },
    device: 'device',
    body: 'run',
    footer: { struct: sectionFooterCodec },
    command: { struct: commandCodec },
    end: { struct: endOfStreamCodec },
    description: { struct: descriptionHeaderCodec },
    json: 'run',
    opaque: 'run',
  },
  derived: {},
}

/** The whole value. */
export const streamShape: Shape = {
  parts: {
    leading: 'run',
    saveImage: 'saveImage',
    header: { struct: streamHeaderCodec },
    configuration: { struct: configurationCodec },
    configurationParts: { structs: configurationPartCodec },
    elements: { list: element },
    trailing: 'run',
  },
  derived: {
    machine: { type: 'string', description: 'machine type of the source' },
    sections: { type: 'array', items: listedSection },
    devices: { type: 'array', items: device },
    get vfio() {
      return { type: 'array', items: vfioDevice() }
    },
  },
  required: ['elements', 'sections', 'devices'],
}
