import { counted, DecodeError } from '../../findings/index.ts'
import * as generated from '../../generated/capture/qcow2/qcow2.js'
import { codec } from '../../layout/index.ts'
import type { CaptureCode } from '../codes.ts'
import { CaptureError } from '../errors.ts'
import * as layouts from './qcow2.layout.ts'

const headerCodec = codec(layouts.qcow2Header, generated.qcow2Header)
const featuresCodec = codec(layouts.qcow2Features, generated.qcow2Features)
const snapshotCodec = codec(layouts.qcow2Snapshot, generated.qcow2Snapshot)

/** A file that can be read anywhere. */
export interface RandomAccess {
  readonly size: number
  /** Bytes from an offset; fewer where the file ends. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>
}

/** A snapshot inside a qcow2 image. */
export interface Qcow2Snapshot {
  readonly id: string
  readonly name: string
  /** Bytes of VM state; 0 for a snapshot of the disk alone. */
  readonly vmStateSize: bigint
  /** Bytes of the disk when it was taken. */
  readonly diskSize: bigint
  readonly l1TableOffset: bigint
  readonly l1Size: number
}

/** What reading clusters of an image needs to know. */
export interface Qcow2Image {
  readonly file: RandomAccess
  readonly clusterBits: number
  readonly hasExtendedL2: boolean
  readonly hasZlib: boolean
  readonly version: number
  readonly snapshots: readonly Qcow2Snapshot[]
}

/** Whether the bytes start a qcow2 image (or one of the older qcow). */
export function isQcow2(head: Uint8Array): boolean {
  return head[0] === 0x51 && head[1] === 0x46 && head[2] === 0x49 && head[3] === 0xfb
}

/** Reads header and snapshot table. @throws CaptureError where they are damaged or ask for what is not supported */
export async function openQcow2(file: RandomAccess): Promise<Qcow2Image> {
  const head = await file.read(0, 4096)
  const header = decoding('header', 0, () => headerCodec.decodePrefix(head).value)
  const { version, clusterBits, cryptMethod, snapshotCount } = header
  if (version !== 2 && version !== 3) throw refuse('unsupported', 4, 'qcow2 of version 2 or 3', `version ${version}`)
  const { incompatible } = decoding('header', 0, () => {
    return version === 2 ? featuresCodec.decode(new Uint8Array(8)) : featuresCodec.decodePrefix(head.subarray(72)).value
  })
  if (incompatible.externalData) throw refuse('unsupported', 72, 'clusters in the image', 'an external data file')
  if (incompatible.reserved !== 0n) throw refuse('unsupported', 72, 'known incompatible features', 'others')
  if (cryptMethod !== 0) throw refuse('unsupported', 32, 'an image without encryption', `method ${cryptMethod}`)
  const least = incompatible.extendedL2 ? 14 : 9
  if (clusterBits < least || clusterBits > MOST_CLUSTER_BITS) {
    throw refuse('damaged', 20, `clusterBits from ${least} to ${MOST_CLUSTER_BITS}`, `${clusterBits}`)
  }
  if (snapshotCount > MOST_SNAPSHOTS) {
    throw refuse('damaged', 60, `at most ${MOST_SNAPSHOTS} snapshots`, `${snapshotCount}`)
  }
  const snapshots = await readSnapshots(file, header)
  const { extendedL2: hasExtendedL2, compressionType } = incompatible
  return { file, version, clusterBits, hasExtendedL2, hasZlib: !compressionType, snapshots }
}

/** As QEMU has them. */
const [MOST_CLUSTER_BITS, MOST_SNAPSHOTS, MOST_EXTRA] = [21, 65536, 1024]
/** Bytes of an entry in front of what has a length of its own, and the most that it can be. */
const [ENTRY, MOST_ENTRY] = [40, 40 + MOST_EXTRA + 2 * 0xffff]

type Header = ReturnType<typeof headerCodec.decode>

async function readSnapshots(file: RandomAccess, { snapshotCount, snapshotsOffset, size }: Header) {
  const snapshots: Qcow2Snapshot[] = []
  let offset = snapshotCount === 0 ? 0 : within(file, snapshotsOffset, 64, 'the snapshot table')
  for (let index = 0; index < snapshotCount; index += 1) {
    const fixed = await file.read(offset, ENTRY)
    const extraLength = fixed.length < ENTRY ? 0 : new DataView(fixed.buffer, fixed.byteOffset).getUint32(36)
    if (extraLength > MOST_EXTRA) {
      throw refuse('damaged', offset + 36, `at most ${counted(MOST_EXTRA, 'byte')} of extra data`, `${extraLength}`)
    }
    const bytes = await file.read(offset, MOST_ENTRY)
    const at = offset
    const { value, length } = decoding(`snapshot ${index + 1}`, at, () => snapshotCodec.decodePrefix(bytes))
    const { id, name, l1Size, l1TableOffset, shortVmStateSize, diskSize = size } = value
    const vmStateSize = value.vmStateSize ?? BigInt(shortVmStateSize)
    snapshots.push({ id, name, l1Size, l1TableOffset, vmStateSize, diskSize })
    offset += Math.ceil(length / 8) * 8
  }
  return snapshots
}

function decoding<R>(part: string, offset: number, step: () => R): R {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw refuse('damaged', offset + error.offset, `the ${part} of a qcow2 image: ${error.expected}`, error.found)
  }
}

/** An offset of the image as a number. @throws CaptureError where it lies behind the end of the file */
export function within({ size }: RandomAccess, offset: bigint, place: number, what: string): number {
  if (offset > 0n && offset < BigInt(size)) return Number(offset)
  throw refuse(
    'damaged',
    place,
    `${what} inside the file of ${counted(size, 'byte')}`,
    `offset 0x${offset.toString(16)}`,
  )
}

/** An error about an image. */
export function refuse(kind: 'damaged' | 'unsupported', offset: number, expected: string, found: string): CaptureError {
  const code: CaptureCode = `capture/qcow2-${kind}`
  return new CaptureError({ code, offset, expected, found })
}
